"""Judges an answer of the API that is close to the 6 MB that Lambda takes from a function, and one beyond."""

import base64
import gzip
import json
import pathlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api import Client, soon
from judgement import judge
from rie import Rie
from stack import Answer, Stack

# What Lambda takes from a function, and what it says of more (Lambda quotas, "Invocation payload").
MOST_BYTES = 6 * 1024 * 1024 + 100
TOO_LARGE = "Function.ResponseSizeTooLarge"
# The longest description. In an answer to API Gateway, which is JSON in JSON, each of its characters takes four bytes.
DESCRIPTION = '"' * 5_000
# So many of them are below the limit, and beyond it.
BELOW, BEYOND = 290, 330
REQUEST = pathlib.Path(__file__).parent.parent / "events/api/get-event.json"


def judge_large_answers(api: Rie, stack: Stack) -> None:
    """Exports an organizer with many events, which is the largest answer that the API has."""
    host = stack.organizer()
    make_events(host, BELOW)
    answer = api.invoke(export(host, "identity"))
    is_whole = count(answer) == BELOW and len(answer.body) < MOST_BYTES
    judge("api, an answer below 6 MB", is_whole, f"{len(answer.body)} bytes")

    process = api.function_process()
    make_events(host, BEYOND - BELOW)
    answer = api.invoke(export(host, "identity"))
    judge("api, an answer beyond 6 MB is refused", TOO_LARGE.encode() in answer.body, answer.body[:200].decode())
    again = api.invoke(REQUEST.read_bytes())
    is_good = again.json["statusCode"] == 404 and api.function_process() == process
    judge("api, the same process goes on", is_good, f"status {again.json['statusCode']}")
    answer = api.invoke(export(host, "gzip"))
    judge("api, the same answer for a client that can unpack it", count(answer) == BEYOND, f"{len(answer.body)} bytes")


def unpacked(answer: dict[str, Any]) -> str:
    """Returns the body of an answer to API Gateway."""
    if not answer["isBase64Encoded"]:
        return answer["body"]
    body = base64.b64decode(answer["body"])
    return (gzip.decompress(body) if answer["headers"].get("content-encoding") == "gzip" else body).decode()


def count(answer: Answer) -> int:
    """Returns the number of exported events."""
    return len(json.loads(unpacked(answer.json))["events"]) if answer.status == 200 else 0


def make_events(host: Client, count: int) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: host.draft(soon(days=30), description=DESCRIPTION), range(count)))


def export(host: Client, accepted: str) -> bytes:
    """Returns the event of `GET /v1/me/export`."""
    event = json.loads(REQUEST.read_text(encoding="utf-8"))
    event["rawPath"] = event["requestContext"]["http"]["path"] = "/v1/me/export"
    event["headers"]["authorization"] = f"Bearer {host.token}"
    event["headers"]["accept-encoding"] = accepted
    return json.dumps(event).encode()
