"""The quotas of AWS services that the services' models do not contain.

A rule belongs to a shape of a model, or to a member of a structure, such as `MessageTag.Name`. Each rule names the page of
AWS's documentation that has it. Most sizes of DynamoDB are also checked by the emulator.
"""

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import regex
from ministack.services import dynamodb

KIB = 1024
MIB = 1024 * KIB

# Returns why AWS would refuse a value, or None.
Complaint = Callable[[Any], str | None]


@dataclass(frozen=True)
class Rule:
    """What AWS refuses about a shape. `member` is empty if the rule is about the whole shape."""

    member: str
    complaint: Complaint
    source: str

    def broken_by(self, value: Any) -> Iterator[tuple[str, str]]:
        """Yields the member and the reason, if AWS would refuse the value of the shape."""
        if self.member and self.member not in value:
            return
        found = self.complaint(value[self.member] if self.member else value)
        if found:
            yield self.member, f"{found} ({self.source})"


def at_most(limit: int, what: str, measure: Callable[[Any], float]) -> Complaint:
    return lambda value: f"has more than {limit} {what}" if measure(value) > limit else None


def within(least: int, most: int, unit: str) -> Complaint:
    return lambda value: None if least <= value <= most else f"is not between {least} and {most} {unit}"


def matching(pattern: str) -> Complaint:
    compiled = regex.compile(pattern)
    return lambda value: None if compiled.fullmatch(value) else f"does not match {pattern}"


def text_bytes(text: str) -> int:
    return len(text.encode())


# ---- DynamoDB ----


def put_bytes(transaction: list[dict]) -> int:
    """Returns the size of everything that a transaction writes. An update has at least its key and its values."""
    writes = [write for item in transaction for write in item.values()]
    values = [write.get(part, {}) for write in writes for part in ("Item", "Key", "ExpressionAttributeValues")]
    return sum(map(dynamodb._item_size_bytes, values))


def key_sizes(item: dict) -> str | None:
    """The template's key attributes are named `…pk` and `…sk`."""
    for name, value in item.items():
        limit = {"pk": 2048, "sk": 1024}.get(name[-2:])
        if limit and not 1 <= text_bytes(value.get("S", "?")) <= limit:
            return f"{name} is empty or has more than {limit} bytes"
    return None


def same_item_twice(transaction: list[dict]) -> str | None:
    writes = [write for item in transaction for write in item.values()]
    keys = [
        (write["TableName"], json.dumps(key_of(write.get("Key") or write.get("Item")), sort_keys=True)) for write in writes
    ]
    return "has two actions for one item" if len(set(keys)) < len(keys) else None


def key_of(item: dict) -> dict:
    return {name: value for name, value in item.items() if name in ("pk", "sk")}


def substitutions(request: dict) -> int:
    names, values = (request.get(f"ExpressionAttribute{kind}", {}) for kind in ("Names", "Values"))
    return sum(text_bytes(key) + text_bytes(name) for key, name in names.items()) + dynamodb._item_size_bytes(values)


def long_key(limit: int) -> Complaint:
    return lambda pairs: next((f"{key[:20]}… has more than {limit} bytes" for key in pairs if text_bytes(key) > limit), None)


# An operator or a function of an expression.
OPERATOR = regex.compile(r"<>|<=|>=|[=<>+-]|\b(?:AND|OR|NOT|BETWEEN|IN)\b|\w+(?=\s*\()", regex.IGNORECASE)
OPERANDS = regex.compile(r"\bIN\s*\(([^)]*)\)", regex.IGNORECASE)


@functools.lru_cache(1024)
def operators(expression: str) -> int:
    return len(OPERATOR.findall(expression))


@functools.lru_cache(1024)
def operands(expression: str) -> int:
    return max((found[1].count(",") + 1 for found in OPERANDS.finditer(expression)), default=0)


# ---- SQS ----

NOT_A_CHARACTER = regex.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def message_bytes(message: dict) -> int:
    attributes = message.get("MessageAttributes", {}).items()
    values = (value.get("DataType", "") + value.get("StringValue", "") for _, value in attributes)
    names = (name for name, _ in attributes)
    return sum(map(text_bytes, [message["MessageBody"], *names, *values]))


