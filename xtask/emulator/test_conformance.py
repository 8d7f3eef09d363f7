"""Tests of the checks: a right request of each protocol passes, and each kind of wrong request or answer is found.

botocore itself writes the requests, without its own validation. `cargo xtask test` runs this file.
"""

import contextlib
import json
import unittest
from dataclasses import replace
from urllib.parse import urlsplit

import botocore.session
import models
import quotas
from botocore.config import Config
from conformance import check_answer, check_invocation
from protocols import Request

KIB = 1024
MAIL = b"From: a@example.org\r\nTo: b@example.org\r\n\r\nHello\r\n"
SESSION = botocore.session.Session()
CONFIG = Config(parameter_validation=False, s3={"addressing_style": "path"})


def written(service: str, operation: str, params: dict) -> Request:
    """Returns a request as botocore sends it."""
    client = SESSION.create_client(
        service,
        "us-east-1",
        endpoint_url="http://localhost",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=CONFIG,
    )
    caught: list[Request] = []

    def catch(request: object, **_: object) -> object:
        url = urlsplit(request.url)
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
        }
        body = request.body.read() if hasattr(request.body, "read") else request.body or b""
        body = body.encode() if isinstance(body, str) else body
        caught.append(Request(request.method, url.path, url.query, headers, body))
        raise InterruptedError

    client.meta.events.register("before-send", catch)
    method = {name: method for method, name in client.meta.method_to_api_mapping.items()}[operation]
    with contextlib.suppress(InterruptedError):
        getattr(client, method)(**params)
    return caught[0]


def found(service: str, operation: str, params: dict) -> list[str]:
    """Returns the violations in a request that botocore has written."""
    request = written(service, operation, params)
    checked, name, violations = models.check(request)
    assert (checked, name) == (service, operation), (checked, name, violations)
    return [f"{violation.path} {violation.rule}" for violation in violations]


def text(value: str) -> dict:
    return {"S": value}


def put(**item: dict) -> dict:
    return {"TableName": "table", "Item": {"pk": text("p"), "sk": text("s"), **item}}


def change(sort: str, **more: object) -> dict:
    return {"TableName": "table", "Key": {"pk": text("p"), "sk": text(sort)}, **more}


def batch(*entries: dict) -> dict:
    return {"QueueUrl": "http://localhost/q", "Entries": list(entries)}


def message(identity: str, body: str = "x", **more: object) -> dict:
    return {"Id": identity, "MessageBody": body, **more}


def mail(data: bytes = MAIL, **more: object) -> dict:
    return {"Content": {"Raw": {"Data": data}}, **more}


