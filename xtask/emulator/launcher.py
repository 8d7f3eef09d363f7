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
"""

import base64
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
from collections.abc import Awaitable, Callable

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

    async def handle_and_keep(
        method: str, path: str, headers: dict, body: bytes, query: dict
    ) -> Answer:
        if (method, path.rstrip("/")) != ("POST", "/v2/email/outbound-emails"):
            return await handle(method, path, headers, body, query)
        request = json.loads(body)
        code = refusal(request, mail_dir)
        if code:
            return error(code)
        answer = await handle(method, path, headers, body, query)
        status, _, text = answer
        raw = request.get("Content", {}).get("Raw")
        if status == 200 and raw:
            # A mail that cannot be kept must not count as sent: what is raised here is answered with a 500.
            keep(base64.b64decode(raw["Data"]), json.loads(text)["MessageId"], mail_dir)
        elif status == 200:
            print("a mail that is not raw was accepted and not kept", file=sys.stderr)
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


def error(code: str) -> Answer:
    """An error as SESv2 answers it."""
    body = json.dumps({"message": f"refused by a marker in the mail folder: {code}"}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}
    return 429 if code == THROTTLED else 400, headers, body


def main() -> None:
    parent = os.getppid()
    # A session of its own: closing the terminal must not end a stack that `up` left running,
    # and one signal to the group reaches the emulator and every function process under it.
    os.setsid()
    if "--with-parent" in sys.argv[2:]:
        threading.Thread(target=stop_with, args=(parent,), daemon=True).start()

    # Taken out: functions inherit the environment, and on AWS there is no such folder.
    mail_dir = pathlib.Path(os.environ.pop("EM_CONNECT_MAIL_DIR"))
    from ministack.services import ses_v2

    ses_v2.handle_request = keeping_mail(ses_v2.handle_request, mail_dir)

    # ministack reads its own options from the command line.
    sys.argv = ["ministack"]
    from ministack.app import main as ministack

    ministack()


if __name__ == "__main__":
    main()
