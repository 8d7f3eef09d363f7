"""Whether what is counted is what was called: known calls of the emulator's own DynamoDB, and many at once.

Run by `cargo xtask test` with the Python of target/tools/venv.
"""

import asyncio
import json
import types
import unittest

from ministack.services import dynamodb

import counts

TABLE = "table"
AGENT = b"aws-sdk-rust/1.3 os/linux lang/rust/1.95.0 app/em-connect-test-api"


class Door:
    """An emulator that has DynamoDB only, behind the counting door."""

    def __init__(self) -> None:
        self.service = types.SimpleNamespace(**vars(dynamodb))
        self.service.handle_request = counts.telling_units(dynamodb.handle_request, dynamodb)
        self.counts = counts.Counts()
        self.app = counts.at_the_door(self.serve, self.counts)

    async def serve(self, scope: dict, receive, send) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = (await receive())["body"]
        # Others are served meanwhile.
        await asyncio.sleep(0)
        status, answered, text = await self.service.handle_request("POST", "/", headers, body, {})
        plain = [(name.encode(), str(value).encode()) for name, value in answered.items()]
        await send({"type": "http.response.start", "status": status, "headers": plain})
        await send({"type": "http.response.body", "body": text})

    async def call(self, operation: str, request: dict, agent: bytes = AGENT) -> dict:
        said = []

        async def receive() -> dict:
            return {"type": "http.request", "body": json.dumps(request).encode()}

        async def send(message: dict) -> None:
            said.append(message)

        target = f"DynamoDB_20120810.{operation}".encode()
        headers = [(b"x-amz-target", target), (b"user-agent", agent)]
        await self.app({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive, send)
        return json.loads(said[1]["body"])

    def counted(self) -> dict:
        """Calls, read and write units, by operation, outcome and place."""
        return {
            (one["operation"], one["outcome"], one["on"]): (one["calls"], one["readUnits"], one["writeUnits"])
            for one in self.counts.snapshot()["calls"]
        }


def item(sort: str, size: int = 10, **more: str) -> dict:
    texts = {"pk": "p", "sk": sort, "text": "x" * size} | more
    return {name: {"S": value} for name, value in texts.items()}


class KnownCalls(unittest.IsolatedAsyncioTestCase):
    """Units as "Capacity unit consumption for operations" of the DynamoDB Developer Guide has them."""

    async def asyncSetUp(self) -> None:
        dynamodb.reset()
        self.door = Door()
        schema = [("pk", "HASH"), ("sk", "RANGE")]
        keys = lambda prefix: [{"AttributeName": prefix + name, "KeyType": kind} for name, kind in schema]
        made = await self.door.call(
            "CreateTable",
            {
                "TableName": TABLE,
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": keys(""),
                "AttributeDefinitions": [
                    {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gpk", "gsk")
                ],
                "GlobalSecondaryIndexes": [
                    {"IndexName": "index", "KeySchema": keys("g"), "Projection": {"ProjectionType": "ALL"}}
                ],
            },
            agent=b"somebody else",
        )
        self.assertIn("TableDescription", made)

    async def put(self, **arguments: object) -> dict:
        return await self.door.call("PutItem", {"TableName": TABLE} | arguments)

    async def test_a_write_costs_by_the_kilobyte_and_again_for_the_index(self) -> None:
        self.assertNotIn("ConsumedCapacity", await self.put(Item=item("a")))
        await self.put(Item=item("b", 2_000, gpk="g", gsk="b"))
        self.assertEqual(
            self.door.counted(),
            {("PutItem", "ok", TABLE): (2, 0.0, 3.0), ("PutItem", "ok", f"{TABLE}/index"): (0, 0.0, 2.0)},
        )

    async def test_who_asks_for_the_units_is_told(self) -> None:
        said = await self.put(Item=item("a"), ReturnConsumedCapacity="TOTAL")
        self.assertEqual(said["ConsumedCapacity"]["CapacityUnits"], 1.0)

    async def test_a_condition_that_fails_costs_like_a_write(self) -> None:
        await self.put(Item=item("a", 1_500))
        said = await self.put(Item=item("a"), ConditionExpression="attribute_not_exists(pk)")
        self.assertIn("ConditionalCheckFailed", said["__type"])
        failed = ("PutItem", "ConditionalCheckFailedException", TABLE)
        self.assertEqual(self.door.counted()[failed], (1, 0.0, 2.0))

    async def test_a_transaction_costs_twice_whatever_comes_of_it(self) -> None:
        put = lambda sort: {"Put": {"TableName": TABLE, "Item": item(sort), "ConditionExpression": "attribute_not_exists(pk)"}}
        for _ in range(2):
            await self.door.call("TransactWriteItems", {"TransactItems": [put("a"), put("b")]})
        self.assertEqual(
            self.door.counted(),
            {
                ("TransactWriteItems", "ok", TABLE): (1, 0.0, 4.0),
                ("TransactWriteItems", "TransactionCanceledException", TABLE): (1, 0.0, 4.0),
            },
        )

    async def test_a_read_costs_by_four_kilobytes_and_half_where_it_may_be_old(self) -> None:
        await self.put(Item=item("a", 5_000))
        get = {"TableName": TABLE, "Key": {"pk": {"S": "p"}, "sk": {"S": "a"}}}
        await self.door.call("GetItem", get | {"ConsistentRead": True})
        self.assertEqual(self.door.counted()[("GetItem", "ok", TABLE)], (1, 2.0, 0.0))
        await self.door.call("GetItem", get | {"ProjectionExpression": "sk"})
        self.assertEqual(self.door.counted()[("GetItem", "ok", TABLE)], (2, 3.0, 0.0))
        absent = {"TableName": TABLE, "Key": {"pk": {"S": "p"}, "sk": {"S": "none"}}}
        await self.door.call("GetItem", absent)
        self.assertEqual(self.door.counted()[("GetItem", "ok", TABLE)], (3, 3.5, 0.0))

    async def test_a_query_costs_what_was_read_whatever_was_left_out(self) -> None:
        for number in range(3):
            await self.put(Item=item(f"{number}", 3_000, gpk="g", gsk=f"{number}"))
        query = {
            "TableName": TABLE,
            "KeyConditionExpression": "#p = :p",
            "ExpressionAttributeNames": {"#p": "pk", "#t": "text"},
            "ExpressionAttributeValues": {":p": {"S": "p"}, ":t": {"S": "none"}},
            "FilterExpression": "#t = :t",
        }
        said = await self.door.call("Query", query)
        self.assertEqual(said["Count"], 0)
        # 9 KB and names are three blocks.
        self.assertEqual(self.door.counted()[("Query", "ok", TABLE)], (1, 1.5, 0.0))
        of_index = {
            "TableName": TABLE,
            "IndexName": "index",
            "KeyConditionExpression": "gpk = :g",
            "ExpressionAttributeValues": {":g": {"S": "g"}},
            "Limit": 1,
        }
        await self.door.call("Query", of_index)
        self.assertEqual(self.door.counted()[("Query", "ok", f"{TABLE}/index")], (1, 0.5, 0.0))

    async def test_many_calls_at_once_are_all_counted(self) -> None:
        calls = [self.put(Item=item(f"{number}", 100 + 1_024 * (number % 3))) for number in range(300)]
        calls += [self.put(Item=item("a"), ConditionExpression="attribute_exists(absent)") for _ in range(100)]
        await asyncio.gather(*calls)
        counted = self.door.counted()
        self.assertEqual(counted[("PutItem", "ok", TABLE)], (300, 0.0, 600.0))
        self.assertEqual(counted[("PutItem", "ConditionalCheckFailedException", TABLE)], (100, 0.0, 100.0))
        self.assertEqual(self.door.counts.snapshot()["underway"], 0)

    async def test_calls_of_nobody_are_not_counted(self) -> None:
        await self.door.call("PutItem", {"TableName": TABLE, "Item": item("a")}, agent=b"aws-cli/2")
        self.assertEqual(self.door.counted(), {})


class Names(unittest.TestCase):
    def test_services_and_operations(self) -> None:
        json_call = lambda target: counts.named("POST", "/", {b"x-amz-target": target})
        self.assertEqual(json_call(b"DynamoDB_20120810.UpdateItem"), ("dynamodb", "UpdateItem"))
        self.assertEqual(json_call(b"AmazonSQS.SendMessageBatch"), ("sqs", "SendMessageBatch"))
        self.assertEqual(json_call(b"secretsmanager.GetSecretValue"), ("secretsmanager", "GetSecretValue"))
        rest = lambda method, path: counts.named(method, path, {})
        self.assertEqual(rest("POST", "/v2/email/outbound-emails"), ("ses", "SendEmail"))
        self.assertEqual(rest("PUT", "/schedules/a"), ("scheduler", "UpdateSchedule"))
        connection = "/_aws/execute-api/abc/live/@connections/xyz"
        self.assertEqual(rest("POST", connection), ("execute-api", "PostToConnection"))


if __name__ == "__main__":
    unittest.main()
