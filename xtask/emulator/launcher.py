"""Starts the ministack emulator the way em-connect needs it.

Run by `cargo xtask up` with the Python of target/tools/venv, never by hand.

    launcher.py STACK_FOLDER [--with-parent]

STACK_FOLDER does nothing here: it stands in the command line so that xtask can tell from
/proc/<pid>/cmdline that a process is the emulator of that stack before it signals it.
"""

import http.server
import os
import signal
import sys
import threading
import time

# Without this every answer of a function waits for a delayed acknowledgement: about 50 ms a call.
http.server.BaseHTTPRequestHandler.disable_nagle_algorithm = True


def stop_with(parent: int) -> None:
    """Ends the whole process group once `parent` is gone.

    `cargo xtask test` may be interrupted or killed before it can tear its stack down.
    """
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)
    time.sleep(5)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    parent = os.getppid()
    # A session of its own: closing the terminal must not end a stack that `up` left running,
    # and one signal to the group reaches the emulator and every function process under it.
    os.setsid()
    if "--with-parent" in sys.argv[2:]:
        threading.Thread(target=stop_with, args=(parent,), daemon=True).start()

    # ministack reads its own options from the command line.
    sys.argv = ["ministack"]
    from ministack.app import main as ministack

    ministack()


if __name__ == "__main__":
    main()