def schedule(**more: object) -> dict:
    target = {"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "RoleArn": "arn:aws:iam::000000000000:role/r", "Input": "{}"}
    at = {"Name": "n", "FlexibleTimeWindow": {"Mode": "OFF"}, "ScheduleExpression": "at(2027-01-02T03:04:05)"}
    return {**at, "Target": target, **more}


def files(*keys: str) -> dict:
    return {"Bucket": "bucket", "Delete": {"Objects": [{"Key": key} for key in keys], "Quiet": True}}


UPLOAD = {"Bucket": "bucket", "Key": "a/b c%2F.png", "Body": b"png", "Metadata": {"a": "b"}, "CacheControl": "max-age=1"}
STACK = {"StackName": "s", "TemplateBody": "{}", "Capabilities": ["CAPABILITY_IAM"], "Tags": []}

RIGHT = [
    ("dynamodb", "PutItem", put(number={"N": "1"}, bytes={"B": b"\x00"}, list={"L": [{"M": {"a": {"BOOL": True}}}]})),
    ("dynamodb", "TransactWriteItems", {"TransactItems": [{"Put": put()}, {"Delete": change("other")}]}),
    ("sqs", "SendMessageBatch", batch(message("a", DelaySeconds=900), message("b", MessageGroupId="evt_1/2"))),
    ("secretsmanager", "GetSecretValue", {"SecretId": "secret"}),
    ("sesv2", "SendEmail", mail(Destination={"ToAddresses": ["b@example.org"]}, EmailTags=[{"Name": "a-b", "Value": "c_1"}])),
    ("scheduler", "CreateSchedule", schedule(GroupName="g-1")),
    ("scheduler", "DeleteSchedule", {"Name": "n", "GroupName": "g"}),
    ("apigatewaymanagementapi", "PostToConnection", {"ConnectionId": "abc=", "Data": b"{}"}),
    ("apigatewayv2", "UpdateApi", {"ApiId": "a", "CorsConfiguration": {"AllowOrigins": ["*"], "MaxAge": 600}}),
    ("lambda", "Invoke", {"FunctionName": "f", "Payload": b"{}"}),
    ("s3", "CreateBucket", {"Bucket": "bucket"}),
    ("s3", "PutObject", UPLOAD),
    ("s3", "GetObject", {"Bucket": "bucket", "Key": "a/b"}),
    ("s3", "DeleteObjects", files("a", "b")),
    ("s3", "UploadPart", {"Bucket": "bucket", "Key": "k", "UploadId": "u", "PartNumber": 1, "Body": b"x"}),
    (
        "cloudformation",
        "CreateChangeSet",
        {**STACK, "ChangeSetName": "c", "Parameters": [{"ParameterKey": "k", "ParameterValue": "v"}]},
    ),
]

# A part of the violation that must be found in each request.
WRONG = [
    ("TableName missing", "dynamodb", "GetItem", {"Key": {"pk": text("p")}}, "missing required field TableName"),
    ("a type", "dynamodb", "PutItem", put(a={"S": 1}), "Item.a.S invalid type"),
    ("a pattern", "dynamodb", "Query", {"TableName": "table", "IndexName": "a b"}, "IndexName does not match"),
    ("a table's name", "dynamodb", "GetItem", {**change("s"), "TableName": "a b"}, "TableName does not match"),
    ("an enum", "dynamodb", "PutItem", {**put(), "ReturnValues": "EVERYTHING"}, "ReturnValues is none of"),
    ("a range", "dynamodb", "Query", {"TableName": "table", "Limit": 0}, "Limit invalid range"),
    (
        "a list's length",
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": put(sk=text(str(n)))} for n in range(101)]},
        "more than 100",
    ),
    ("an item", "dynamodb", "PutItem", put(a=text("x" * 400 * KIB)), "Item has more than 409600 bytes"),
    ("a partition key", "dynamodb", "GetItem", {"TableName": "table", "Key": {"pk": text("x" * 2049)}}, "Key pk is empty or"),
    ("a sort key", "dynamodb", "PutItem", put(gsi1sk=text("x" * 1025)), "Item gsi1sk is empty or"),
    ("an empty key", "dynamodb", "GetItem", change(""), "Key sk is empty or"),
    (
        "an item twice",
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": put()}, {"Delete": change("s")}]},
        "two actions",
    ),
    (
        "4 MB",
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Put": put(sk=text(str(n)), a=text("x" * 399 * KIB))} for n in range(11)]},
        "TransactItems has more than 4194304 bytes",
    ),
    (
        "a batch over tables",
        "dynamodb",
        "BatchGetItem",
        {"RequestItems": {name: {"Keys": [{"pk": text(str(n))} for n in range(60)]} for name in ("table-1", "table-2")}},
        "RequestItems has more than 100 keys",
    ),
    (
        "a batch of writes",
        "dynamodb",
        "BatchWriteItem",
        {
            "RequestItems": {
                name: [{"PutRequest": {"Item": {"pk": text(str(n))}}} for n in range(13)] for name in ("table-1", "table-2")
            }
        },
        "RequestItems has more than 25 writes",
    ),
    (
        "an expression",
        "dynamodb",
        "UpdateItem",
        change("s", UpdateExpression="SET a = :a" + " " * 4096),
        "more than 4096 bytes",
    ),
    (
        "operators",
        "dynamodb",
        "UpdateItem",
        change("s", UpdateExpression="SET " + ",".join(["a=:a"] * 301)),
        "more than 300 operators",
    ),
    (
        "operands",
        "dynamodb",
        "UpdateItem",
        change("s", ConditionExpression=f"a IN ({','.join([':a'] * 101)})"),
        "more than 100 operands",
    ),
    ("a name", "dynamodb", "GetItem", change("s", ExpressionAttributeNames={"#" * 256: "a"}), "more than 255 bytes"),
    (
        "2 MB of values",
        "dynamodb",
        "UpdateItem",
        change("s", ExpressionAttributeValues={":a": text("x" * 2048 * KIB)}),
        "bytes of names and values",
    ),
    ("eleven messages", "sqs", "SendMessageBatch", batch(*(message(str(n)) for n in range(11))), "more than 10 messages"),
    ("an Id twice", "sqs", "SendMessageBatch", batch(message("a"), message("a")), "has an Id twice"),
    ("an Id", "sqs", "SendMessageBatch", batch(message("a b")), "Entries[].Id does not match"),
    (
        "1 MiB",
        "sqs",
        "SendMessageBatch",
        batch(message("a", "x" * 600 * KIB), message("b", "x" * 600 * KIB)),
        "more than 1048576 bytes",
    ),
    (
        "a delay",
        "sqs",
        "SendMessage",
        {"QueueUrl": "q", "MessageBody": "x", "DelaySeconds": 901},
        "DelaySeconds is not between",
    ),
    ("a character", "sqs", "SendMessage", {"QueueUrl": "q", "MessageBody": "\x00"}, "MessageBody is empty or"),
    (
        "a group",
        "sqs",
        "SendMessage",
        {"QueueUrl": "q", "MessageBody": "x", "MessageGroupId": "ä"},
        "MessageGroupId does not match",
    ),
    (
        "a timeout",
        "sqs",
        "ChangeMessageVisibility",
        {"QueueUrl": "q", "ReceiptHandle": "r", "VisibilityTimeout": 43201},
        "between 0 and 43200 seconds",
    ),
    (
        "recipients",
        "sesv2",
        "SendEmail",
        mail(Destination={"ToAddresses": ["b@example.org"] * 51}),
        "more than 50 recipients",
    ),
    ("a long line", "sesv2", "SendEmail", mail(MAIL + b"x" * 999 + b"\r\n"), "1,000 characters"),
    ("no sender", "sesv2", "SendEmail", mail(b"To: b@example.org\r\n\r\n"), "no header, blank line and From"),
    ("40 MB", "sesv2", "SendEmail", mail(MAIL + b"x\n" * 16 * KIB * KIB), "41943040 bytes in base64"),
    ("a tag", "sesv2", "SendEmail", mail(EmailTags=[{"Name": "a", "Value": "b c"}]), "EmailTags[].Value does not match"),
    ("a schedule's name", "scheduler", "CreateSchedule", schedule(Name="n" * 65), "Name is or has more than 64"),
    ("a group's name", "scheduler", "CreateSchedule", schedule(GroupName="a b"), "GroupName does not match"),
    (
        "a time",
        "scheduler",
        "CreateSchedule",
        schedule(ScheduleExpression="at(2027-01-02T03:04:05Z)"),
        "ScheduleExpression does not",
    ),
    (
        "a frame",
        "apigatewaymanagementapi",
        "PostToConnection",
        {"ConnectionId": "a", "Data": b"x" * 33 * KIB},
        "Data has more than 32768",
    ),
    (
        "a message",
        "apigatewaymanagementapi",
        "PostToConnection",
        {"ConnectionId": "a", "Data": b"x" * 129 * KIB},
        "more than 131072",
    ),
    ("an S3 key", "s3", "GetObject", {"Bucket": "bucket", "Key": "x" * 1025}, "Key has more than 1024 bytes"),
    ("metadata", "s3", "PutObject", {**UPLOAD, "Metadata": {"a": "b" * 2 * KIB}}, "Metadata has more than 2048 bytes"),
    ("a bucket", "s3", "GetObject", {"Bucket": "Bucket", "Key": "x"}, "Bucket does not match"),
    (
        "a secret's version",
        "secretsmanager",
        "GetSecretValue",
        {"SecretId": "s", "VersionId": "v"},
        "VersionId invalid length",
    ),
    (
        "a template",
        "cloudformation",
        "CreateStack",
        {**STACK, "TemplateBody": "x" * 51_201},
        "TemplateBody has more than 51200",
    ),
    (
        "an invocation",
        "lambda",
        "Invoke",
        {"FunctionName": "f", "Payload": b"x" * 6145 * KIB},
        "Payload has more than 6291456",
    ),
]


class Requests(unittest.TestCase):
    def test_every_quota_names_a_shape_of_a_model(self) -> None:
        for service, rules in quotas.QUOTAS.items():
            model = SESSION.get_service_model(service)
            for place, _, _ in rules:
                shape, _, member = place.partition(".")
                with self.subTest(place):
                    self.assertIn(member, ["", *getattr(model.shape_for(shape), "members", {})])

    def test_right_requests_pass(self) -> None:
        for service, operation, params in RIGHT:
            with self.subTest(f"{service} {operation}"):
                self.assertEqual(found(service, operation, params), [])

    def test_wrong_requests_are_found(self) -> None:
        for name, service, operation, params, wanted in WRONG:
            with self.subTest(name):
                violations = found(service, operation, params)
                self.assertTrue(any(wanted in violation for violation in violations), violations)

    def test_what_botocore_would_not_write_is_found(self) -> None:
        put_item = written("dynamodb", "PutItem", put())
        put_object = written("s3", "PutObject", UPLOAD)
        create = written("scheduler", "CreateSchedule", schedule())
        send = written("sesv2", "SendEmail", mail())
        signed = put_item.headers["authorization"]
        for name, request, wanted in [
            ("a member", changed(put_item, body={**put(), "Itme": {}}), 'unknown field "Itme"'),
            ("an inner member", changed(put_item, body=put(a={"Z": "1"})), 'unknown field "Z"'),
            (
                "another case",
                changed(create, body={**json.loads(create.body), "groupName": "g"}),
                'unknown field "groupName"',
            ),
            ("a query", changed(create, query="groupName=g"), "unknown field ?groupName"),
            ("a header", changed(put_object, **{"x-amz-colour": "red"}), "unknown field x-amz-colour"),
            ("base64", changed(send, body=mail("!")), "Content.Raw.Data is not base64"),
            ("no JSON", replace(put_item, body=b"{"), "body is not JSON"),
            (
                "an operation",
                changed(put_item, **{"x-amz-target": "DynamoDB_20120810.PutItems"}),
                "has no operation 'PutItems'",
            ),
            ("a prefix", changed(put_item, **{"x-amz-target": "DynamoDB.PutItem"}), "the prefix is not"),
            ("a path", replace(create, path="/schedule/n"), "has no operation at POST"),
            (
                "a service",
                changed(put_item, authorization=signed.replace("dynamodb", "dynamo")),
                "no service is named 'dynamo'",
            ),
            ("a signature", changed(put_item, authorization=""), "no service is named ''"),
        ]:
            with self.subTest(name):
                violations = [f"{one.path} {one.rule}" for one in models.check(request)[2]]
                self.assertTrue(any(wanted in violation for violation in violations), violations)


def changed(request: Request, body: dict | None = None, query: str = "", **headers: str) -> Request:
    body = json.dumps(body).encode() if body else request.body
    return replace(request, body=body, query=query, headers=request.headers | headers)


def failed(*ids: str) -> dict:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}


