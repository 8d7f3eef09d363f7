"""Speaks to the live API with a WebSocket client that nobody here wrote: live.py STACK_JSON

STACK_JSON is the file that `cargo xtask up` writes, or one with its members `httpUrl`, `wsUrl` and `organizer`. docs/live.md says
what must happen. It prints a line for each judgement and ends with exit code 1 if one is against us.
"""

import json
import pathlib
import sys
import time
from collections.abc import Iterator

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from api import Client, soon
from judgement import judge

PATIENCE_SECONDS = 30
# Without waiting, the 21 subscriptions would be more than 10 actions in one second.
SECONDS_BETWEEN_ACTIONS = 0.15
ACTIONS = 60


class Viewer:
    """A connection to the live API, whose frames are JSON objects."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def send(self, **action: str) -> None:
        self.socket.send(json.dumps(action))

    def frame(self, kind: str, **members: object) -> dict:
        """Returns the next frame of this kind with these members, and drops the frames before it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            frame = json.loads(self.socket.recv(timeout=max(0.0, deadline - time.monotonic())))
            if frame["type"] == kind and all(frame.get(name) == value for name, value in members.items()):
                return frame

    def types(self, most: int) -> Iterator[str]:
        """Yields the types of the next frames, at most so many, and none after an error."""
        for _ in range(most):
            kind = json.loads(self.socket.recv(timeout=PATIENCE_SECONDS))["type"]
            yield kind
            if kind == "error":
                return

    def is_closed(self) -> bool:
        """Waits until the server closes the connection."""
        try:
            while True:
                self.socket.recv(timeout=PATIENCE_SECONDS)
        except ConnectionClosed:
            return True
        except TimeoutError:
            return False


def judge_counts(anyone: Client, organizer: Client, viewer: Viewer, event: str) -> None:
    viewer.send(action="ping")
    judge("a ping", bool(viewer.frame("pong")))
    viewer.socket.send("{")
    judge("a frame that is no JSON", bool(viewer.frame("error", code="malformed")))
    viewer.send(action="subscribe", eventId="evt_01h455vb4pex5vsknk084sn02r")
    judge("an event that does not exist", bool(viewer.frame("error", code="not-found")))
    viewer.send(action="subscribe", eventId=event, topic="door")
    judge("the door without signing in", bool(viewer.frame("error", code="unauthorized")))

    viewer.send(action="subscribe", eventId=event)
    snapshot = viewer.frame("snapshot", eventId=event)
    counts = {name: snapshot[name] for name in ("registered", "remaining", "capacity", "waitlisted", "status")}
    judge("a snapshot", counts == {"registered": 0, "remaining": 2, "capacity": 2, "waitlisted": 0, "status": "published"})
    anyone.sign_up("Ada").register(event)
    count = viewer.frame("count", eventId=event, registered=1)
    judge("a count", count["remaining"] == 1 and count["asOf"] >= snapshot["asOf"])
    organizer.call(f"/v1/events/{event}/announcements", {"message": "Doors open at seven."})
    announcement = viewer.frame("announcement", eventId=event)
    judge("an announcement", announcement["message"] == "Doors open at seven.")
    viewer.send(action="unsubscribe", eventId=event)
    judge("the end of a subscription", bool(viewer.frame("unsubscribed", eventId=event)))


def judge_door(anyone: Client, organizer: Client, ws_url: str, event: str) -> None:
    ticket = organizer.call("/v1/live/tickets", method="POST")["ticket"]
    with connect(f"{ws_url}?ticket={ticket}") as socket:
        viewer = Viewer(socket)
        viewer.send(action="subscribe", eventId=event, topic="door")
        judge("the door for its organizer", bool(viewer.frame("snapshot", topic="door")))
        guest = anyone.sign_up("Grace")
        guest.register(event)
        organizer.call(f"/v1/events/{event}/check-ins", {"ticket": guest.ticket()["qr"]})
        judge("a check-in", bool(viewer.frame("check-in", eventId=event, result="admitted")))
    try:
        connect(f"{ws_url}?ticket={ticket}").close()
        judge("a ticket that was used", False, "it served a second connection")
    except InvalidStatus as refused:
        # API Gateway has the function's 401, and the emulator makes 403 of it.
        status = refused.response.status_code
        judge("a ticket that was used", status in (401, 403), f"status {status}")


def judge_limits(organizer: Client, ws_url: str) -> None:
    events = [organizer.published(soon(hours=1), capacity=1) for _ in range(21)]
    with connect(ws_url) as socket:
        viewer = Viewer(socket)
        for event in events[:20]:
            viewer.send(action="subscribe", eventId=event)
            viewer.frame("snapshot", eventId=event)
            time.sleep(SECONDS_BETWEEN_ACTIONS)
        viewer.send(action="subscribe", eventId=events[20])
        judge("a 21st subscription", bool(viewer.frame("error", code="too-many-subscriptions", eventId=events[20])))
    with connect(ws_url) as socket:
        viewer = Viewer(socket)
        viewer.send(action="ping", padding="x" * 5000)
        judge("a frame of more than 4 KB", bool(viewer.frame("error", code="frame-too-large")) and viewer.is_closed())
    with connect(ws_url) as socket:
        viewer = Viewer(socket)
        begun = time.monotonic()
        for _ in range(ACTIONS):
            viewer.send(action="ping")
        types = list(viewer.types(ACTIONS))
        seconds = time.monotonic() - begun
        # A busy emulator may need so long for all of them that they are never more than 10 in one second.
        is_limited = types[-1] == "error" and viewer.is_closed()
        is_right = types.count("pong") <= 10 * (seconds + 2) and (is_limited or types == ["pong"] * ACTIONS)
        said = f"{types.count('pong')} answered in {seconds:.1f} s, then {'closed' if is_limited else 'open'}"
        judge(f"{ACTIONS} actions at once", is_right, said)


def main() -> None:
    stack = json.loads(pathlib.Path(sys.argv[1]).read_text())
    ws_url = stack["wsUrl"]
    anyone = Client(stack["httpUrl"])
    organizer = anyone.signed_in(stack["organizer"]["email"], stack["organizer"]["password"])
    event = organizer.published(soon(hours=1), capacity=2)
    with connect(ws_url) as socket:
        judge_counts(anyone, organizer, Viewer(socket), event)
    judge_door(anyone, organizer, ws_url, event)
    judge_limits(organizer, ws_url)
    judge.end()


if __name__ == "__main__":
    main()
