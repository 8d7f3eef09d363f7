"""The emulated stack that `cargo xtask up` made, as `stack.json` describes it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

PATIENCE_SECONDS = 180
INVOCATIONS = "/2015-03-31/functions/{}/invocations"

Found = TypeVar("Found")


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


def send_json(method: str, url: str, body: Any = None, token: str = "") -> Answer:
    """Sends a request of the HTTP API, with the access token of an account if there is one."""
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    return send(method, url, None if body is None else json.dumps(body).encode(), headers)


def eventually(find: Callable[[], Found | None], what: str) -> Found:
    """Returns what `find` returns as soon as it returns something. It is called again and again until then."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if (found := find()) is not None:
            return found
        time.sleep(0.1)
    raise TimeoutError(what)


class Stack:
    """The addresses and the accounts of a stack."""

    def __init__(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            self.described = json.load(file)
        self.functions: dict[str, str] = self.described["functions"]

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

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Answer:
        """Sends a request to the HTTP API."""
        return send_json(method, self.described["httpUrl"] + path, body, token)
