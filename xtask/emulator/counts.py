"""Counts the calls that functions make of AWS services, and the invocations of functions.

GET /_em-connect/counts returns all counts since the start of the emulator. To measure one operation, read them before and
after it, and subtract:

    {"calls": [{"function": "…", "service": "dynamodb", "operation": "UpdateItem", "outcome": "ok", "on": "…",
                "calls": 1, "readUnits": 0.0, "writeUnits": 1.0, "bytes": 512}],
     "invocations": [{"function": "…", "invocations": 1, "records": 1, "logBytes": 900}],
     "underway": 0}

- `function`: its name on Lambda, which the SDK sends in its user agent (AWS_SDK_UA_APP_ID).
- `outcome`: `ok`, or the error in the answer, such as ConditionalCheckFailedException. Each retry counts as a call.
- `on`: the table, or table and index as `table/index`. If a call uses units of both, it has two entries, and only that of
  the table counts the call.
- `readUnits`, `writeUnits`: units of DynamoDB (units.py).
- `bytes`: size of the request's body.
- `records`: number of records in the batches.
- `logBytes`: bytes that CloudWatch Logs would ingest, with Lambda's own three lines for each invocation.
- `underway`: number of invocations that wait or run.
"""

import json
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable

import units
from ministack import app
from ministack.services import lambda_svc

Response = tuple[int, dict, bytes]
Respond = Callable[..., Awaitable[Response | None]]

PATH = "/_em-connect/counts"
APPLICATION = re.compile(r"\bapp/([A-Za-z0-9-]+)")
# The members that identify an entry of `calls`.
CALL_KEY = ("function", "service", "operation", "outcome", "on")
# Services with REST protocols, by a part of the path, and their operations by method.
REST = {
    "/@connections/": ("execute-api", {"POST": "PostToConnection", "DELETE": "DeleteConnection"}),
    "/v2/email/outbound-emails": ("ses", {"POST": "SendEmail"}),
    "/schedules/": ("scheduler", {"POST": "CreateSchedule", "PUT": "UpdateSchedule", "DELETE": "DeleteSchedule"}),
}
# Bytes that are added to each log entry (PutLogEvents, Amazon CloudWatch Logs API reference).
PER_ENTRY_BYTES = 26
# Lambda's entries START, END and REPORT.
PLATFORM_LOG_BYTES = 3 * PER_ENTRY_BYTES + 70 + 51 + 180


class Counts:
    """Sums since the start. Several threads use them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls: defaultdict[tuple[str, ...], Counter] = defaultdict(Counter)
        self.invocations: defaultdict[str, Counter] = defaultdict(Counter)

    def add_call(self, call: tuple[str, ...], used: defaultdict[str, Counter], size: int) -> None:
        """Adds a call to the entry of each table and index that it used."""
        # The name of an index begins with that of its table.
        used[min(used, key=len, default="")].update(calls=1, bytes=size)
        with self.lock:
            for place, sums in used.items():
                self.calls[(*call, place)].update(sums)

    def add_invocation(self, function: str, event: dict, log: str) -> None:
        """Adds an invocation to the entry of its function."""
        lines = log.encode().splitlines()
        log_bytes = PLATFORM_LOG_BYTES + sum(len(line) + PER_ENTRY_BYTES for line in lines)
        with self.lock:
            self.invocations[function].update(invocations=1, records=len(event.get("Records", ())), logBytes=log_bytes)

    def snapshot(self) -> dict:
        """Returns all sums at one instant."""
        with self.lock:
            return {
                "calls": [dict(zip(CALL_KEY, key)) | sums for key, sums in self.calls.items()],
                "invocations": [{"function": function} | sums for function, sums in self.invocations.items()],
                "underway": lambda_svc.executions_in_flight()[0],
            }


def record() -> None:
    """Starts counting. Call it before the emulator starts, and after `faults.make`, so that faults are counted."""
    counts = Counts()
    units.measure()
    app._handle_special_data_plane_request = counting_calls(app._handle_special_data_plane_request, counts)
    app._dispatch_service_request = counting_calls(app._dispatch_service_request, counts)
    lambda_svc._execute_function_dispatch = counting_invocations(lambda_svc._execute_function_dispatch, counts)
    environment = lambda_svc._provided_worker_env
    lambda_svc._provided_worker_env = lambda config, *more: (
        environment(config, *more) | {"AWS_SDK_UA_APP_ID": config["FunctionName"]}
    )


def caller(headers: dict[str, str]) -> str | None:
    """Returns the name of the function that makes a call; None if the caller is not a function."""
    function = APPLICATION.search(headers.get("user-agent", ""))
    return function and function[1]


def counting_calls(respond: Respond, counts: Counts) -> Respond:
    """Wraps one of the emulator's two functions that respond to calls, and answers requests for the counts."""

    async def respond_and_count(
        method: str, path: str, headers: dict, body: bytes, *more: object, **options: object
    ) -> Response | None:
        if path == PATH:
            return 200, {"Content-Type": "application/json"}, json.dumps(counts.snapshot()).encode()
        used = defaultdict(lambda: Counter(calls=0, readUnits=0.0, writeUnits=0.0, bytes=0))
        units.of_call.set(used)
        # If an exception leaves the emulator, the server responds with status 500.
        response: Response | None = (500, {}, b"")
        try:
            response = await respond(method, path, headers, body, *more, **options)
            return response
        finally:
            function = caller(headers)
            # Without a response, the other function responds.
            if function and response:
                call = (function, *operation(method, path, headers), outcome(response))
                counts.add_call(call, used, len(body))

    return respond_and_count


def counting_invocations(dispatch: Callable, counts: Counts) -> Callable:
    """Wraps the emulator's invocation of a function."""

    def dispatch_and_count(function: dict, config: dict, event: dict, *more: object) -> dict:
        result = dispatch(function, config, event, *more)
        counts.add_invocation(config["FunctionName"], event, result.get("log") or "")
        return result

    return dispatch_and_count


def operation(method: str, path: str, headers: dict[str, str]) -> tuple[str, str]:
    """Returns service and operation of a call: from the header of JSON protocols, or from the path of REST protocols."""
    service, _, name = headers.get("x-amz-target", "").partition(".")
    if name:
        return service.partition("_")[0].lower().removeprefix("amazon"), name
    for part, (service, operations) in REST.items():
        if part in path:
            return service, operations.get(method, method)
    return "other", method


def outcome(response: Response) -> str:
    """Returns `ok`, or the name of the error in the answer, or the status if the error has no name."""
    status, headers, _ = response
    names = [value for name, value in headers.items() if name.lower() == "x-amzn-errortype"]
    return "ok" if status < 400 else next(iter(names), str(status))
