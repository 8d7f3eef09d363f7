"""What functions call, counted on the wire.

The emulator counts every call that a function makes of an AWS service, and every call of a function. GET /_em-connect/counts
answers everything since the start; whoever wants to know what one thing costs
asks before and after it, and subtracts:

    {"calls": [{"function": "…", "service": "dynamodb", "operation": "UpdateItem", "outcome": "ok", "on": "…",
                "calls": 1, "readUnits": 0.0, "writeUnits": 1.0, "bytes": 512}],
     "invocations": [{"function": "…", "invocations": 1, "records": 1, "errors": 0,
                      "logBytes": 900}],
     "underway": 0}

`function` is the name on Lambda: the SDK says it in its user agent (AWS_SDK_UA_APP_ID). `outcome` is `ok` or the error that
the service answered, such as ConditionalCheckFailedException; an attempt that is made again is a call of its own. `on` is
the table, or the table and its index with a slash between. A call of a table with an index has two entries if both were
charged, of which only that of the table counts the call. `bytes` are those of the request's body. `records` are
those of a batch. `logBytes` are what CloudWatch Logs would take in, Lambda's own three lines with it. `underway` is the number
of calls and invocations that are not done. `tests/tests/blackbox/counted_calls.rs` compares known calls.

Units are DynamoDB's request units. The emulator tells those of a write that succeeds; the rest is by AWS's rules here
("Capacity unit consumption for operations", Amazon DynamoDB Developer Guide):

    read                       the items' sizes, each rounded up to 4 KB, of a query their sum; half of it if
                               eventually consistent, twice in a transaction; at least one item
    condition that failed      a write of the item that is there, or of 1 KB
    transaction that failed    as if it had been done: the preparation is charged, and nothing says less
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
# What an entry is counted with beside its text (PutLogEvents, Amazon CloudWatch Logs API reference).
PER_ENTRY_BYTES = 26
# START, END and REPORT of an invocation, as Lambda writes them.
PLATFORM_LOG_BYTES = 3 * PER_ENTRY_BYTES + 70 + 51 + 180
# A call's units by table or index, left for the front door by what serves DynamoDB.
units_of_call: contextvars.ContextVar[dict | None] = contextvars.ContextVar("units_of_call", default=None)
# The members of an entry: its key, then its sums.
MEMBERS = {
    "calls": ("function", "service", "operation", "outcome", "on", "calls", "readUnits", "writeUnits", "bytes"),
    "invocations": ("function", "invocations", "records", "errors", "logBytes"),
}
Units = dict[str, tuple[float, float]]


class Counts:
    """Sums since the start. The front door has one thread, functions are called by many."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sums: dict[str, dict[tuple[str, ...], list[float]]] = {kind: {} for kind in MEMBERS}
        self.underway = 0

    def begin(self) -> None:
        with self.lock:
            self.underway += 1

    def end(self, kind: str, entries: dict[tuple[str, ...], tuple]) -> None:
        """Adds what one call came to: several entries if table and index have units of their own."""
        with self.lock:
            self.underway -= 1
            for key, values in entries.items():
                sums = self.sums[kind].setdefault(key, [0] * len(values))
                sums[:] = map(operator.add, sums, values)

    def snapshot(self) -> dict:
        """All of it as of one instant."""
        with self.lock:
            entries = {
                kind: [dict(zip(members, (*key, *sums))) for key, sums in sorted(self.sums[kind].items())]
                for kind, members in MEMBERS.items()
            }
            return entries | {"underway": self.underway}


def record(app: object, lambda_svc: object, dynamodb: object) -> None:
    """Begins to count. To be called before the emulator starts, and after faults are made: they are counted too."""
    counts = Counts()
    app.app = at_the_door(app.app, counts)
    dynamodb.handle_request = telling_units(dynamodb.handle_request, dynamodb)
    environment = lambda_svc._provided_worker_env
    # The SDK says this name in its user agent.
    lambda_svc._provided_worker_env = lambda config, *more: environment(config, *more) | {
        "AWS_SDK_UA_APP_ID": config["FunctionName"]
    }
    lambda_svc._execute_function_dispatch = counting(lambda_svc._execute_function_dispatch, counts)


