"""Prints judgements, and remembers those that are against us."""

import sys


class Judge:
    def __init__(self) -> None:
        self.passed = 0
        self.failed: list[str] = []

    def __call__(self, name: str, is_good: bool, said: str = "") -> None:
        """Prints a judgement. `said` is what the judge said about it."""
        line = f"{name}: {'ok' if is_good else 'FAILED'}{f' ({said})' if said else ''}"
        print(line, flush=True)
        if is_good:
            self.passed += 1
        else:
            self.failed.append(line)

    def end(self) -> None:
        """Prints how many judgements there were, and ends the program."""
        print(f"{self.passed} passed, {len(self.failed)} failed")
        for line in self.failed:
            print(f"  {line}")
        sys.exit(1 if self.failed or not self.passed else 0)


# The judge of this program.
judge = Judge()
