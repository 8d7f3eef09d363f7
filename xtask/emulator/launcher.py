"""Starts the emulator (ministack) with em-connect's additions. `cargo xtask up` runs it with the Python of target/tools/venv.

    launcher.py STACK_FOLDER [--with-parent]

STACK_FOLDER is not used. It is in the command line so that xtask recognizes the emulator of a stack among the processes.
With --with-parent, the emulator ends after the process that started it.

The launcher reads these variables, and removes them from the environment:

- EM_CONNECT_MAIL_DIR: the folder for mail (mails.py).
- EM_CONNECT_CONCURRENCY: the most processes of one function. Further calls wait, in the order of their arrival: on AWS each
  call has a machine of its own, but here all processes share two cores.
- EM_CONNECT_DECISIONS, optional: the file for decisions of roles (roles.py). The emulator decides only with AUTH=true.
- EM_CONNECT_FAULTS, optional: the folder with the script of faults (faults.py).

Calls of functions are always counted (counts.py), and checked as AWS would check them (conformance.py).
"""

import contextvars
import http.server
import os
import pathlib
import signal
import string
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

# Otherwise each answer of a function waits some 50 ms for a delayed acknowledgement.
http.server.BaseHTTPRequestHandler.disable_nagle_algorithm = True


def stop_with(parent: int) -> None:
    """Ends the process group after `parent` has ended: a killed `cargo xtask test` cannot stop its stack."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)
    time.sleep(5)
    os.killpg(0, signal.SIGKILL)


def in_turn(dispatch: Callable[..., dict], limit: int) -> Callable[..., dict]:
    """Wraps the emulator's invocation of a function: at most `limit` invocations of each function run at a time."""
    pools: dict[str, ThreadPoolExecutor] = {}

    def dispatch_in_turn(function: dict, config: dict, *more: object) -> dict:
        # A pool takes its work in the order of arrival. A semaphore would not: a new call may overtake a waiting one.
        pool = pools.setdefault(config["FunctionName"], ThreadPoolExecutor(limit))
        return pool.submit(contextvars.copy_context().run, dispatch, function, config, *more).result()

    return dispatch_in_turn


def without_punctuation(secret_string: Callable[[dict], str]) -> Callable[[dict], str]:
    """Wraps CloudFormation's generator of secrets, which ignores ExcludePunctuation. A secret must not begin like JSON."""

    def generate(props: dict) -> str:
        generator = props.get("GenerateSecretString") or {}
        if generator.get("ExcludePunctuation"):
            props = props | {"GenerateSecretString": generator | {"ExcludeCharacters": string.punctuation}}
        return secret_string(props)

    return generate


def main() -> None:
    parent = os.getppid()
    # The new session survives a closed terminal, and a signal to its group reaches the emulator and all functions.
    os.setsid()
    if "--with-parent" in sys.argv[2:]:
        threading.Thread(target=stop_with, args=(parent,), daemon=True).start()

    # Functions inherit the environment, and on AWS it has none of these variables.
    mail_folder, concurrency = os.environ.pop("EM_CONNECT_MAIL_DIR"), os.environ.pop("EM_CONNECT_CONCURRENCY")
    decisions, script = os.environ.pop("EM_CONNECT_DECISIONS", None), os.environ.pop("EM_CONNECT_FAULTS", None)

    # The additions import the emulator, which takes a second.
    import conformance
    import counts
    import mails
    from ministack import app
    from ministack.services import lambda_svc
    from ministack.services.cloudformation import provisioners

    provisioners._sm_secret_string = without_punctuation(provisioners._sm_secret_string)
    mails.keep(pathlib.Path(mail_folder))
    if decisions:
        import roles

        roles.enforce(pathlib.Path(decisions))
    if script:
        import faults

        faults.make(pathlib.Path(script))
    counts.record()
    conformance.record()
    lambda_svc._execute_function_dispatch = in_turn(lambda_svc._execute_function_dispatch, int(concurrency))

    # ministack reads its own options from the command line.
    sys.argv = ["ministack"]
    app.main()


if __name__ == "__main__":
    main()
