"""Shows that an em-connect works from a sign-up to the door: smoke.py URL ADDRESS

ADDRESS is that of an organizer or an administrator, whose password comes from standard input. It needs only Python.
"""

import sys

from api import Client, soon


def main() -> None:
    url, address = sys.argv[1:]
    anyone = Client(url)
    ready = anyone.call("/health/ready")
    assert ready["status"] == "ready", ready
    assert b"<html" in anyone.fetch("/"), "there are no pages"
    host = anyone.signed_in(address, sys.stdin.readline().rstrip("\n"))
    event = host.published(soon(hours=1), capacity=1)
    assert b"A proof" in anyone.fetch(f"/events/{event}"), "the event has no page"
    guest = anyone.sign_up("Ada")
    assert guest.register(event)["status"] == "confirmed"
    ticket = guest.ticket()
    assert guest.fetch(f"/v1/tickets/{ticket['code']}/ticket.pdf").startswith(b"%PDF")
    for expected in ("admitted", "already-admitted"):
        scan = host.call(f"/v1/events/{event}/check-ins", {"ticket": ticket["qr"]})
        assert scan["result"] == expected, scan
    print(f"{url}: ready, with pages; a guest registered, got a ticket and its PDF, and was admitted once")


if __name__ == "__main__":
    main()
