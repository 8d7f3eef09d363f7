"""Keeps the mail that SES accepts, and refuses mail on request.

Each accepted mail becomes the file `<UTC time>-<SES message id>.eml` in a folder, with the bytes that were sent. The emulator
itself keeps only subject and bodies.

A test makes SES refuse mail to an address by creating the marker `.refuse-ada@example.org` in the folder, with the address in
lower case. The error is TooManyRequestsException with status 429. If the marker has text, such as MessageRejected, that is the
error, with status 400.
"""

import base64
import json
import pathlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone

from ministack.services import ses_v2

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[str, str, dict, bytes, dict], Awaitable[Answer]]

THROTTLED = "TooManyRequestsException"


def keep(folder: pathlib.Path) -> None:
    """Starts keeping mail. Call it before the emulator starts."""
    folder.mkdir(parents=True, exist_ok=True)
    ses_v2.handle_request = keeping_mail(ses_v2.handle_request, folder)


def keeping_mail(handle: Handler, folder: pathlib.Path) -> Handler:
    """Wraps the handler of the SESv2 API."""

    async def handle_and_keep(method: str, path: str, headers: dict, body: bytes, query: dict) -> Answer:
        if (method, path.rstrip("/")) != ("POST", "/v2/email/outbound-emails"):
            return await handle(method, path, headers, body, query)
        request = json.loads(body)
        error = refusal(request, folder)
        if error:
            status = 429 if error == THROTTLED else 400
            return ses_v2._json_err(error, "refused by a marker in the mail folder", status)
        answer = await handle(method, path, headers, body, query)
        if answer[0] == 200:
            # If the file cannot be written, the exception becomes a 500, and the mail does not count as sent.
            write(base64.b64decode(request["Content"]["Raw"]["Data"]), json.loads(answer[2])["MessageId"], folder)
        return answer

    return handle_and_keep


def refusal(request: dict, folder: pathlib.Path) -> str | None:
    """Returns the error that a marker requests for this mail, if there is one."""
    [recipient] = request["Destination"]["ToAddresses"]
    marker = folder / f".refuse-{recipient.lower()}"
    try:
        return marker.read_text().strip() or THROTTLED
    except (OSError, ValueError):
        # There is no marker, or the address cannot be part of a file name.
        return None


def write(mail: bytes, message_id: str, folder: pathlib.Path) -> None:
    """Writes the file of a mail under another name, and renames it when it is complete."""
    name = f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S.%f}-{message_id}"
    partial = folder / f".{name}.partial"
    partial.write_bytes(mail)
    partial.rename(folder / f"{name}.eml")
