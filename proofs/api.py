"""A client of em-connect's API for the proofs. It needs only Python."""

import json
import time
import urllib.request
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

PATIENCE_SECONDS = 60

T = TypeVar("T")


class Client:
    """Somebody who calls the API: nobody in particular at first, and a person after `signed_in` or `sign_up`."""

    def __init__(self, url: str, token: str = "", user: str = "") -> None:
        self.url, self.token, self.user = url, token, user

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
        return Client(self.url, session["accessToken"], session["user"]["id"])

    def signed_in(self, address: str, password: str) -> "Client":
        return self.of(self.call("/v1/auth/login", {"email": address, "password": password}))

    def sign_up(self, name: str) -> "Client":
        account = {"email": f"{name.lower()}.{uuid.uuid4()}@example.org", "password": str(uuid.uuid4()), "name": name}
        return self.of(self.call("/v1/auth/register", account))

    def published(self, capacity: int, begins_in: timedelta) -> str:
        """Publishes an event and returns its id. The caller is an organizer or an administrator."""
        start = datetime.now(UTC) + begins_in
        times = {"startsAt": start.isoformat(), "endsAt": (start + timedelta(hours=2)).isoformat(), "timezone": "Europe/Vienna"}
        event = self.call("/v1/events", {"title": "A proof", "venue": "Town hall, Vienna", "capacity": capacity, **times})
        self.call(f"/v1/events/{event['id']}/publish", {})
        return event["id"]

    def register(self, event: str) -> dict:
        return self.call(f"/v1/events/{event}/registrations", method="POST")

    def ticket(self) -> dict:
        """Waits for the caller's ticket, which follows the registration."""
        return eventually("a ticket", lambda: self.call("/v1/me/tickets")["items"])[0]


def eventually(what: str, attempt: Callable[[], T]) -> T:
    """Returns the first result of `attempt` that is not empty."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if result := attempt():
            return result
        time.sleep(0.2)
    raise SystemExit(f"no {what} within {PATIENCE_SECONDS} s")
