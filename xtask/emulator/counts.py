"""Counts the calls that functions make of AWS services, and the invocations of functions.

GET /_em-connect/counts returns all counts since the start of the emulator. To measure one operation, read them before and
after it, and subtract:

    {"calls": [{"function": "…", "service": "dynamodb", "operation": "UpdateItem", "outcome": "ok", "on": "…",
                "calls": 1, "readUnits": 0.0, "writeUnits": 1.0, "bytes": 512}],
     "invocations": [{"function": "…", "invocations": 1, "records": 1, "errors": 0, "logBytes": 900}],
     "underway": 0}

- `function`: its name on Lambda, which the SDK sends in its user agent (AWS_SDK_UA_APP_ID).
- `outcome`: `ok`, or the error in the answer, such as ConditionalCheckFailedException. Each retry counts as a call.
- `on`: the table, or table and index as `table/index`. If a call uses units of both, it has two entries, and only that of
  the table counts the call.
- `bytes`: size of the request's body.
- `records`: number of records in the batches.
- `logBytes`: bytes that CloudWatch Logs would ingest, with Lambda's own three lines for each invocation.
- `underway`: number of calls and invocations in progress.

Units are DynamoDB's request units. The emulator computes those of successful writes. The others follow AWS's rules
("Capacity unit consumption for operations", Amazon DynamoDB Developer Guide):

- A read uses the size of its items, each rounded up to 4 KB; a query uses the rounded sum. An eventually consistent read uses
  half of that, a transaction twice as much. The least is one item.
- A failed condition uses the units of a write of the existing item, or of 1 KB.
- A failed transaction uses the units of a successful one.

`tests/tests/blackbox/counted_calls.rs` compares calls with known units.
"""

import contextvars
import json
import math
import operator
import re
import threading
import zlib
from collections.abc import Callable

PATH = "/_em-connect/counts"
APPLICATION = re.compile(rb"\bapp/([A-Za-z0-9-]+)")
READS = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}
FAILED_CONDITIONS = {"ConditionalCheckFailedException", "TransactionCanceledException"}
# Bytes that are added to each log entry (PutLogEvents, Amazon CloudWatch Logs API reference).
PER_ENTRY_BYTES = 26
# Lambda's entries START, END and REPORT.
PLATFORM_LOG_BYTES = 3 * PER_ENTRY_BYTES + 70 + 51 + 180
# The units of the current call by table or index. The DynamoDB service sets them, and `at_the_door` counts them.
units_of_call: contextvars.ContextVar[dict | None] = contextvars.ContextVar("units_of_call", default=None)
# The members of an entry: first its key, then its sums.
MEMBERS = {
    "calls": ("function", "service", "operation", "outcome", "on", "calls", "readUnits", "writeUnits", "bytes"),
    "invocations": ("function", "invocations", "records", "errors", "logBytes"),
}
Units = dict[str, tuple[float, float]]


class Counts:
    """Sums since the start. Several threads use them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sums: dict[str, dict[tuple[str, ...], list[float]]] = {kind: {} for kind in MEMBERS}
        self.underway = 0

    def begin(self) -> None:
        with self.lock:
            self.underway += 1

    def end(self, kind: str, entries: dict[tuple[str, ...], tuple]) -> None:
        """Adds the entries of one call or invocation."""
        with self.lock:
            self.underway -= 1
            for key, values in entries.items():
                add(self.sums[kind], key, values)

    def snapshot(self) -> dict:
        """Returns all sums at one instant."""
        with self.lock:
            rows = lambda kind: [(*key, *sums) for key, sums in sorted(self.sums[kind].items())]
            entries = {kind: [dict(zip(members, row)) for row in rows(kind)] for kind, members in MEMBERS.items()}
            return entries | {"underway": self.underway}


def record(app: object, lambda_svc: object, dynamodb: object) -> None:
    """Starts counting. Call it before the emulator starts, and after `faults.make`, so that faults are counted."""
    counts = Counts()
    app.app = at_the_door(app.app, counts)
    dynamodb.handle_request = with_units(dynamodb.handle_request, dynamodb)
    environment = lambda_svc._provided_worker_env
    lambda_svc._provided_worker_env = lambda config, *more: environment(config, *more) | {
        "AWS_SDK_UA_APP_ID": config["FunctionName"]
    }
    lambda_svc._execute_function_dispatch = counting(lambda_svc._execute_function_dispatch, counts)


def counting(dispatch: Callable, counts: Counts) -> Callable:
    """Wraps the emulator's invocation of a function."""

    def dispatch_and_count(function: dict, config: dict, event: dict, *more: object) -> dict:
        records = event.get("Records") if isinstance(event, dict) else None
        result = {"error": True}
        counts.begin()
        try:
            result = dispatch(function, config, event, *more)
            return result
        finally:
            lines = (result.get("log") or "").encode().splitlines()
            log_bytes = PLATFORM_LOG_BYTES + sum(len(line) + PER_ENTRY_BYTES for line in lines)
            values = (1, len(records or ()), bool(result.get("error")), log_bytes)
            counts.end("invocations", {(config["FunctionName"],): values})

    return dispatch_and_count