def bad_message(message: dict) -> str | None:
    if not message["MessageBody"] or NOT_A_CHARACTER.search(message["MessageBody"]):
        return "MessageBody is empty or has a character that SQS refuses"
    if len(message.get("MessageAttributes", {})) > 10:
        return "has more than 10 attributes"
    return None


def bad_for_the_queue(request: dict) -> str | None:
    fifo = request["QueueUrl"].endswith(".fifo")
    for message in request.get("Entries", [request]):
        if fifo and ("MessageGroupId" not in message or "DelaySeconds" in message):
            return "a message of a FIFO queue has no group, or a delay of its own"
        if not fifo and "MessageDeduplicationId" in message:
            return "a message of a standard queue has an id for deduplication"
    return None


def equal_ids(entries: list[dict]) -> str | None:
    return "has an Id twice" if len({entry["Id"] for entry in entries}) < len(entries) else None


def messages_bytes(entries: list[dict]) -> int:
    return sum(map(message_bytes, entries))


# ---- S3 ----


def pairs_bytes(pairs: dict[str, str]) -> int:
    return sum(text_bytes(name) + text_bytes(value) for name, value in pairs.items())


# ---- SES ----


def recipients(destination: dict) -> int:
    return sum(map(len, destination.values()))


def bad_mail(mail: bytes) -> str | None:
    head, blank, _ = mail.partition(b"\r\n\r\n")
    if not blank or b"\nfrom:" not in b"\n" + head.lower():
        return "has no header, blank line and From"
    if not head.isascii():
        return "has a header that is not ASCII"
    # The line's end counts.
    return "has a line of more than 1,000 characters" if max(map(len, mail.split(b"\n"))) >= 1000 else None


def base64_bytes(data: bytes) -> int:
    return (len(data) + 2) // 3 * 4


# ---- The table ----

DYNAMODB = "Constraints in Amazon DynamoDB"
SQS = "Amazon SQS message quotas"
SQS_SEND = "SendMessage, Amazon SQS API Reference"
SQS_BATCH = "SendMessageBatch, Amazon SQS API Reference"
SES = "Service quotas in Amazon SES"
MAIL = "RawMessage, Amazon SES API v2 Reference"
WEB_SOCKET = "Quotas for configuring and running a WebSocket in API Gateway"
SCHEDULER = "Schedule types in EventBridge Scheduler"
S3_KEY = "Naming Amazon S3 objects"
S3_BUCKET = "General purpose bucket naming rules"
SQS_GROUP = matching(r"""[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]{1,128}""")
AT = r"at\(\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\)"
EVERY = r"rate\([1-9]\d* (minute|hour|day)s?\)|cron\(([^ ]+ ){5}[^ ]+\)"

