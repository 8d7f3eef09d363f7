"""What functions call, counted on the wire.

EM_CONNECT_COUNTS, where it is set, has the emulator count every call that a function makes of an AWS service, and every
call of a function. GET /_em-connect/counts answers everything since the start; whoever wants to know what one thing costs
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
those of a batch. `logBytes` are what CloudWatch Logs would take in, Lambda's own three lines with it. `underway` is the number of calls and invocations that are not done.

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
import re
import threading
import zlib
from collections.abc import Callable

PATH = "/_em-connect/counts"
APPLICATION = re.compile(rb"\bapp/([A-Za-z0-9-]+)")
READS = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}
SINGLE_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
# What an entry is counted with beside its text (PutLogEvents, Amazon CloudWatch Logs API reference).
PER_ENTRY_BYTES = 26
# START, END and REPORT of an invocation, as Lambda writes them.
PLATFORM_LOG_BYTES = 3 * PER_ENTRY_BYTES + 70 + 51 + 180
# A call's units by table or index, left for the front door by what serves DynamoDB.
units_of_call: contextvars.ContextVar[dict | None] = contextvars.ContextVar("units_of_call", default=None)

Units = dict[str, tuple[float, float]]


class Counts:
    """Sums since the start. The front door has one thread, functions are called by many."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls: dict[tuple[str, ...], list[float]] = {}
        self.invocations: dict[str, list[int]] = {}
        self.underway = 0

    def begin(self) -> None:
        with self.lock:
            self.underway += 1

    def end_call(self, key: tuple[str, ...], size: int, units: Units) -> None:
        """Adds a call. It is counted once, though table and index have units of their own."""
        entries = units or {"": (0.0, 0.0)}
        with self.lock:
            self.underway -= 1
            for place, (reads, writes) in entries.items():
                sums = self.calls.setdefault((*key, place), [0, 0.0, 0.0, 0])
                first = place == min(entries, key=len)
                for index, value in enumerate((first, reads, writes, size if first else 0)):
                    sums[index] += value

    def end_invocation(self, function: str, records: int, failed: bool, log: str) -> None:
        lines = log.encode().splitlines()
        taken_in = PLATFORM_LOG_BYTES + sum(len(line) + PER_ENTRY_BYTES for line in lines)
        with self.lock:
            self.underway -= 1
            sums = self.invocations.setdefault(function, [0, 0, 0, 0])
            for index, value in enumerate((1, records, failed, taken_in)):
                sums[index] += value

    def snapshot(self) -> dict:
        """All of it as of one instant."""
        names = ("function", "service", "operation", "outcome", "on")
        sums = ("calls", "readUnits", "writeUnits", "bytes")
        with self.lock:
            return {
                "calls": [
                    dict(zip(names, key)) | dict(zip(sums, values)) for key, values in sorted(self.calls.items())
                ],
                "invocations": [
                    {"function": name} | dict(zip(("invocations", "records", "errors", "logBytes"), values))
                    for name, values in sorted(self.invocations.items())
                ],
                "underway": self.underway,
            }


def record(app: object, lambda_svc: object, dynamodb: object) -> None:
    """Begins to count. To be called before the emulator starts, and after faults are made: they are counted too."""
    counts = Counts()
    app.app = at_the_door(app.app, counts)
    dynamodb.handle_request = telling_units(dynamodb.handle_request, dynamodb)
    lambda_svc._provided_worker_env = naming(lambda_svc._provided_worker_env)
    lambda_svc._execute_function_dispatch = counting(lambda_svc._execute_function_dispatch, counts)


def naming(environment: Callable) -> Callable:
    """The environment of a function's process, in which the SDK finds what to say in its user agent."""

    def environment_with_name(config: dict, code_dir: str, port: int) -> dict:
        return environment(config, code_dir, port) | {"AWS_SDK_UA_APP_ID": config["FunctionName"]}

    return environment_with_name


def counting(dispatch: Callable, counts: Counts) -> Callable:
    """The emulator's call of a function, counted."""

    def dispatch_and_count(function: dict, config: dict, event: dict, *more: object) -> dict:
        records = event.get("Records") if isinstance(event, dict) else None
        failed, log = True, ""
        counts.begin()
        try:
            result = dispatch(function, config, event, *more)
            failed, log = bool(result.get("error")), result.get("log") or ""
            return result
        finally:
            counts.end_invocation(config["FunctionName"], len(records or ()), failed, log)

    return dispatch_and_count


def at_the_door(app: Callable, counts: Counts) -> Callable:
    """The emulator's ASGI application, which counts the calls of functions and tells how many there were."""

    async def counted(scope: dict, receive: Callable, send: Callable) -> None:
        if scope.get("path") == PATH:
            return await answer(send, counts.snapshot())
        headers = dict(scope.get("headers") or [])
        function = APPLICATION.search(headers.get(b"user-agent", b""))
        if scope["type"] != "http" or function is None:
            return await app(scope, receive, send)
        call = Call(receive, send)
        units: Units = {}
        token = units_of_call.set(units)
        counts.begin()
        try:
            await app(scope, call.receive, call.send)
        finally:
            service, operation = named(scope["method"], scope["path"], headers)
            key = (function[1].decode(), service, operation, call.outcome())
            counts.end_call(key, call.size, units)
            units_of_call.reset(token)

    return counted