def at_the_door(app: Callable, counts: Counts) -> Callable:
    """Wraps the emulator's ASGI application: counts the calls of functions, and answers requests for the counts."""

    async def counted(scope: dict, receive: Callable, send: Callable) -> None:
        if scope.get("path") == PATH:
            body = json.dumps(counts.snapshot()).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            return await send({"type": "http.response.body", "body": body})
        headers = dict(scope.get("headers") or [])
        function = APPLICATION.search(headers.get(b"user-agent", b""))
        if scope["type"] != "http" or function is None:
            return await app(scope, receive, send)
        size, start, error = 0, {}, b""

        async def receiving() -> dict:
            nonlocal size
            message = await receive()
            size += len(message.get("body") or b"")
            return message

        async def sending(message: dict) -> None:
            nonlocal start, error
            if message["type"] == "http.response.start":
                start = message
            elif start.get("status", 0) >= 400:
                error += message.get("body") or b""
            await send(message)

        units: Units = {}
        token = units_of_call.set(units)
        counts.begin()
        try:
            await app(scope, receiving, sending)
        finally:
            call = (function[1].decode(), *named(scope["method"], scope["path"], headers), outcome(start, error))
            units = units or {"": (0.0, 0.0)}
            # The name of an index begins with that of its table.
            table = min(units, key=len)
            sums = {place: (int(place == table), *used, size * (place == table)) for place, used in units.items()}
            counts.end("calls", {(*call, place): values for place, values in sums.items()})
            units_of_call.reset(token)

    return counted


def outcome(start: dict, error: bytes) -> str:
    """Returns `ok`, or the name of the error in the answer, without its namespace."""
    status = start.get("status", 0)
    if 0 < status < 400:
        return "ok"
    headers = {name.lower(): value for name, value in start.get("headers") or []}
    name = headers.get(b"x-amzn-errortype", b"").decode().partition(":")[0]
    found = re.search(rb'"__type"\s*:\s*"(?:[^"]*#)?([^"]*)"', error)
    return name or (found[1].decode() if found else str(status))


def named(method: str, path: str, headers: dict) -> tuple[str, str]:
    """Returns service and operation of a call: from the header of JSON protocols, or from the path of REST protocols."""
    target = headers.get(b"x-amz-target", b"").decode()
    if target:
        service, _, operation = target.partition(".")
        return service.partition("_")[0].lower().removeprefix("amazon"), operation
    if "/@connections/" in path:
        return "execute-api", "PostToConnection" if method == "POST" else f"{method} connection"
    if path.rstrip("/") == "/v2/email/outbound-emails":
        return "ses", "SendEmail"
    if path.startswith("/schedules/"):
        return "scheduler", {"POST": "Create", "PUT": "Update", "DELETE": "Delete"}.get(method, "Get") + "Schedule"
    return "other", f"{method} {path.split('/')[1]}"


