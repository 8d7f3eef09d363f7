"""Measures the units of DynamoDB calls.

They are DynamoDB's request units. The emulator computes those of successful writes. The others follow AWS's rules ("Capacity
unit consumption for operations", Amazon DynamoDB Developer Guide):

- A read uses the size of its items, each rounded up to 4 KB; a query uses the rounded sum. An eventually consistent read uses
  half of that, a transaction twice as much. The least is one item.
- A failed condition uses the units of a write of the existing item, or of 1 KB.
- A failed transaction uses the units of a successful one.

`tests/tests/blackbox/counted_calls.rs` compares calls with known units.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from ministack.services import dynamodb

Operation = Callable[[dict], tuple[int, dict, bytes]]

FAILED_CONDITIONS = {"ConditionalCheckFailedException", "TransactionCanceledException"}
READ_BLOCK_BYTES = 4096
WRITE_BLOCK_BYTES = 1024

# The units of the current call, by table or `table/index`. Calls that nobody measures share the default.
of_call: ContextVar[defaultdict[str, Counter]] = ContextVar("of_call", default=defaultdict(Counter))
# The size of the items that the current query reads.
page_bytes: ContextVar[int] = ContextVar("page_bytes", default=0)


def measure() -> None:
    """Starts adding to `of_call`. Call it before the emulator starts."""
    for name in ("_get_item", "_batch_get_item", "_transact_get_items", "_query", "_scan"):
        setattr(dynamodb, name, measuring_read(getattr(dynamodb, name)))
    for name in ("_put_item", "_update_item", "_delete_item", "_batch_write_item", "_transact_write_items"):
        setattr(dynamodb, name, measuring_write(getattr(dynamodb, name)))
    dynamodb._paginate_evaluated_items = measuring_page(dynamodb._paginate_evaluated_items)


def measuring_read(read: Operation) -> Operation:
    """Wraps an operation that reads."""

    def read_and_measure(request: dict) -> tuple[int, dict, bytes]:
        answer = read(request)
        if answer[0] == 200:
            for place, size, rate in reads_of(request):
                of_call.get()[place]["readUnits"] += rate * blocks(size, READ_BLOCK_BYTES)
        return answer

    return read_and_measure


def reads_of(request: dict) -> Iterator[tuple[str, int, float]]:
    """Yields table or index, size and units per block of each read of a request."""
    if "TransactItems" in request:
        for get in (item["Get"] for item in request["TransactItems"]):
            yield get["TableName"], stored_bytes(get["TableName"], get["Key"]), 2.0
    elif "RequestItems" in request:
        for table, part in request["RequestItems"].items():
            for key in part["Keys"]:
                yield table, stored_bytes(table, key), units_per_block(part)
    elif "Key" in request:
        yield request["TableName"], stored_bytes(request["TableName"], request["Key"]), units_per_block(request)
    else:
        index = f"/{request['IndexName']}" if "IndexName" in request else ""
        yield request["TableName"] + index, page_bytes.get(), units_per_block(request)


def units_per_block(part: dict) -> float:
    return 1.0 if part.get("ConsistentRead") else 0.5


def measuring_page(paginate: Callable) -> Callable:
    """Wraps the function that ends the page of a query. The filter and the projection apply after the read."""

    def paginate_and_measure(items: list, limit: int | None, table: dict, index: str | None = None) -> tuple[list, bool]:
        page, more = paginate(items, limit, table, index)
        entries = (dynamodb._apply_index_projection(item, table, index) for item in page)
        page_bytes.set(sum(map(dynamodb._item_size_bytes, entries)))
        return page, more

    return paginate_and_measure


def measuring_write(write: Operation) -> Operation:
    """Wraps an operation that writes."""

    def write_and_measure(request: dict) -> tuple[int, dict, bytes]:
        status, headers, text = write(request | {"ReturnConsumedCapacity": "INDEXES"})
        answer = json.loads(text)
        consumed = answer.pop("ConsumedCapacity", [])
        for entry in consumed if isinstance(consumed, list) else [consumed]:
            table, units = entry["TableName"], entry["CapacityUnits"]
            for name, index in entry.get("GlobalSecondaryIndexes", {}).items():
                of_call.get()[f"{table}/{name}"]["writeUnits"] += index["CapacityUnits"]
                units -= index["CapacityUnits"]
            of_call.get()[table]["writeUnits"] += units
        if answer.get("__type") in FAILED_CONDITIONS:
            measure_failure(request)
        if "ReturnConsumedCapacity" not in request:
            text = json.dumps(answer).encode()
        return status, headers, text

    return write_and_measure


def measure_failure(request: dict) -> None:
    """Adds the units of a write whose condition failed."""
    transaction = [write for item in request.get("TransactItems", []) for write in item.values()]
    for write in transaction or [request]:
        size = stored_bytes(write["TableName"], write.get("Key") or write["Item"])
        units = blocks(size, WRITE_BLOCK_BYTES) * (2.0 if transaction else 1.0)
        of_call.get()[write["TableName"]]["writeUnits"] += units


def stored_bytes(table: str, key: dict) -> int:
    """Returns the size of an item; 0 if it does not exist. `key` may be a complete item."""
    return dynamodb._item_size_bytes(dynamodb._get_item_by_key(dynamodb._tables[table], key))


def blocks(size: int, block_bytes: int) -> int:
    return max(1, math.ceil(size / block_bytes))