class Call:
    """What passes between a function and the emulator in one call."""

    def __init__(self, receive: Callable, send: Callable) -> None:
        self._receive, self._send = receive, send
        self.size, self.status, self.said = 0, 0, b""
        self.error = ""

    async def receive(self) -> dict:
        message = await self._receive()
        self.size += len(message.get("body") or b"")
        return message

    async def send(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = {name.lower(): value for name, value in message.get("headers") or []}
            self.error = headers.get(b"x-amzn-errortype", b"").decode().partition(":")[0]
        elif self.status >= 400:
            self.said += message.get("body") or b""
        await self._send(message)

    def outcome(self) -> str:
        """`ok`, or the name of the error without its namespace."""
        if 0 < self.status < 400:
            return "ok"
        try:
            name = self.error or json.loads(self.said).get("__type", "")
        except (ValueError, AttributeError):
            name = ""
        return name.rpartition("#")[2] or str(self.status)


async def answer(send: Callable, content: dict) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


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
        wanted = request.get("ReturnConsumedCapacity", "NONE") != "NONE"
        if operation in READS:
            units.update(read_units(operation, request, dynamodb))
            return await handle(method, path, headers, body, query)
        asking = json.dumps(request | {"ReturnConsumedCapacity": "INDEXES"}).encode()
        before = write_sizes(operation, request, dynamodb)
        status, answered, text = await handle(method, path, headers, asking, query)
        said = json.loads(text)
        if status == 200 and "ConsumedCapacity" in said:
            units.update(write_units(said["ConsumedCapacity"]))
            if not wanted:
                del said["ConsumedCapacity"]
                text = json.dumps(said).encode()
                answered["x-amz-crc32"] = str(zlib.crc32(text))
        elif said.get("__type", "").rpartition("#")[2] in (
            "ConditionalCheckFailedException",
            "TransactionCanceledException",
        ):
            units.update(before)
        return status, answered, text

    return handle_and_tell


def table_of(name: str, dynamodb: object) -> tuple[str, dict]:
    name = dynamodb._normalize_table_name(name)
    return name, dynamodb._tables.get(name) or {}


def size_of(table: dict, key: dict, dynamodb: object) -> int:
    """Bytes of the item that has this key; of a whole item, too, for its key is in it. 0 where there is none."""
    item = dynamodb._get_item_by_key(table, key) if table else None
    return dynamodb._item_size_bytes(item) if item else 0


def blocks(size: int, block: int) -> int:
    """Whole blocks that are charged; what is not there costs like the least item."""
    return max(1, math.ceil(size / block))


def read_units(operation: str, request: dict, dynamodb: object) -> Units:
    """Units of a read, from the items as they are now: no other call is served between this and the answer."""
    sums: dict[str, float] = {}

    def add(place: str, size: int, rate: float) -> None:
        sums[place] = sums.get(place, 0.0) + blocks(size, 4096) * rate

    if operation == "GetItem":
        name, table = table_of(request["TableName"], dynamodb)
        add(name, size_of(table, request["Key"], dynamodb), 1.0 if request.get("ConsistentRead") else 0.5)
    elif operation == "BatchGetItem":
        for name, wanted in request["RequestItems"].items():
            name, table = table_of(name, dynamodb)
            for key in wanted["Keys"]:
                add(name, size_of(table, key, dynamodb), 1.0 if wanted.get("ConsistentRead") else 0.5)
    elif operation == "TransactGetItems":
        for wanted in request["TransactItems"]:
            name, table = table_of(wanted["Get"]["TableName"], dynamodb)
            add(name, size_of(table, wanted["Get"]["Key"], dynamodb), 2.0)
    else:
        name, _ = table_of(request["TableName"], dynamodb)
        index = request.get("IndexName")
        # As it was asked, but for what is left out after it was read and charged.
        whole = {"FilterExpression", "ProjectionExpression", "Select", "ReturnConsumedCapacity"}
        plain = {name: value for name, value in request.items() if name not in whole}
        names = set(re.findall(r"#\w+", request.get("KeyConditionExpression", "")))
        values = set(re.findall(r":\w+", request.get("KeyConditionExpression", "")))
        for field, used in (("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)):
            kept = {name: value for name, value in (request.get(field) or {}).items() if name in used}
            plain.pop(field, None)
            if kept:
                plain[field] = kept
        _, _, text = (dynamodb._query if operation == "Query" else dynamodb._scan)(plain)
        size = sum(dynamodb._item_size_bytes(item) for item in json.loads(text).get("Items", []))
        add(f"{name}/{index}" if index else name, size, 1.0 if request.get("ConsistentRead") else 0.5)
    return {place: (units, 0.0) for place, units in sums.items()}


def write_units(consumed: dict | list) -> Units:
    """Units of a write that was done, as the answer tells them, by table and index."""
    sums: Units = {}

    def add(place: str, units: float) -> None:
        sums[place] = (0.0, sums.get(place, (0.0, 0.0))[1] + units)

    for entry in consumed if isinstance(consumed, list) else [consumed]:
        indexes = entry.get("GlobalSecondaryIndexes") or {}
        of_indexes = {name: index["CapacityUnits"] for name, index in indexes.items()}
        add(entry["TableName"], entry["CapacityUnits"] - sum(of_indexes.values()))
        for name, units in of_indexes.items():
            add(f"{entry['TableName']}/{name}", units)
    return sums


def write_sizes(operation: str, request: dict, dynamodb: object) -> Units:
    """What a write costs whose condition fails."""
    sums: dict[str, float] = {}
    if operation in SINGLE_WRITES:
        name, table = table_of(request["TableName"], dynamodb)
        key = request.get("Key") or request.get("Item") or {}
        sums[name] = float(blocks(size_of(table, key, dynamodb), 1024))
    elif operation == "TransactWriteItems":
        for one in request["TransactItems"]:
            wanted = next(iter(one.values()))
            name, table = table_of(wanted["TableName"], dynamodb)
            key = wanted.get("Key") or wanted.get("Item") or {}
            sums[name] = sums.get(name, 0.0) + 2.0 * blocks(size_of(table, key, dynamodb), 1024)
    return {place: (0.0, units) for place, units in sums.items()}
