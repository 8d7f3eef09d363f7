"""Counts the instructions of a function's start for arm64, in qemu.

    starts.py STACK_JSON FOLDER RUNNER...

FOLDER has the binaries of the functions, and RUNNER is the command of qemu that runs one. Counted is everything from the first
instruction of the dynamic linker until the function asks the runtime API for its first event. `.ci/arm64` runs this script.
"""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from judgement import judge
from rie import environment
from stack import Stack

# One line of qemu's log is one instruction: qemu translates them one by one and logs each that it executes.
EACH_INSTRUCTION = ["-singlestep", "-d", "exec,nochain"]
LINE = b"Trace "


class RuntimeApi(ThreadingHTTPServer):
    """A runtime API that has no event for the function."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked = threading.Event()
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                api.asked.set()
                threading.Event().wait()

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def instructions(command: list[str], variables: dict[str, str]) -> tuple[int, str]:
    """Returns how many instructions a function takes until it asks for its first event. If it ends before, returns 0 and what it
    said. qemu runs it some hundred times as slowly as usual, so that it may give up AWS on a busy machine."""
    api = RuntimeApi()
    runner, *rest = command
    process = subprocess.Popen(
        [runner, *EACH_INSTRUCTION, *rest],
        env=variables | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    # Then it waits, and waiting takes no instruction.
    threading.Thread(target=lambda: api.asked.wait() and process.kill(), daemon=True).start()
    assert process.stderr
    count, said = 0, b""
    for line in process.stderr:
        if line.startswith(LINE):
            count += 1
        else:
            said = line
    process.wait()
    return (count, "") if api.asked.is_set() else (0, said.decode(errors="replace").strip())


def main() -> None:
    stack_json, folder, *runner = sys.argv[1:]
    stack = Stack(stack_json)
    for name in sorted(stack.functions):
        counted, said = instructions([*runner, os.path.join(folder, name)], environment(stack.configuration(name)))
        judge(f"{name}, it starts", counted > 0, said or f"{counted / 1_000_000:.2f} million instructions")
    judge.end()


if __name__ == "__main__":
    main()
