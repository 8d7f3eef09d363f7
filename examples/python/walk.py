"""A walk through the API with a generated client: python walk.py

Where em-connect listens is read from the file that `cargo xtask up` wrote, or that EM_CONNECT_STACK names.
"""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from em_connect import AuthenticatedClient, Client
from em_connect.api.accounts import login, register
from em_connect.api.events import create_event, get_event, publish_event
from em_connect.api.registrations import join_waitlist, register_for_event
from em_connect.api.tickets import list_my_tickets
from em_connect.models import (
    CreateEvent,
    Event,
    Login,
    Register,
    Registration,
    Session,
    SoldOutProblem,
    Ticket,
    TicketPage,
)

PATIENCE_SECONDS = 60

T = TypeVar("T")

written = Path(__file__).parents[2] / "target/local/stack.json"
stack = json.loads(Path(os.environ.get("EM_CONNECT_STACK", written)).read_text())
url = str(stack["httpUrl"])


def expect(kind: type[T], answer: object) -> T:
    """Returns the answer if it is of this kind; a problem document ends the program."""
    if isinstance(answer, kind):
        return answer
    raise SystemExit(f"expected {kind.__name__}, got {answer}")


def signed_in(session: Session) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=url, token=session.access_token)


def sign_up(name: str) -> AuthenticatedClient:
    body = Register(email=f"{name.lower()}.{uuid4()}@example.org", password=str(uuid4()), name=name)
    return signed_in(expect(Session, register.sync(client=Client(base_url=url), body=body)))


def ticket_of(client: AuthenticatedClient) -> Ticket:
    """Waits for the ticket, which follows the registration within a second or two."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        page = expect(TicketPage, list_my_tickets.sync(client=client))
        if page.items:
            return page.items[0]
        time.sleep(0.2)
    raise SystemExit(f"no ticket within {PATIENCE_SECONDS} s; it will come by mail")


def counted(event_id: str, registered: int, waitlisted: int) -> Event:
    """Waits until the counts of the event, which may be two seconds old, are these."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        event = expect(Event, get_event.sync(event_id, client=Client(base_url=url)))
        if (event.registered, event.waitlisted) == (registered, waitlisted):
            return event
        if time.monotonic() > deadline:
            raise SystemExit(f"{event.registered} registered, {event.waitlisted} waiting")
        time.sleep(0.2)


# The seeded organizer signs in, makes an event with two seats, and publishes it.
credentials = Login(email=stack["organizer"]["email"], password=stack["organizer"]["password"])
organizer = signed_in(expect(Session, login.sync(client=Client(base_url=url), body=credentials)))
draft = CreateEvent(
    title="An evening with Python",
    venue="Town hall, Vienna",
    timezone="Europe/Vienna",
    starts_at=datetime(2029, 5, 1, 18, tzinfo=UTC),
    ends_at=datetime(2029, 5, 1, 22, tzinfo=UTC),
    capacity=2,
)
made = expect(Event, create_event.sync(client=organizer, body=draft))
event = expect(Event, publish_event.sync(made.id, client=organizer))
print(f"{event.id} is {event.status.value}")

# Three people register: two get a seat, the third is refused, and joins the waitlist.
ada, grace, edsger = (sign_up(name) for name in ("Ada", "Grace", "Edsger"))
for guest in (ada, grace):
    expect(Registration, register_for_event.sync(event.id, client=guest))
refusal = expect(SoldOutProblem, register_for_event.sync(event.id, client=edsger))
print(f"the third was refused: {refusal.type_.value}")
place = expect(Registration, join_waitlist.sync(event.id, client=edsger))
print(f"and waits at place {place.waitlist_position}")

ticket = ticket_of(ada)
print(f"Ada has ticket {ticket.code}")
now = counted(event.id, registered=2, waitlisted=1)
print(f"{now.registered} of {now.capacity} registered, {now.waitlisted} waiting, {now.remaining} seats left")
