"""Checks whether AWS would accept the requests and answers of functions.

Requests of AWS services are checked against the services' models (models.py) and quotas (quotas.py). Answers of functions are
checked against what Lambda, API Gateway and the triggers accept. GET /_em-connect/conformance returns all results since the
start of the emulator:

    {"requests": [{"caller": "…", "service": "dynamodb", "operation": "UpdateItem", "times": 1}],
     "answers": [{"caller": "…", "kind": "http", "times": 1}],
     "violations": [{"caller": "…", "operation": "dynamodb UpdateItem", "path": "Key.pk", "rule": "…", "value": "…",
                     "times": 1}],
     "functions": ["…"],
     "seconds": 0.5}

- `caller`: a function's name on Lambda, `aws-cli` or `aws-sdk-rust`. A test may call itself a function. `functions` has the
  names of those that were really invoked.
- `path`: the member that AWS would refuse; `rule`: why; `value`: the value of the first such request.
- `seconds`: the processor time of all checks.
"""

import base64
import binascii
import json
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import quote

import models
from counts import caller as function_of
from ministack import app
from ministack.services import lambda_svc
from models import Violation
from protocols import Request
from quotas import KIB, MIB

PATH = "/_em-connect/conformance"
# The members that identify an entry of `violations`.
VIOLATION_KEY = ("caller", "operation", "path", "rule")


class Record:
    """Everything that was checked since the start. Several threads use it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.requests: Counter[tuple[str, str, str]] = Counter()
        self.answers: Counter[tuple[str, str]] = Counter()
        self.violations: dict[tuple[str, ...], dict] = {}
        self.functions: set[str] = set()
        self.seconds = 0.0

    def add(self, caller: str, operation: str, violations: list[Violation], began: float) -> None:
        for violation in violations:
            key = (caller, operation, violation.path, violation.rule)
            first = dict(zip(VIOLATION_KEY, key, strict=True)) | {"value": violation.value, "times": 0}
            self.violations.setdefault(key, first)["times"] += 1
        self.seconds += time.thread_time() - began

    def request(self, caller: str, request: Request) -> None:
        began = time.thread_time()
        try:
            service, operation, violations = models.check(request)
        except Exception as error:
            # A request that the checks do not understand must reach the emulator all the same.
            service, operation, violations = "", "", [Violation("(all)", f"was not checked: {error!r}", "")]
        with self.lock:
            self.requests[caller, service, operation] += 1
            self.add(caller, f"{service} {operation}", violations, began)

    def invocation(self, config: dict, event: object, result: dict) -> None:
        began = time.thread_time()
        function = config["FunctionName"]
        kind, violations = "error", []
        if not result.get("error") and not result.get("throttle"):
            kind, violations = check_answer(event, result.get("body"))
        violations += check_invocation(config, event)
        with self.lock:
            self.functions.add(function)
            self.answers[function, kind] += 1
            self.add(function, f"answer to {kind}", violations, began)

    def snapshot(self) -> dict:
        with self.lock:
            return {
                "requests": named(("caller", "service", "operation"), self.requests),
                "answers": named(("caller", "kind"), self.answers),
                "violations": [dict(one) for one in self.violations.values()],
                "functions": sorted(self.functions),
                "seconds": round(self.seconds, 3),
            }


def named(names: tuple[str, ...], counter: Counter) -> list[dict]:
    return [dict(zip(names, key, strict=True)) | {"times": times} for key, times in counter.items()]


def record() -> None:
    """Starts checking. Call it before the emulator starts."""
    record = Record()
    app._handle_special_data_plane_request = checking_requests(app._handle_special_data_plane_request, record)
    lambda_svc._execute_function_dispatch = checking_answers(lambda_svc._execute_function_dispatch, record)


def caller(headers: dict[str, str]) -> str | None:
    """Returns who makes a call; None if neither a function nor a tool of em-connect makes it."""
    agent = headers.get("user-agent", "")
    tools = (tool for tool in ("aws-cli", "aws-sdk-rust") if agent.startswith(f"{tool}/"))
    return function_of(headers) or next(tools, None)


def checking_requests(respond: Callable[..., Awaitable], record: Record) -> Callable[..., Awaitable]:
    """Wraps the function of the emulator that sees every request first."""

    async def check_and_respond(
        method: str, path: str, headers: dict, body: bytes, *more: object, **sent: str | None
    ) -> tuple[int, dict, bytes] | None:
        if path == PATH:
            return 200, {"Content-Type": "application/json"}, json.dumps(record.snapshot()).encode()
        by = caller(headers)
        if by:
            raw_path = sent.get("raw_path") or quote(path)
            record.request(by, Request(method, raw_path, sent.get("raw_query_string") or "", headers, body))
        return await respond(method, path, headers, body, *more, **sent)

    return check_and_respond


def checking_answers(dispatch: Callable[..., dict], record: Record) -> Callable[..., dict]:
    """Wraps the emulator's invocation of a function."""

    def dispatch_and_check(function: dict, config: dict, event: object, *more: object) -> dict:
        result = dispatch(function, config, event, *more)
        record.invocation(config, event, result)
        return result

    return dispatch_and_check


