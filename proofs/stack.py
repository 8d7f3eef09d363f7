"""The emulated stack that `cargo xtask up` made, as `stack.json` describes it."""

import json
import urllib.error
import urllib.request
from typing import Any

from api import Client

# A function in qemu may take so long.
PATIENCE_SECONDS = 180
INVOCATIONS = "/2015-03-31/functions/{}/invocations"

class Answer:
    """An HTTP answer, of any status."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def expect(self, status: int) -> Any:
        """Returns the body, which is JSON, of an answer with this status."""
        if self.status != status:
            raise RuntimeError(f"{self.status} instead of {status}: {self.body[:500]!r}")
        return self.json


def send(method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    request = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, dict(error.headers), error.read())


class Stack:
    """The addresses and the accounts of a stack."""

    def __init__(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            self.described = json.load(file)
        self.functions: dict[str, str] = self.described["functions"]
        self.anyone = Client(self.described["httpUrl"])

    def organizer(self) -> Client:
        """Returns a new account that may make events."""
        admin = self.anyone.signed_in(self.described["admin"]["email"], self.described["admin"]["password"])
        return self.anyone.sign_up("Olga", admin)

    def aws(self, service: str, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Sends a request to the emulator, which reads the service from the signature and does not check it."""
        scope = f"Credential=test/20260101/us-east-1/{service}/aws4_request"
        headers["authorization"] = f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"
        return send(method, self.described["endpointUrl"] + path, body, headers)

    def configuration(self, function: str) -> dict[str, Any]:
        """Returns the configuration of a deployed function: its environment, its timeout, its memory."""
        path = f"/2015-03-31/functions/{self.functions[function]}/configuration"
        return self.aws("lambda", "GET", path).expect(200)

    def invoke(self, function: str, event: bytes) -> Answer:
        """Invokes a deployed function."""
        return self.aws("lambda", "POST", INVOCATIONS.format(self.functions[function]), event)

    def items(self, pk: str, sk: str) -> list[dict[str, Any]]:
        """Returns the items of a partition whose sort key begins with `sk`, up to one page."""
        query = {
            "TableName": self.described["tableName"],
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":sk": {"S": sk}},
        }
        headers = {"x-amz-target": "DynamoDB_20120810.Query", "content-type": "application/x-amz-json-1.0"}
        return self.aws("dynamodb", "POST", "/", json.dumps(query).encode(), **headers).expect(200)["Items"]
