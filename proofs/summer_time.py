"""Lets a server live through the night in which summer time begins, and checks its reminders.

    summer_time.py SERVER DATA_FOLDER CLOCK_FILE

SERVER is the address of a server that runs on DATA_FOLDER, was filled by `serve --demo`, and reads its time from CLOCK_FILE by
libfaketime. `.ci/summer-time` starts it on 27 March 2027 at 0:00 UTC. This script makes events on both sides of the change, with
a guest each, lets 34 hours pass in some minutes, and reads the mails.
"""

import email
import email.policy
import pathlib
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from api import Client

# One real second has so many seconds of the server's clock.
SPEED = 300
BEGIN = datetime(2027, 3, 27, tzinfo=UTC)
END = datetime(2027, 3, 28, 10, tzinfo=UTC)
# On 28 March 2027 at 1:00 UTC, clocks in Berlin go from 2:00 to 3:00 and those in London from 1:00 to 2:00. The other zones have
# no change that night. Each event lasts two hours. The last text is how mails show it.
EVENTS = [
    ("Europe/Berlin", "2027-03-28T01:30", "01:30 (UTC+01:00) – Sun 28 Mar 2027, 04:30 (UTC+02:00), Europe/Berlin"),
    ("Europe/Berlin", "2027-03-28T03:30", "03:30–05:30, Europe/Berlin (UTC+02:00)"),
    ("Europe/Berlin", "2027-03-28T11:00", "11:00–13:00, Europe/Berlin (UTC+02:00)"),
    ("Europe/London", "2027-03-28T02:15", "02:15–04:15, Europe/London (UTC+01:00)"),
    ("America/New_York", "2027-03-28T05:00", "05:00–07:00, America/New_York (UTC-04:00)"),
    ("Asia/Kathmandu", "2027-03-28T12:00", "12:00–14:00, Asia/Kathmandu (UTC+05:45)"),
]
LEADS = [timedelta(hours=24), timedelta(hours=1)]
# A second of a busy machine is minutes of the server's clock.
MOST_LATE = timedelta(minutes=30)

server, data, clock = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def now() -> datetime:
    """Returns the time on the server's clock. The server's deadlines have its clock too, so it gives most callers up."""
    while True:
        try:
            with urllib.request.urlopen(f"{server}/health", timeout=60) as answer:
                return parsedate_to_datetime(answer.headers["Date"])
        except OSError:
            time.sleep(0.2)


def register_guests() -> dict[str, tuple[datetime, str]]:
    """Makes the events with a guest each. Returns the start of each and how mails show it, by the guests' addresses."""
    anyone = Client(server)
    organizer = anyone.signed_in("organizer@em-connect.example", (data / "demo-password").read_text().strip())
    guests = {}
    for zone, local, shown in EVENTS:
        start = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        guest = anyone.sign_up("Ada")
        guest.register(organizer.published(start, timezone=zone))
        guests[guest.address] = start, shown
    return guests


def reminders(address: str) -> list[tuple[datetime, datetime, str]]:
    """Returns the planned time, the time of sending and the text of each reminder to a guest, in their order."""
    found = []
    for path in sorted((data / "mail").rglob("*-reminder-*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if address in mail["To"]:
            sent = datetime.strptime(path.name.split("-")[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
            found.append((parsedate_to_datetime(mail["Date"]), sent, mail.get_body(("plain",)).get_content()))
    return found


guests = register_guests()
# libfaketime multiplies all the time since the server's start, so the new beginning is earlier.
at = now()
clock.write_text(f"@{at - SPEED * (at - BEGIN):%Y-%m-%d %H:%M:%S} x{SPEED}\n")
while now() < END:
    time.sleep(5)

failures = 0
for address, (start, shown) in guests.items():
    found = reminders(address)
    planned = [at for at, _, _ in found]
    late = [sent - at for at, sent, _ in found]
    is_good = planned == [start - lead for lead in LEADS] and all(shown in text for _, _, text in found)
    is_good &= all(timedelta() <= one < MOST_LATE for one in late)
    failures += not is_good
    sent = ", ".join(f"{at:%d %b %H:%M} UTC, {one.total_seconds():.0f} s late" for at, one in zip(planned, late, strict=True))
    print(f"{'ok' if is_good else 'FAILED'}: start {start:%d %b %H:%M} UTC, {shown}; reminders {sent}")
sys.exit(failures != 0)