def counting(dispatch: Callable, counts: Counts) -> Callable:
    """The emulator's call of a function, counted."""

    def dispatch_and_count(function: dict, config: dict, event: dict, *more: object) -> dict:
        records = event.get("Records") if isinstance(event, dict) else None
        result = {"error": True}
        counts.begin()
        try:
            result = dispatch(function, config, event, *more)
            return result
        finally:
            lines = (result.get("log") or "").encode().splitlines()
            taken_in = PLATFORM_LOG_BYTES + sum(len(line) + PER_ENTRY_BYTES for line in lines)
            values = (1, len(records or ()), bool(result.get("error")), taken_in)
            counts.end("invocations", {(config["FunctionName"],): values})

    return dispatch_and_count


def at_the_door(app: Callable, counts: Counts) -> Callable:
    """The emulator's ASGI application, which counts the calls of functions and tells how many there were."""

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
        size, start, said = 0, {}, b""

        async def receiving() -> dict:
            nonlocal size
            message = await receive()
            size += len(message.get("body") or b"")
            return message

        async def sending(message: dict) -> None:
            nonlocal start, said
            if message["type"] == "http.response.start":
                start = message
            elif start.get("status", 0) >= 400:
                said += message.get("body") or b""
            await send(message)

        units: Units = {}
        token = units_of_call.set(units)
        counts.begin()
        try:
            await app(scope, receiving, sending)
        finally:
            service, operation = named(scope["method"], scope["path"], headers)
            key = (function[1].decode(), service, operation, outcome(start, said))
            places = units or {"": (0.0, 0.0)}
            # The call is that of the table, whose name is a part of its index's.
            table = min(places, key=len)
            first = lambda place, value: value if place == table else 0
            counts.end(
                "calls",
                {(*key, place): (first(place, 1), *used, first(place, size)) for place, used in places.items()},
            )
            units_of_call.reset(token)

    return counted


def outcome(start: dict, said: bytes) -> str:
    """`ok`, or the name of the error that was answered, without its namespace."""
    status = start.get("status", 0)
    if 0 < status < 400:
        return "ok"
    headers = {name.lower(): value for name, value in start.get("headers") or []}
    name = headers.get(b"x-amzn-errortype", b"").decode().partition(":")[0]
    try:
        name = name or json.loads(said).get("__type", "")
    except (ValueError, AttributeError):
        pass
    return name.rpartition("#")[2] or str(status)


def named(method: str, path: str, headers: dict) -> tuple[str, str]:
    """Service and operation of a call: of the JSON protocols by their header, of the REST ones by the path."""
    target = headers.get(b"x-amz-target", b"").decode()
    if target:
        service, _, operation = target.partition(".")
        return service.partition("_")[0].lower().removeprefix("amazon"), operation
    if "/@connections/" in path:
        return "execute-api", "PostToConnection" if method == "POST" else f"{method} connection"
    if path.rstrip("/") == "/v2/email/outbound-emails":
        return "ses", "SendEmail"
    if path.startswith("/schedules/"):
        verb = {"POST": "Create", "PUT": "Update", "DELETE": "Delete"}.get(method, "Get")
        return "scheduler", f"{verb}Schedule"
    return "other", f"{method} {path.split('/')[1]}"