class Answers(unittest.TestCase):
    def rules(self, event: dict, answer: object) -> list[str]:
        return [violation.rule for violation in check_answer(event, answer)[1]]

    def test_answers_to_api_gateway(self) -> None:
        event = {"version": "2.0", "requestContext": {"http": {"method": "GET"}}}
        right = {"statusCode": 200, "headers": {"etag": "x"}, "cookies": [], "body": "aGk=", "isBase64Encoded": True}
        self.assertEqual(self.rules(event, right), [])
        for wrong, rule in [
            ({"statusCode": "200"}, "is no status"),
            ({"headers": {"etag": ["x"]}}, "is no map of texts"),
            ({"cookies": [1]}, "is no list of texts"),
            ({"body": {}, "isBase64Encoded": False}, "is no text"),
            ({"body": "?"}, "is not base64"),
            ({"multiValueHeaders": {"etag": ["x", "y"]}}, "has a header that format 2.0 drops"),
            ({"body": "x" * 6145 * KIB, "isBase64Encoded": False}, "has more than 6 MB (Lambda quotas)"),
        ]:
            with self.subTest(rule):
                self.assertEqual(self.rules(event, right | wrong), [rule])
        self.assertEqual(self.rules(event, "hello"), ["is no object"])
        self.assertEqual(self.rules({"requestContext": {"connectionId": "a"}}, {"statusCode": 200}), [])

    def test_partial_batch_responses(self) -> None:
        queue = {"Records": [{"messageId": "1", "eventSource": "aws:sqs"}, {"messageId": "2", "eventSource": "aws:sqs"}]}
        stream = {"Records": [{"eventSource": "aws:dynamodb", "eventID": "e", "dynamodb": {"SequenceNumber": "7"}}]}
        self.assertEqual(
            self.rules(queue, failed()) + self.rules(queue, failed("2", "1")) + self.rules(stream, failed("7")), []
        )
        for event, answer in [
            (queue, failed("3")),
            (queue, failed("")),
            (stream, failed("e")),
            (queue, {"failures": []}),
            (queue, 1),
        ]:
            with self.subTest(answer):
                self.assertEqual(len(self.rules(event, answer)), 1)

    def test_invocations(self) -> None:
        config = {"Environment": {"Variables": {"A": "x" * 4 * KIB}}}
        self.assertEqual(len(check_invocation(config, {})), 1)
        self.assertEqual(len(check_invocation({}, {"body": "x" * 6 * KIB * KIB})), 1)
        self.assertEqual(check_invocation({"Environment": {"Variables": {"A": "x"}}}, {}), [])
