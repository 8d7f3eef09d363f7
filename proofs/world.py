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

from stack import Stack, eventually

# Ids in the event files, without their prefixes.
EVENT = "01m83w2dw2ezxseemv5b3szhem"
USER = "01m83w2hjde2madv47ah31n1pc"
ANNOUNCEMENT = "01m83w2njceb595ktr3b59vyfa"
CONNECTION = "bc4e81bf6bb240d5"
EMAIL = "ada@example.org"
PASSWORD = "correct horse battery"
ACCESS_TOKEN = "ACCESS_TOKEN"

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


class Person:
    """A new account."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.stack = stack
        self.email = f"{name.lower()}.{secrets.token_hex(6)}@example.org"
        account = {"email": self.email, "password": PASSWORD, "name": name}
        self.id: str = stack.call("POST", "/v1/auth/register", account).expect(201)["user"]["id"]
        self.log_in()

    def log_in(self) -> None:
        account = {"email": self.email, "password": PASSWORD}
        self.token: str = self.stack.call("POST", "/v1/auth/login", account).expect(200)["accessToken"]

    def call(self, method: str, path: str, status: int, body: Any = None) -> Any:
        return self.stack.call(method, path, body, self.token).expect(status)


def organizer(stack: Stack) -> Person:
    """Returns a new account that may make events."""
    admin = stack.described["admin"]
    account = {"email": admin["email"], "password": admin["password"]}
    token = stack.call("POST", "/v1/auth/login", account).expect(200)["accessToken"]
    person = Person(stack, "Olga")
    stack.call("PUT", f"/v1/users/{person.id}/role", {"role": "organizer"}, token).expect(200)
    person.log_in()
    return person


class World:
    """A published event with two seats and one guest, who has the ticket. A newcomer has the access token of the files."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.host = host = organizer(stack)
        event = {
            "title": "Rust evening",
            "venue": "Town hall",
            "startsAt": "2027-06-01T18:00:00Z",
            "endsAt": "2027-06-01T21:00:00Z",
            "timezone": "Europe/Berlin",
            "capacity": 2,
        }
        self.event: str = host.call("POST", "/v1/events", 201, event)["id"]
        path = f"/v1/events/{self.event}"
        host.call("POST", f"{path}/publish", 200)
        self.guest = Person(stack, "Ada")
        self.guest.call("POST", f"{path}/registrations", 201)
        eventually(lambda: self.tickets_of(self.guest) or None, "the guest has no ticket")
        self.newcomer = Person(stack, "Kim")
        said = host.call("POST", f"{path}/announcements", 201, {"message": "Doors open at 19:30."})
        self.viewer = websocket.connect(stack.described["wsUrl"])
        self.frames: set[str] = set()
        self.viewer.send(json.dumps({"action": "subscribe", "eventId": self.event}))
        self.connection = eventually(self._connection, "the viewer is not stored")
        self.replaced = [
            (EVENT, bare(self.event)),
            (USER, bare(self.guest.id)),
            (binary(USER), binary(bare(self.guest.id))),
            (ANNOUNCEMENT, bare(said["id"])),
            (EMAIL, self.guest.email),
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

    def tickets_of(self, person: Person) -> int:
        return len(person.call("GET", "/v1/me/tickets", 200)["items"])

    def event_of(self, file: str, text: str) -> bytes:
        """Returns the text of an event file with the ids of this world."""
        for written, ours in self.replaced:
            # A connection begins once only.
            is_new = written == CONNECTION and file == "ws-connect/connect"
            text = text.replace(written, secrets.token_hex(8) if is_new else ours)
        return text.encode()

    def as_written(self, text: str) -> str:
        """Returns an answer's text with the ids of the files."""
        others = [("NEWCOMER", bare(self.newcomer.id)), ("HOST", bare(self.host.id))]
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
            if person.email in str(mail["to"]):
                subjects.append(f"{person.email.split('.')[0]}: {mail['subject']}")
    return sorted(subjects)
