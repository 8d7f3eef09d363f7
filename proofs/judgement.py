"""Collects judgements, and ends the program with them."""

import sys

failures: list[str] = []
judged = 0


def judge(name: str, is_good: bool, said: str = "") -> None:
    """Prints a judgement, and keeps it if it is against us."""
    global judged
    judged += 1
    line = f"{name}: {'ok' if is_good else 'FAILED'}{f' ({said})' if said else ''}"
    print(line, flush=True)
    if not is_good:
        failures.append(line)


def conclude() -> None:
    """Prints the number of judgements and ends the program, with exit code 1 if one is against us."""
    print(f"{judged - len(failures)} passed, {len(failures)} failed")
    for line in failures:
        print(f"  {line}")
    sys.exit(1 if failures else 0)