def with_units(handle: Callable, dynamodb: object) -> Callable:
    """Wraps `handle_request` of the DynamoDB service: sets `units_of_call` if a function calls."""

    async def handle_with_units(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
        units = units_of_call.get()
        if units is None:
            return await handle(method, path, headers, body, query)
        request = json.loads(body)
        operation = headers.get("x-amz-target", "").partition(".")[2]
        if operation in READS:
            units.update(read_units(operation, request, dynamodb))
            return await handle(method, path, headers, body, query)
        with_indexes = json.dumps(request | {"ReturnConsumedCapacity": "INDEXES"}).encode()
        if_failed = units_of_failure(request, dynamodb)
        status, answer_headers, text = await handle(method, path, headers, with_indexes, query)
        answer = json.loads(text)
        if status == 200 and "ConsumedCapacity" in answer:
            units.update(write_units(answer["ConsumedCapacity"]))
            if request.get("ReturnConsumedCapacity", "NONE") == "NONE":
                del answer["ConsumedCapacity"]
                text = json.dumps(answer).encode()
                answer_headers["x-amz-crc32"] = str(zlib.crc32(text))
        elif answer.get("__type", "").rpartition("#")[2] in FAILED_CONDITIONS:
            units.update(if_failed)
        return status, answer_headers, text

    return handle_with_units


def blocks(name: str, key: dict, block: int, dynamodb: object) -> int:
    """Returns the number of blocks of an item; 1 if it does not exist. `key` may be a complete item."""
    table = dynamodb._tables.get(dynamodb._normalize_table_name(name))
    item = dynamodb._get_item_by_key(table, key) if table else None
    return whole_blocks(dynamodb._item_size_bytes(item) if item else 0, block)


def whole_blocks(size: int, block: int) -> int:
    return max(1, math.ceil(size / block))


def read_units(operation: str, request: dict, dynamodb: object) -> Units:
    """Returns the units of a read. The emulator serves no other call between this and the answer."""
    rate = lambda part: 1.0 if part.get("ConsistentRead") else 0.5
    name = dynamodb._normalize_table_name(request.get("TableName", ""))
    if operation in ("Query", "Scan"):
        place = f"{name}/{request['IndexName']}" if "IndexName" in request else name
        return {place: (whole_blocks(size_of_page(operation, request, dynamodb), 4096) * rate(request), 0.0)}
    if operation == "GetItem":
        reads = [(name, request["Key"], rate(request))]
    elif operation == "BatchGetItem":
        reads = [(name, key, rate(part)) for name, part in request["RequestItems"].items() for key in part["Keys"]]
    else:
        reads = [(one["Get"]["TableName"], one["Get"]["Key"], 2.0) for one in request["TransactItems"]]
    return summed((name, (blocks(name, key, 4096, dynamodb) * factor, 0.0)) for name, key, factor in reads)


def size_of_page(operation: str, request: dict, dynamodb: object) -> int:
    """Returns the bytes that a query reads: those of its items without filter and projection, which apply after the read."""
    after_read = {"FilterExpression", "ProjectionExpression", "Select", "ReturnConsumedCapacity"}
    plain = {name: value for name, value in request.items() if name not in after_read}
    used = set(re.findall(r"[#:]\w+", request.get("KeyConditionExpression", "")))
    for field in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        plain[field] = {name: value for name, value in (request.get(field) or {}).items() if name in used}
    plain = {name: value for name, value in plain.items() if value != {}}
    _, _, text = (dynamodb._query if operation == "Query" else dynamodb._scan)(plain)
    return sum(dynamodb._item_size_bytes(item) for item in json.loads(text).get("Items", []))


def write_units(consumed: dict | list) -> Units:
    """Returns the units of a successful write by table and index, from its answer."""
    places = []
    for entry in consumed if isinstance(consumed, list) else [consumed]:
        table, indexes = entry["TableName"], entry.get("GlobalSecondaryIndexes") or {}
        of_indexes = {f"{table}/{name}": index["CapacityUnits"] for name, index in indexes.items()}
        places.append((table, (0.0, entry["CapacityUnits"] - sum(of_indexes.values()))))
        places += [(place, (0.0, units)) for place, units in of_indexes.items()]
    return summed(places)


def units_of_failure(request: dict, dynamodb: object) -> Units:
    """Returns the units of a write if its condition fails."""
    transaction = [next(iter(one.values())) for one in request.get("TransactItems", [])]
    single = [request] if "Key" in request or "Item" in request else []
    factor = 2.0 if transaction else 1.0
    cost = lambda write: blocks(write["TableName"], write.get("Key") or write.get("Item") or {}, 1024, dynamodb)
    return summed((write["TableName"], (0.0, factor * cost(write))) for write in transaction or single)


def summed(places: object) -> Units:
    sums: dict[str, list[float]] = {}
    for place, units in places:
        add(sums, place, units)
    return {place: tuple(units) for place, units in sums.items()}


def add(sums: dict, key: object, values: tuple) -> None:
    """Adds `values` to the list at `key`, which may not exist yet."""
    sums[key] = list(map(operator.add, sums.get(key, [0] * len(values)), values))
