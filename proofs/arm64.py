"""Judges the binaries for arm64: the C library that they need, and their size.

    arm64.py FOLDER

FOLDER has the binaries of all functions and of the server. `.ci/arm64` builds them and runs this script.
"""

import pathlib
import re
import subprocess
import sys

from judgement import judge

# The C library of Amazon Linux 2023, on which the functions run.
NEWEST_GLIBC = (2, 34)
FUNCTIONS = sorted(path.name for path in (pathlib.Path(__file__).parent.parent / "functions").iterdir() if path.is_dir())

for name in [*FUNCTIONS, "em-connect"]:
    binary = pathlib.Path(sys.argv[1], name)
    dump = ["aarch64-linux-gnu-objdump", "-f", "-T", binary]
    listed = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    newest = max(tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_([0-9.]+)", listed))
    is_good = "architecture: aarch64" in listed and newest <= NEWEST_GLIBC
    said = f"GLIBC_{'.'.join(map(str, newest))}, {binary.stat().st_size / 1_000_000:.1f} MB"
    judge(f"{name}, its C library", is_good, said)
judge.end()
