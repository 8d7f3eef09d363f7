"""Judges the binaries for arm64: the C library that they need, and the server's work in qemu.

    arm64.py FOLDER RUNNER...

FOLDER has the binaries of all functions and of the server, and RUNNER is the command that runs one. `.ci/arm64` prepares all of
that and runs this script.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Any

from judgement import judge
from rie import free_port
from stack import Answer, eventually, send_json

# The C library of Amazon Linux 2023, on which the functions run.
NEWEST_GLIBC = (2, 34)
SERVER = "em-connect"
FUNCTIONS = sorted(path.name for path in (pathlib.Path(__file__).parent.parent / "functions").iterdir() if path.is_dir())


def judge_binary(path: pathlib.Path) -> None:
    """Looks for the newest symbol of the C library that a binary needs."""
    listed = subprocess.run(["aarch64-linux-gnu-objdump", "-f", "-T", path], capture_output=True, text=True, check=True).stdout
    versions = [tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_([0-9.]+)", listed)]
    newest = max(versions)
    size = path.stat().st_size
    is_good = "architecture: aarch64" in listed and newest <= NEWEST_GLIBC
    judge(f"{path.name}, its C library", is_good, f"GLIBC_{'.'.join(map(str, newest))}, {size / 1_000_000:.1f} MB")


class Server:
    """`em-connect serve` with demonstration data, in qemu."""

    def __init__(self, command: list[str], data: pathlib.Path) -> None:
        self.data = data
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        arguments = ["serve", "--demo", "--data", str(data), "--listen", f"127.0.0.1:{port}"]
        self.log = data.with_suffix(".log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*command, *arguments], stdout=log, stderr=subprocess.STDOUT)

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Answer:
        return send_json(method, self.url + path, body, token)

    def ready(self) -> bool | None:
        if self.process.poll() is not None:
            raise RuntimeError(self.log.read_text())
        try:
            return self.call("GET", "/health/ready").status == 200 or None
        except OSError:
            return None

    def log_in(self, email: str, password: str) -> str:
        account = {"email": email, "password": password}
        return self.call("POST", "/v1/auth/login", account).expect(200)["accessToken"]


def judge_server(server: Server) -> None:
    """Sells a seat: an account, an event, a registration and its ticket, with the pages beside."""
    eventually(server.ready, f"{SERVER} is not ready")
    judge("server, ready", True)
    password = eventually(lambda: read(server.data / "demo-password"), "no demonstration")
    host = eventually(lambda: signed_in(server, "organizer@em-connect.example", password), "no organizer")
    event = {
        "title": "Rust evening",
        "venue": "Town hall",
        "startsAt": "2027-06-01T18:00:00Z",
        "endsAt": "2027-06-01T21:00:00Z",
        "timezone": "Europe/Berlin",
        "capacity": 2,
    }
    made = server.call("POST", "/v1/events", event, host).expect(201)["id"]
    published = server.call("POST", f"/v1/events/{made}/publish", None, host)
    judge("server, an event is published", published.status == 200)
    guest = {"email": "kim@example.org", "password": "correct horse battery", "name": "Kim"}
    judge("server, an account is registered", server.call("POST", "/v1/auth/register", guest).status == 201)
    token = server.log_in(guest["email"], guest["password"])
    registered = server.call("POST", f"/v1/events/{made}/registrations", None, token)
    judge("server, a seat is taken", registered.status == 201)
    tickets = eventually(lambda: server.call("GET", "/v1/me/tickets", None, token).expect(200)["items"] or None, "no ticket")
    code = tickets[0]["code"]
    judge("server, its ticket", [ticket["eventId"] for ticket in tickets] == [made], code)
    pdf = server.call("GET", f"/v1/tickets/{code}/ticket.pdf", None, token)
    judge("server, the ticket as PDF", pdf.body.startswith(b"%PDF-"), f"{len(pdf.body)} bytes")
    page = server.call("GET", f"/events/{made}")
    judge("server, the page of the event", page.status == 200 and b"Rust evening" in page.body)
    server.process.terminate()
    judge("server, it stops when asked", server.process.wait(timeout=120) == 0)


def read(path: pathlib.Path) -> str | None:
    return path.read_text().strip() if path.exists() else None


def signed_in(server: Server, email: str, password: str) -> str | None:
    answer = server.call("POST", "/v1/auth/login", {"email": email, "password": password})
    return answer.json["accessToken"] if answer.status == 200 else None


def main() -> None:
    folder, *runner = sys.argv[1:]
    built = pathlib.Path(folder)
    for name in [*FUNCTIONS, SERVER]:
        judge_binary(built / name)
    with tempfile.TemporaryDirectory() as data:
        server = Server([*runner, str(built / SERVER)], pathlib.Path(data, "data"))
        try:
            judge_server(server)
        finally:
            server.process.kill()
            server.process.wait()
    judge.end()


if __name__ == "__main__":
    main()
