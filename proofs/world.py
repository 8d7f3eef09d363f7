"""Something for the event files to be about, on an emulated stack: an event, its people, and a connection that watches it.

Two worlds are made by the same steps, so that two functions that get the same file have the same to do and must answer the same.
"""

import base64
import email
import email.policy
import json
import pathlib
import secrets
from typing import Any

import websockets.sync.client as websocket

from api import Client, eventually, soon
from stack import PATIENCE_SECONDS, Stack

# Ids in the event files, without their prefixes.
EVENT = "01m83w2dw2ezxseemv5b3szhem"
USER = "01m83w2hjde2madv47ah31n1pc"
ANNOUNCEMENT = "01m83w2njceb595ktr3b59vyfa"
CONNECTION = "bc4e81bf6bb240d5"
EMAIL = "ada@example.org"
ACCESS_TOKEN = "ACCESS_TOKEN"
# When the event begins, in every world.
START = soon(days=30)

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def bare(identifier: str) -> str:
    """Returns an id without its prefix, such as `evt_`."""
    return identifier.rsplit("_", 1)[-1]


def binary(identifier: str) -> str:
    """Returns the 16 bytes of an id in base64. Guest lists contain ids so."""
    number = 0
    for letter in identifier:
        number = number << 5 | CROCKFORD.index(letter)
    return base64.b64encode(number.to_bytes(16)).decode()


class World:
    """A published event with two seats and one guest, who has the ticket. A newcomer has the access token of the files."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.host = host = stack.organizer()
        self.event = host.published(START)
        self.guest = stack.anyone.sign_up("Ada")
        self.guest.register(self.event)
        eventually("ticket of the guest", lambda: self.tickets_of(self.guest), PATIENCE_SECONDS)
        self.newcomer = stack.anyone.sign_up("Kim")
        said = host.call(f"/v1/events/{self.event}/announcements", {"message": "Doors open at 19:30."})
        self.viewer = websocket.connect(stack.described["wsUrl"])
        self.frames: set[str] = set()
        self.viewer.send(json.dumps({"action": "subscribe", "eventId": self.event}))
        self.connection = eventually("stored viewer", self._connection, PATIENCE_SECONDS)
        self.replaced = [
            (EVENT, bare(self.event)),
            (USER, bare(self.guest.user)),
            (binary(USER), binary(bare(self.guest.user))),
            (ANNOUNCEMENT, bare(said["id"])),
            (EMAIL, self.guest.address),
            (ACCESS_TOKEN, self.newcomer.token),
            (CONNECTION, self.connection),
        ]

    def _connection(self) -> str | None:
        topic = f"TOPIC#{bare(self.event)}"
        for item in self.stack.items(topic, "TOPIC"):
            for shard in range(int(item["shards"]["N"])):
                for stored in self.stack.items(f"{topic}#{shard}", "SHARD"):
                    return stored["connections"]["SS"][0]
        return None

    def tickets_of(self, person: Client) -> int:
        return len(person.call("/v1/me/tickets")["items"])

    def event_of(self, file: str, text: str) -> bytes:
        """Returns the text of an event file with the ids of this world."""
        for written, ours in self.replaced:
            # A connection begins once only.
            is_new = written == CONNECTION and file == "ws-connect/connect"
            text = text.replace(written, secrets.token_hex(8) if is_new else ours)
        return text.encode()

    def as_written(self, text: str) -> str:
        """Returns an answer's text with the ids of the files."""
        others = [("NEWCOMER", bare(self.newcomer.user)), ("HOST", bare(self.host.user))]
        for written, ours in [*self.replaced, *others]:
            text = text.replace(ours, written)
        return text

    def seen(self) -> set[str]:
        """Returns the kinds of all frames that the viewer got."""
        while True:
            try:
                frame = json.loads(self.viewer.recv(timeout=0))
            except TimeoutError:
                return self.frames
            self.frames.add(frame["type"])

    def effects(self) -> dict[str, Any]:
        """Returns what a person sees of what the functions did."""
        folder = self.stack.described["mailDir"]
        return {"newcomer's tickets": self.tickets_of(self.newcomer), "frames": sorted(self.seen()), "mails": mails(folder, self)}


def mails(folder: str, world: World) -> list[str]:
    """Returns the subjects of all mails to the guest and to the newcomer."""
    subjects = []
    for path in pathlib.Path(folder).glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for person in (world.guest, world.newcomer):
            if person.address in str(mail["to"]):
                subjects.append(f"{person.address.split('.')[0]}: {mail['subject']}")
    return sorted(subjects)
