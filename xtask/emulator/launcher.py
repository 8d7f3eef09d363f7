"""Starts the ministack emulator the way em-connect needs it.

Run by `cargo xtask up` with the Python of target/tools/venv, never by hand.

    launcher.py STACK_FOLDER [--with-parent]

STACK_FOLDER does nothing here: it stands in the command line so that xtask can tell from
/proc/<pid>/cmdline that a process is the emulator of that stack before it signals it.

EM_CONNECT_MAIL_DIR names the folder that takes mail. Each raw mail that SES accepts is a file in it, byte by
byte as it was sent, whole from the moment it has its name: `<UTC time>-<SES message id>.eml`, so that names
sort by time. A mail that SES refuses, as from an unverified sender, leaves none.

A test takes SES away by making a marker in that folder, and brings it back by removing it:

    .refuse                    every mail is refused
    .refuse-ada@example.org    mail whose Destination has that address (in lower case) is refused

The answer is SES's for a sending rate that is exceeded, TooManyRequestsException with status 429; a marker
that is not empty names another error instead, such as MessageRejected, which has status 400.

EM_CONNECT_DECISIONS, where it is set, names the file that tells what the roles of functions allowed and denied, see
roles.py. The emulator decides only with AUTH=true.

EM_CONNECT_FAULTS, where it is set, names the folder of the script of faults, see faults.py.

Calls of functions are counted, see counts.py.

EM_CONNECT_CONCURRENCY is how many processes a function may have; further calls of it wait for one in the order
in which they came. On AWS each call in flight has a machine of its own. Here they share the cores of one: a
burst that starts a process for each call makes every call slow, those that were there before it too.
"""

import base64
import collections
import datetime
import email.utils
import http.server
import json
import os
import pathlib
import signal
import sys
import threading
import time
import types
from collections.abc import Awaitable, Callable

import counts
import roles

# Without this every answer of a function waits for a delayed acknowledgement: about 50 ms a call.
http.server.BaseHTTPRequestHandler.disable_nagle_algorithm = True

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, dict, bytes, dict], Awaitable[Answer]]

THROTTLED = "TooManyRequestsException"


def stop_with(parent: int) -> None:
    """Ends the whole process group once `parent` is gone.

    `cargo xtask test` may be interrupted or killed before it can tear its stack down.
    """
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGTERM)
    time.sleep(5)
    os.killpg(0, signal.SIGKILL)


def keeping_mail(handle: Handler, mail_dir: pathlib.Path) -> Handler:
    """`handle` of the SESv2 API, with a file for each mail that it accepts.

    The emulator itself keeps only subject, text and HTML, and its SMTP relay builds a new message of them.
    """

    async def handle_and_keep(method: str, path: str, headers: dict, body: bytes, query: dict) -> Answer:
        if (method, path.rstrip("/")) != ("POST", "/v2/email/outbound-emails"):
            return await handle(method, path, headers, body, query)
        request = json.loads(body)
        code = refusal(request, mail_dir)
        if code:
            said = json.dumps({"message": f"refused by a marker in the mail folder: {code}"}).encode()
            status = 429 if code == THROTTLED else 400
            return status, {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}, said
        answer = await handle(method, path, headers, body, query)
        if answer[0] == 200:
            # A mail that cannot be kept must not count as sent: what is raised here is answered with a 500.
            raw = base64.b64decode(request["Content"]["Raw"]["Data"])
            keep(raw, json.loads(answer[2])["MessageId"], mail_dir)
        return answer

    return handle_and_keep


def keep(mail: bytes, message_id: str, mail_dir: pathlib.Path) -> None:
    """Writes one file, under another name until it is whole."""
    mail_dir.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.timezone.utc)
    name = f"{now:%Y%m%dT%H%M%S.%f}-{message_id}"
    partial = mail_dir / f".{name}.partial"
    partial.write_bytes(mail)
    partial.rename(mail_dir / f"{name}.eml")


def refusal(request: dict, mail_dir: pathlib.Path) -> str | None:
    """The error that a marker asks for, if there is one for this mail."""
    destination = request.get("Destination") or {}
    recipients = [recipient for kind in destination.values() for recipient in kind or []]
    addresses = [email.utils.parseaddr(recipient)[1].lower() for recipient in recipients]
    for name in (".refuse", *(f".refuse-{address}" for address in addresses)):
        try:
            return (mail_dir / name).read_text().strip() or THROTTLED
        except (OSError, ValueError):
            # No marker, or an address that cannot be part of a name.
            continue
    return None


class Turns:
    """At most `limit` calls of a function at once; the others wait, first come, first served.

    A function that called itself through the emulator and waited for the answer could wait for its own turn;
    none of em-connect's does.
    """

    def __init__(self, limit: int) -> None:
        self.lock = threading.Lock()
        self.free: dict[str, int] = collections.defaultdict(lambda: limit)
        self.waiting: dict[str, collections.deque[threading.Event]] = collections.defaultdict(collections.deque)

    def take(self, function: str) -> None:
        """Returns when it is the caller's turn."""
        turn = threading.Event()
        with self.lock:
            if self.free[function] > 0:
                self.free[function] -= 1
                return
            self.waiting[function].append(turn)
        turn.wait()

    def give_back(self, function: str) -> None:
        """Hands the turn to who has waited longest: a call that comes just now cannot overtake."""
        with self.lock:
            if self.waiting[function]:
                self.waiting[function].popleft().set()
            else:
                self.free[function] += 1


def in_turn(lambda_svc: types.ModuleType, turns: Turns) -> None:
    """Makes calls of functions wait for their turn. Each has a thread of its own, so that waiting blocks nobody."""
    acquire, release = lambda_svc._acquire_execution_slot, lambda_svc._release_execution_slot

    def acquire_in_turn(function: dict, config: dict) -> tuple[str | None, str | None]:
        key = lambda_svc._inflight_key(config)
        turns.take(key)
        slot, limit = acquire(function, config)
        if slot is None:
            turns.give_back(key)
        return slot, limit

    def release_and_hand_on(slot: str | None) -> None:
        release(slot)
        if slot is not None:
            turns.give_back(slot)

    lambda_svc._acquire_execution_slot = acquire_in_turn
    lambda_svc._release_execution_slot = release_and_hand_on


def main() -> None:
    parent = os.getppid()
    # A session of its own: closing the terminal must not end a stack that `up` left running,
    # and one signal to the group reaches the emulator and every function process under it.
    os.setsid()
    if "--with-parent" in sys.argv[2:]:
        threading.Thread(target=stop_with, args=(parent,), daemon=True).start()

    # Taken out: functions inherit the environment, and on AWS there are no such variables.
    mail_dir = pathlib.Path(os.environ.pop("EM_CONNECT_MAIL_DIR"))
    turns = Turns(int(os.environ.pop("EM_CONNECT_CONCURRENCY")))
    from ministack import app
    from ministack.services import dynamodb, lambda_svc, ses_v2

    in_turn(lambda_svc, turns)
    decisions = os.environ.pop("EM_CONNECT_DECISIONS", None)
    if decisions:
        roles.enforce(pathlib.Path(decisions))
    script = os.environ.pop("EM_CONNECT_FAULTS", None)
    if script:
        import faults

        faults.make(pathlib.Path(script), app, lambda_svc)
    counts.record(app, lambda_svc, dynamodb)
    ses_v2.handle_request = keeping_mail(ses_v2.handle_request, mail_dir)

    # ministack reads its own options from the command line.
    sys.argv = ["ministack"]
    app.main()


if __name__ == "__main__":
    main()
