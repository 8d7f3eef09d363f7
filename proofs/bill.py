"""Compares a program with its bill of materials: bill.py PROGRAM BILL

BILL is CycloneDX in JSON. A program has the paths of the sources that can panic, and so the names and versions of most of the
crates that are linked. Each of them must be in the bill. It prints a judgement and ends with exit code 1 if it is against us.
"""

import json
import pathlib
import re
import sys

from judgement import judge

# A path of Cargo's folder of sources: `…/registry/src/INDEX/serde-1.0.228/src/lib.rs`.
SOURCE = re.compile(rb"/registry/src/[^/\0]+/([A-Za-z0-9_-]+?)-(\d+\.\d+\.\d+[A-Za-z0-9.+-]*)/")


def main() -> None:
    program, bill = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    linked = {(name.decode(), version.decode()) for name, version in SOURCE.findall(program.read_bytes())}
    listed = {(part["name"], part["version"]) for part in json.loads(bill.read_text())["components"]}
    missing = sorted(linked - listed)
    said = f"{len(linked)} crates with a path, {len(listed)} in the bill" + (f"; missing: {missing}" if missing else "")
    judge(program.name, bool(linked) and not missing, said)
    judge.end()


if __name__ == "__main__":
    main()
