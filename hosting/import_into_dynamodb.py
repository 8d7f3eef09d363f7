#!/usr/bin/env python3
"""Puts the items of `em-connect export FILE` into a table of DynamoDB. docs/one-machine.md says when.

    python3 -m pip install boto3
    python3 import_into_dynamodb.py FILE TABLE

Credentials and region are those of the environment. Running it again writes the same items again.
"""
import base64
import json
import sys
import time

import boto3

ITEMS_PER_CALL = 25


def value(stored):
    """Returns the value with its bytes decoded: the file has them in base64, boto3 takes them as they are."""
    (kind, of), = stored.items()
    match kind:
        case "B":
            return {kind: base64.b64decode(of)}
        case "BS":
            return {kind: [base64.b64decode(one) for one in of]}
        case "L":
            return {kind: [value(one) for one in of]}
        case "M":
            return {kind: {name: value(one) for name, one in of.items()}}
        case _:
            return stored


def batches(lines):
    batch = []
    for line in lines:
        item = json.loads(line)["Item"]
        batch.append({"PutRequest": {"Item": {name: value(of) for name, of in item.items()}}})
        if len(batch) == ITEMS_PER_CALL:
            yield batch
            batch = []
    if batch:
        yield batch


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    path, table = sys.argv[1:]
    dynamodb = boto3.client("dynamodb")
    written = 0
    with open(path, encoding="utf-8") as lines:
        for batch in batches(lines):
            written += len(batch)
            while batch:
                answer = dynamodb.batch_write_item(RequestItems={table: batch})
                batch = answer.get("UnprocessedItems", {}).get(table, [])
                if batch:
                    # Throttled: what was not taken is sent again.
                    time.sleep(1)
            print(f"\r{written} items", end="", file=sys.stderr)
    print(f"\r{written} items are in {table}")


if __name__ == "__main__":
    main()