EXPRESSIONS = ("ConditionExpression", "KeyExpression", "ProjectionExpression", "UpdateExpression")
CHANGES = ("PutItemInput", "UpdateItemInput", "DeleteItemInput", "QueryInput", "Put", "Update", "Delete", "ConditionCheck")
MESSAGES = ("SendMessageRequest", "SendMessageBatchRequestEntry")
TIMEOUTS = ("ChangeMessageVisibilityRequest", "ChangeMessageVisibilityBatchRequestEntry")
QUOTAS: dict[str, list[tuple[str, Complaint, str]]] = {
    "dynamodb": [
        ("PutItemInputAttributeMap", at_most(400 * KIB, "bytes", dynamodb._item_size_bytes), DYNAMODB),
        ("PutItemInputAttributeMap", key_sizes, DYNAMODB),
        ("Key", key_sizes, DYNAMODB),
        ("TableArn", matching(r"[a-zA-Z0-9_.-]{3,255}|arn:.+"), DYNAMODB),
        ("TransactWriteItemList", at_most(4 * MIB, "bytes", put_bytes), DYNAMODB),
        ("TransactWriteItemList", same_item_twice, DYNAMODB),
        ("BatchWriteItemRequestMap", at_most(25, "writes", lambda tables: sum(map(len, tables.values()))), DYNAMODB),
        (
            "BatchGetRequestMap",
            at_most(100, "keys", lambda tables: sum(len(one["Keys"]) for one in tables.values())),
            DYNAMODB,
        ),
        *((shape, at_most(4 * KIB, "bytes", text_bytes), DYNAMODB) for shape in EXPRESSIONS),
        *((shape, at_most(300, "operators", operators), DYNAMODB) for shape in EXPRESSIONS),
        *((shape, at_most(100, "operands of IN", operands), DYNAMODB) for shape in EXPRESSIONS),
        *((shape, at_most(2 * MIB, "bytes of names and values", substitutions), DYNAMODB) for shape in CHANGES),
        ("ExpressionAttributeNameMap", long_key(255), DYNAMODB),
        ("ExpressionAttributeValueMap", long_key(255), DYNAMODB),
    ],
    "sqs": [
        ("SendMessageRequest", at_most(MIB, "bytes", message_bytes), SQS_BATCH),
        ("SendMessageRequest", bad_message, SQS),
        ("SendMessageRequest", bad_for_the_queue, SQS_SEND),
        ("SendMessageBatchRequest", bad_for_the_queue, SQS_SEND),
        ("SendMessageBatchRequestEntry", bad_message, SQS),
        ("SendMessageBatchRequest.Entries", at_most(MIB, "bytes", messages_bytes), SQS_BATCH),
        ("ReceiveMessageRequest.MaxNumberOfMessages", within(1, 10, "messages"), SQS),
        ("ReceiveMessageRequest.WaitTimeSeconds", within(0, 20, "seconds"), SQS),
        *((f"{shape}.DelaySeconds", within(0, 900, "seconds"), SQS) for shape in MESSAGES),
        *((f"{shape}.VisibilityTimeout", within(0, 12 * 3600, "seconds"), SQS) for shape in TIMEOUTS),
        *(
            (f"{operation}BatchRequest.Entries", complaint, SQS)
            for operation in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
            for complaint in (at_most(10, "messages", len), equal_ids)
        ),
        *((f"{shape}.{name}", SQS_GROUP, SQS) for shape in MESSAGES for name in ("MessageGroupId", "MessageDeduplicationId")),
        *(
            (f"{operation}BatchRequestEntry.Id", matching(r"[A-Za-z0-9_-]{1,80}"), SQS)
            for operation in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
        ),
    ],
    "sesv2": [
        ("Destination", at_most(50, "recipients", recipients), SES),
        ("RawMessage.Data", at_most(40 * MIB, "bytes in base64", base64_bytes), SES),
        ("RawMessage.Data", bad_mail, MAIL),
        ("MessageTag.Name", matching(r"[A-Za-z0-9_-]{1,256}"), "MessageTag, Amazon SES API v2 Reference"),
        ("MessageTag.Value", matching(r"[A-Za-z0-9_-]{1,256}"), "MessageTag, Amazon SES API v2 Reference"),
    ],
    # The model limits a message to 128 KB.
    "apigatewaymanagementapi": [("Data", at_most(32 * KIB, "bytes, which is a frame", len), WEB_SOCKET)],
    "scheduler": [("ScheduleExpression", matching(f"{AT}|{EVERY}"), SCHEDULER)],
    "s3": [
        ("ObjectKey", at_most(1024, "bytes", text_bytes), S3_KEY),
        ("PutObjectRequest.Metadata", at_most(2 * KIB, "bytes", pairs_bytes), "Working with object metadata"),
        ("BucketName", matching(r"(?!xn--|.*\.\.|.*-s3alias$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"), S3_BUCKET),
    ],
    "lambda": [("InvocationRequest.Payload", at_most(6 * MIB, "bytes", len), "Lambda quotas")],
    "cloudformation": [("TemplateBody", at_most(51_200, "bytes", text_bytes), "Understand CloudFormation quotas")],
}


@functools.cache
def of_service(name: str) -> dict[str, list[Rule]]:
    """Returns the rules of each shape of a service."""
    rules: dict[str, list[Rule]] = {}
    for place, complaint, source in QUOTAS.get(name, ()):
        shape, _, member = place.partition(".")
        rules.setdefault(shape, []).append(Rule(member, complaint, source))
    return rules