def telling_units(handle: Callable, dynamodb: object) -> Callable:
    """`handle_request` of DynamoDB, which leaves the units of a call of a function for the front door."""

    async def handle_and_tell(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
        units = units_of_call.get()
        if units is None:
            return await handle(method, path, headers, body, query)
        request = json.loads(body)
        operation = headers.get("x-amz-target", "").partition(".")[2]
        if operation in READS:
            units.update(read_units(operation, request, dynamodb))
            return await handle(method, path, headers, body, query)
        asking = json.dumps(request | {"ReturnConsumedCapacity": "INDEXES"}).encode()
        if_failed = units_of_failure(request, dynamodb)
        status, answered, text = await handle(method, path, headers, asking, query)
        said = json.loads(text)
        if status == 200 and "ConsumedCapacity" in said:
            units.update(write_units(said["ConsumedCapacity"]))
            if request.get("ReturnConsumedCapacity", "NONE") == "NONE":
                del said["ConsumedCapacity"]
                text = json.dumps(said).encode()
                answered["x-amz-crc32"] = str(zlib.crc32(text))
        elif said.get("__type", "").rpartition("#")[2] in FAILED_CONDITIONS:
            units.update(if_failed)
        return status, answered, text

    return handle_and_tell


def blocks(name: str, key: dict, block: int, dynamodb: object) -> int:
    """Whole blocks of the item that has this key; a whole item will do, for its key is in it. What is not there has one."""
    table = dynamodb._tables.get(dynamodb._normalize_table_name(name))
    item = dynamodb._get_item_by_key(table, key) if table else None
    return whole_blocks(dynamodb._item_size_bytes(item) if item else 0, block)


def whole_blocks(size: int, block: int) -> int:
    return max(1, math.ceil(size / block))


def read_units(operation: str, request: dict, dynamodb: object) -> Units:
    """Units of a read, from the items as they are now: no other call is served between this and the answer."""
    rate = lambda of: 1.0 if of.get("ConsistentRead") else 0.5
    name = dynamodb._normalize_table_name(request.get("TableName", ""))
    if operation in ("Query", "Scan"):
        place = f"{name}/{request['IndexName']}" if "IndexName" in request else name
        return {place: (whole_blocks(size_of_page(operation, request, dynamodb), 4096) * rate(request), 0.0)}
    if operation == "GetItem":
        read = [(name, request["Key"], rate(request))]
    elif operation == "BatchGetItem":
        read = [(name, key, rate(of)) for name, of in request["RequestItems"].items() for key in of["Keys"]]
    else:
        read = [(one["Get"]["TableName"], one["Get"]["Key"], 2.0) for one in request["TransactItems"]]
    return summed((name, (blocks(name, key, 4096, dynamodb) * units, 0.0)) for name, key, units in read)


def size_of_page(operation: str, request: dict, dynamodb: object) -> int:
    """Bytes that a query reads: it is made once more without what leaves out after it was read and charged."""
    left_out = {"FilterExpression", "ProjectionExpression", "Select", "ReturnConsumedCapacity"}
    plain = {name: value for name, value in request.items() if name not in left_out}
    used = set(re.findall(r"[#:]\w+", request.get("KeyConditionExpression", "")))
    for field in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        plain[field] = {name: value for name, value in (request.get(field) or {}).items() if name in used}
    plain = {name: value for name, value in plain.items() if value != {}}
    _, _, text = (dynamodb._query if operation == "Query" else dynamodb._scan)(plain)
    return sum(dynamodb._item_size_bytes(item) for item in json.loads(text).get("Items", []))


def write_units(consumed: dict | list) -> Units:
    """Units of a write that was done, as the answer tells them, by table and index."""
    places = []
    for entry in consumed if isinstance(consumed, list) else [consumed]:
        table, indexes = entry["TableName"], entry.get("GlobalSecondaryIndexes") or {}
        of_indexes = {name: index["CapacityUnits"] for name, index in indexes.items()}
        places.append((table, (0.0, entry["CapacityUnits"] - sum(of_indexes.values()))))
        places += [(f"{table}/{name}", (0.0, units)) for name, units in of_indexes.items()]
    return summed(places)


def units_of_failure(request: dict, dynamodb: object) -> Units:
    """What a write costs if its condition fails."""
    cost = lambda of: blocks(of["TableName"], of.get("Key") or of.get("Item") or {}, 1024, dynamodb)
    if "TransactItems" in request:
        writes = [next(iter(one.values())) for one in request["TransactItems"]]
        return summed((of["TableName"], (0.0, 2.0 * cost(of))) for of in writes)
    if "Key" in request or "Item" in request:
        return {request["TableName"]: (0.0, float(cost(request)))}
    return {}


def summed(places: object) -> Units:
    sums: Units = {}
    for place, units in places:
        sums[place] = tuple(map(operator.add, sums.get(place, (0.0, 0.0)), units))
    return sums
