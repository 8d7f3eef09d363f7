"""A client of em-connect's API for the proofs. It needs only Python."""

import json
import time
import urllib.request
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

PATIENCE_SECONDS = 60
# The password in events/api/log-in.json.
PASSWORD = "correct horse battery"

T = TypeVar("T")


class Client:
    """Somebody who calls the API: nobody in particular at first, and a person after `signed_in` or `sign_up`."""

    def __init__(self, url: str, token: str = "", user: str = "", address: str = "") -> None:
        self.url, self.token, self.user, self.address = url, token, user, address

    def fetch(self, path: str, body: dict | None = None, method: str | None = None) -> bytes:
        """Returns the body of an answer. Without `method`, a request with a body is a POST. Raises an error above status 399."""
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers, method=method), timeout=60) as answer:
            return answer.read()

    def call(self, path: str, body: dict | None = None, method: str | None = None) -> dict:
        return json.loads(self.fetch(path, body, method) or "null")

    def of(self, session: dict) -> "Client":
        return Client(self.url, session["accessToken"], session["user"]["id"], session["user"]["email"])

    def signed_in(self, address: str, password: str) -> "Client":
        return self.of(self.call("/v1/auth/login", {"email": address, "password": password}))

    def sign_up(self, name: str, admin: "Client | None" = None) -> "Client":
        """Returns a new account. An administrator makes it an organizer."""
        account = {"email": f"{name.lower()}.{uuid.uuid4()}@example.org", "password": PASSWORD, "name": name}
        person = self.of(self.call("/v1/auth/register", account))
        if not admin:
            return person
        admin.call(f"/v1/users/{person.user}/role", {"role": "organizer"}, "PUT")
        # The first token has the former role.
        return self.signed_in(account["email"], PASSWORD)

    def draft(self, start: datetime, **details: object) -> str:
        """Makes an event and returns its id. The caller is an organizer or an administrator."""
        times = {"startsAt": start.isoformat(), "endsAt": (start + timedelta(hours=2)).isoformat(), "timezone": "Europe/Vienna"}
        return self.call("/v1/events", {"title": "A proof", "venue": "Town hall", "capacity": 2} | times | details)["id"]

    def published(self, start: datetime, **details: object) -> str:
        """Makes and publishes an event and returns its id."""
        event = self.draft(start, **details)
        self.call(f"/v1/events/{event}/publish", {})
        return event

    def register(self, event: str) -> dict:
        return self.call(f"/v1/events/{event}/registrations", method="POST")

    def ticket(self) -> dict:
        """Waits for the caller's ticket, which follows the registration."""
        return eventually("a ticket", lambda: self.call("/v1/me/tickets")["items"])[0]


def soon(**lead: float) -> datetime:
    """Returns a time that is so far away: `soon(hours=1)`."""
    return datetime.now(UTC) + timedelta(**lead)


def eventually(what: str, attempt: Callable[[], T | None], patience: float = PATIENCE_SECONDS) -> T:
    """Returns the first result of `attempt` that is not empty. Waits so many seconds for it."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if result := attempt():
            return result
        time.sleep(0.2)
    raise TimeoutError(f"no {what} within {patience} s")