def check_invocation(config: dict, event: object) -> list[Violation]:
    """Returns what Lambda would refuse of an invocation and of its function ("Lambda quotas")."""
    variables = config.get("Environment", {}).get("Variables", {})
    violations = []
    if sum(len(name.encode()) + len(str(value).encode()) for name, value in variables.items()) > 4 * KIB:
        violations.append(Violation("Environment", "has more than 4 KB (Lambda quotas)", ""))
    if len(json.dumps(event)) > 6 * MIB:
        violations.append(Violation("(event)", "has more than 6 MB (Lambda quotas)", ""))
    return violations


def check_answer(event: object, answer: object) -> tuple[str, list[Violation]]:
    """Returns the kind of event, and what its sender would refuse of the answer."""
    event = event if isinstance(event, dict) else {}
    records, context = event.get("Records"), event.get("requestContext", {})
    if records:
        kind, rules = "batch", batch_rules(records, answer)
    elif "http" in context:
        kind, rules = "http", proxy_rules(answer)
    elif "connectionId" in context:
        kind, rules = "websocket", proxy_rules(answer)
    else:
        kind, rules = "other", iter(())
    violations = [Violation(path, rule, repr(answer)[:100]) for path, rule in rules]
    if len(json.dumps(answer)) > 6 * MIB:
        violations.append(Violation("(answer)", "has more than 6 MB (Lambda quotas)", ""))
    return kind, violations


def batch_rules(records: list[dict], answer: object) -> Iterator[tuple[str, str]]:
    """Yields what makes Lambda take the whole batch as failed ("Handling errors for an SQS event source in Lambda")."""
    if answer is None or answer == {}:
        return
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not isinstance(failures, list) or set(answer) != {"batchItemFailures"}:
        yield "(answer)", "is no partial batch response"
        return
    ids = {one.get("messageId") or one.get("dynamodb", {}).get("SequenceNumber") for one in records}
    if not all(isinstance(one, dict) and one.get("itemIdentifier") in ids and len(one) == 1 for one in failures):
        yield "batchItemFailures[].itemIdentifier", "is no id of the batch"


def proxy_rules(answer: object) -> Iterator[tuple[str, str]]:
    """Yields what API Gateway would refuse or drop ("Create AWS Lambda proxy integrations for HTTP APIs in API Gateway")."""
    if not isinstance(answer, dict):
        yield "(answer)", "is no object"
        return
    status, headers, body = answer.get("statusCode"), answer.get("headers") or {}, answer.get("body")
    if not isinstance(status, int) or not 100 <= status <= 599:
        yield "statusCode", "is no status"
    if not isinstance(headers, dict) or not all(isinstance(value, (str, int, bool)) for value in headers.values()):
        yield "headers", "is no map of texts"
    if not all(isinstance(cookie, str) for cookie in answer.get("cookies") or []):
        yield "cookies", "is no list of texts"
    if body is not None and not isinstance(body, str):
        yield "body", "is no text"
    if answer.get("isBase64Encoded"):
        try:
            base64.b64decode(body or "", validate=True)
        except binascii.Error:
            yield "body", "is not base64"
    several = answer.get("multiValueHeaders") or {}
    if any(len(values) > 1 or name.lower() not in map(str.lower, headers) for name, values in several.items()):
        yield "multiValueHeaders", "has a header that format 2.0 drops"
