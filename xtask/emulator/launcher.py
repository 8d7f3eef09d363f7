"""Starts the emulator (ministack) with em-connect's additions. `cargo xtask up` runs it with the Python of target/tools/venv.

    launcher.py STACK_FOLDER [--with-parent]

STACK_FOLDER is not used. It is in the command line so that xtask recognizes the emulator of a stack among the processes.
With --with-parent, the emulator ends after the process that started it.

The launcher reads these variables, and removes them from the environment:

- EM_CONNECT_MAIL_DIR: the folder for mail. Each accepted mail becomes the file `<UTC time>-<SES message id>.eml` with the bytes
  that were sent. A test makes SES refuse mail by creating a marker in the folder: `.refuse` for all mail, or
  `.refuse-ada@example.org` for mail to that address (in lower case). The error is TooManyRequestsException with status 429. If
  the marker has text, such as MessageRejected, that is the error, with status 400.
- EM_CONNECT_CONCURRENCY: the most processes of one function. Further calls wait, in the order of their arrival: on AWS each
  call has a machine of its own, but here all processes share two cores.
- EM_CONNECT_DECISIONS, optional: the file for decisions of roles (roles.py). The emulator decides only with AUTH=true.
- EM_CONNECT_FAULTS, optional: the folder with the script of faults (faults.py).

Calls of functions are always counted (counts.py).
"""

import base64
import contextvars
import datetime
import email.utils
import http.server
import json
import os
import pathlib
import signal
import string
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import roles

# Otherwise each answer of a function waits some 50 ms for a delayed acknowledgement.
http.server.BaseHTTPRequestHandler.disable_nagle_algorithm = True

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, dict, bytes, dict], Awaitable[Answer]]

THROTTLED = "TooManyRequestsException"


def stop_with(parent: int) -> None:
    """Ends the process group after `parent` has ended: a killed `cargo xtask test` cannot stop its stack."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)
    time.sleep(5)
    os.killpg(0, signal.SIGKILL)


def keeping_mail(handle: Handler, mail_dir: pathlib.Path) -> Handler:
    """Wraps the handler of the SESv2 API: keeps accepted mails as files. The emulator itself keeps only subject and bodies."""

    async def handle_and_keep(method: str, path: str, headers: dict, body: bytes, query: dict) -> Answer:
        if (method, path.rstrip("/")) != ("POST", "/v2/email/outbound-emails"):
            return await handle(method, path, headers, body, query)
        request = json.loads(body)
        code = refusal(request, mail_dir)
        if code:
            text = json.dumps({"message": f"refused by a marker in the mail folder: {code}"}).encode()
            status = 429 if code == THROTTLED else 400
            return status, {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}, text
        answer = await handle(method, path, headers, body, query)
        if answer[0] == 200:
            # If the file cannot be written, the exception becomes a 500, and the mail does not count as sent.
            raw = base64.b64decode(request["Content"]["Raw"]["Data"])
            keep(raw, json.loads(answer[2])["MessageId"], mail_dir)
        return answer

    return handle_and_keep


def keep(mail: bytes, message_id: str, mail_dir: pathlib.Path) -> None:
    """Writes the file of a mail under another name, and renames it when it is complete."""
    mail_dir.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.datetime.now(datetime.timezone.utc):%Y%m%dT%H%M%S.%f}-{message_id}"
    partial = mail_dir / f".{name}.partial"
    partial.write_bytes(mail)
    partial.rename(mail_dir / f"{name}.eml")


def refusal(request: dict, mail_dir: pathlib.Path) -> str | None:
    """Returns the error that a marker requests for this mail, if there is one."""
    recipients = [one for kind in (request.get("Destination") or {}).values() for one in kind or []]
    addresses = [email.utils.parseaddr(recipient)[1].lower() for recipient in recipients]
    for name in (".refuse", *(f".refuse-{address}" for address in addresses)):
        try:
            return (mail_dir / name).read_text().strip() or THROTTLED
        except (OSError, ValueError):
            # There is no marker, or the address cannot be part of a file name.
            continue
    return None


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
    take = lambda name: os.environ.pop(f"EM_CONNECT_{name}", None)
    mail_dir, decisions, script = pathlib.Path(take("MAIL_DIR")), take("DECISIONS"), take("FAULTS")
    concurrency = int(take("CONCURRENCY"))

    # The additions import the emulator, which takes a second.
    import counts
    from ministack import app
    from ministack.services import lambda_svc, ses_v2
    from ministack.services.cloudformation import provisioners

    provisioners._sm_secret_string = without_punctuation(provisioners._sm_secret_string)
    if decisions:
        roles.enforce(pathlib.Path(decisions))
    if script:
        import faults

        faults.make(pathlib.Path(script))
    counts.record()
    lambda_svc._execute_function_dispatch = in_turn(lambda_svc._execute_function_dispatch, concurrency)
    ses_v2.handle_request = keeping_mail(ses_v2.handle_request, mail_dir)

    # ministack reads its own options from the command line.
    sys.argv = ["ministack"]
    app.main()


if __name__ == "__main__":
    main()
