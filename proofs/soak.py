"""Holds half of a server's top rate for a long time, and kills the server meanwhile: soak.py PROGRAM SECONDS

The unit of the rate is a guest's round: the guest reads the list and an event's page, registers, waits for the ticket, and comes
in at the door or gives the seat back. The top rate is measured first, with 64 guests at once who do not pause. The server is
killed six times in the first third of the time; the rest is one life, in which a leak would show. It prints a line for each
judgement and ends with exit code 1 if one is against us. `target/soak/samples.csv` has a line for every ten seconds.
"""

import collections
import csv
import http.client
import itertools
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from api import PASSWORD, Client, eventually, soon
from judgement import judge

PORT = int(os.environ.get("PORT", "18970"))
URL = f"http://127.0.0.1:{PORT}"
GUESTS, SEATS = 200, 150
WORKERS, VIEWERS, KILLS = 64, 20, 6
TOP_SECONDS, SAMPLE_SECONDS, SHORTEST_SECONDS = 30, 10, 300
# A guest asks again for so long when the server is away.
PATIENCE_SECONDS = 60
MB = 1_000_000


class Server:
    """The server and its data folder."""

    def __init__(self, program: str, data: pathlib.Path) -> None:
        self.program, self.data, self.started = program, data, 0.0
        self.log = open(data.with_suffix(".log"), "w")

    def start(self) -> None:
        command = [self.program, "serve", "--demo", "--data", str(self.data), "--listen", URL.removeprefix("http://")]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self.started = time.monotonic()
        eventually("server", self.is_ready)

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"the server has ended: {pathlib.Path(self.log.name).read_text()[-500:]}")
        try:
            return bool(Client(URL).fetch("/health/ready"))
        except OSError:
            return False

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def cpu_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def sample(self) -> dict[str, float]:
        """Returns memory and files in MB, and the numbers of threads and of open files."""
        process = pathlib.Path(f"/proc/{self.process.pid}")
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        kilobytes = {name: int(status[name].split()[0]) * 1024 / MB for name in ("VmRSS", "RssAnon")}
        sizes = {file.name: file.stat().st_size / MB for file in self.data.glob("em-connect.db*")}
        return {
            "resident": kilobytes["VmRSS"], "own": kilobytes["RssAnon"], "threads": int(status["Threads"]),
            "open": len(list((process / "fd").iterdir())),
            "database": sizes["em-connect.db"], "log": sizes.get("em-connect.db-wal", 0.0),
        }  # fmt: skip


class Person:
    """Somebody with an account, who keeps a connection and asks again if the server is away."""

    def __init__(self, run: "Run", client: Client, password: str = PASSWORD) -> None:
        self.run, self.client, self.password = run, client, password
        self.lock = threading.Lock()

    def ask(self, kind: str, method: str, path: str, body: dict | None = None, expected: tuple[int, ...] = (200,)) -> tuple[int, bytes]:
        """Returns the status and the body of an answer. Any other status than the expected ones is an error of the proof."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            begun = time.monotonic()
            try:
                status, answer = self.run.send(method, path, body, self.client.token)
            except (OSError, http.client.HTTPException):
                if begun > deadline:
                    raise
                self.run.counts["asked again"] += 1
                time.sleep(0.1)
                continue
            if status == 401 and begun < deadline:
                self.renew()
                continue
            self.run.latencies[kind].append((time.monotonic() - begun) * 1000)
            if status not in expected:
                self.run.errors.append(f"{kind}: {status} {answer[:300].decode(errors='replace')}")
            return status, answer

    def renew(self) -> None:
        """Signs in again, since an access token lasts for 15 minutes."""
        with self.lock:
            self.client.token = Client(URL).signed_in(self.client.address, self.password).token


class Run:
    """The guests, the events, and what the server has answered."""

    def __init__(self) -> None:
        self.counts: collections.Counter[str] = collections.Counter()
        self.latencies: dict[str, list[float]] = collections.defaultdict(list)
        self.errors: list[str] = []
        self.local = threading.local()
        self.events: list[str] = []
        # By event: how many came in, stayed outside with a seat, and gave their seat back.
        self.ledger: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self.latest: collections.deque[tuple[Person, str]] = collections.deque(maxlen=50)
        self.lock = threading.Lock()
        self.rounds = itertools.count()
        self.pause = 0.0
        self.next_round = 0.0
        self.is_over = False

    def send(self, method: str, path: str, body: dict | None, token: str) -> tuple[int, bytes]:
        """Sends a request on this thread's connection."""
        if getattr(self.local, "connection", None) is None:
            self.local.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        headers = {"authorization": f"Bearer {token}", "accept-encoding": "gzip"}
        try:
            self.local.connection.request(method, path, body and json.dumps(body), headers | {"content-type": "application/json"})
            answer = self.local.connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.local.connection.close()
            self.local.connection = None
            raise

    def event(self, number: int) -> str:
        """Returns the event with this number. Publishes it if nobody has asked for it."""
        with self.lock:
            while len(self.events) <= number:
                for former in self.events[-1:]:
                    message = {"message": "Doors are open."}
                    self.organizer.ask("announce", "POST", f"/v1/events/{former}/announcements", message, (201,))
                times = {"startsAt": soon(hours=5).isoformat(), "endsAt": soon(hours=9).isoformat(), "timezone": "Europe/Vienna"}
                details = {"title": f"Soak {number}", "venue": "Town hall", "capacity": SEATS}
                event = json.loads(self.organizer.ask("create", "POST", "/v1/events", details | times, (201,))[1])["id"]
                self.organizer.ask("publish", "POST", f"/v1/events/{event}/publish")
                self.events.append(event)
            return self.events[number]

    def round(self) -> None:
        number = next(self.rounds)
        event, guest = self.event(number // GUESTS), self.guests[number % GUESTS]
        guest.ask("list", "GET", "/v1/events?limit=10")
        guest.ask("page", "GET", f"/events/{event}")
        status, _ = guest.ask("register", "POST", f"/v1/events/{event}/registrations", None, (200, 201, 409))
        if status == 409:
            self.counts["sold out"] += 1
            return
        with self.lock:
            self.latest.append((guest, event))
        mine = f"/v1/events/{event}/registrations/me"
        code = eventually("ticket", lambda: json.loads(guest.ask("own seat", "GET", mine)[1])["ticketCode"], PATIENCE_SECONDS)
        if number % 10 == 3:
            guest.ask("picture", "GET", f"/v1/tickets/{code}/qr.png")
        if number % 5 == 0:
            # Asked again after a lost answer, the seat is given back already.
            guest.ask("give back", "DELETE", mine, None, (200, 404, 409))
            became = "gave back"
        else:
            answer = self.organizer.ask("check in", "POST", f"/v1/events/{event}/check-ins", {"ticket": code, "gate": "North"})[1]
            self.counts[json.loads(answer)["result"]] += 1
            became = "came in"
            if number % 25 == 1:
                self.organizer.ask("undo", "DELETE", f"/v1/events/{event}/check-ins/{code}", None, (204,))
                became = "outside"
        with self.lock:
            self.ledger[event][became] += 1
            self.counts["rounds"] += 1

    def work(self) -> None:
        while not self.is_over:
            with self.lock:
                self.next_round = max(self.next_round + self.pause, time.monotonic() - 1)
                wait = self.next_round - time.monotonic()
            time.sleep(max(0.0, wait))
            try:
                self.round()
            except Exception as error:  # Any failure of a round is a finding.
                self.errors.append(f"a round: {error!r}")

    def watch(self) -> None:
        """Follows the newest event, and another one after a minute."""
        while not self.is_over:
            try:
                with connect(URL.replace("http", "ws") + "/live") as socket:
                    socket.send(json.dumps({"action": "subscribe", "eventId": self.events[-1]}))
                    ends = time.monotonic() + 60
                    while time.monotonic() < ends and not self.is_over:
                        socket.recv(timeout=70)
                        self.counts["frames"] += 1
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                time.sleep(random.uniform(0.1, 1))

    def clear_mails(self, data: pathlib.Path) -> None:
        """Counts the mails, which the server writes as files, and deletes them, as somebody who reads them does."""
        while not self.is_over:
            for mail in (data / "mail").glob("*.eml"):
                mail.unlink()
                self.counts["mails"] += 1
            time.sleep(5)

    def begin(self, data: pathlib.Path) -> None:
        organizer = Client(URL).signed_in("organizer@em-connect.example", (data / "demo-password").read_text().strip())
        self.organizer = Person(self, organizer, (data / "demo-password").read_text().strip())
        self.guests = [Person(self, Client(URL).sign_up(f"Guest{number}")) for number in range(GUESTS)]
        self.event(0)
        self.workers = [self.beside(self.work) for _ in range(WORKERS)]
        for _ in range(VIEWERS):
            self.beside(self.watch)
        self.beside(lambda: self.clear_mails(data))

    def beside(self, task: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=task, daemon=True)
        thread.start()
        return thread

    def end(self) -> None:
        """Lets the rounds that have begun come to their end."""
        self.is_over = True
        for worker in self.workers:
            worker.join()
        # What follows a round, such as its mail and its place in the statistics, may come a little later.
        time.sleep(SAMPLE_SECONDS)
        self.organizer.renew()


def kill(server: Server, run: Run) -> bool:
    """Kills the server and starts it again. Returns whether the last answers before that still hold."""
    server.end(signal.SIGKILL)
    with run.lock:
        latest = list(run.latest)
    server.start()
    seats = (guest.ask("after a kill", "GET", f"/v1/events/{event}/registrations/me") for guest, event in latest)
    return {json.loads(seat)["status"] for _, seat in seats} <= {"confirmed", "cancelled"}


def held(server: Server, run: Run, seconds: int) -> tuple[list[dict[str, float]], int]:
    """Holds the rate. Returns a sample for each ten seconds, and how many of them are from before the last kill."""
    samples: list[dict[str, float]] = []
    begun, lost, kills, last_kill = time.monotonic(), 0, 0, 0
    pathlib.Path("target/soak").mkdir(parents=True, exist_ok=True)
    with open("target/soak/samples.csv", "w") as file:
        writer = None
        while (passed := time.monotonic() - begun) < seconds:
            if kills < KILLS and passed > (kills + 1) * seconds / 3 / KILLS:
                kills += 1
                lost += not kill(server, run)
                last_kill = len(samples)
            sample = {"seconds": round(passed), "rounds": run.counts["rounds"], "kills": kills, **server.sample()}
            writer = writer or csv.DictWriter(file, sample)
            if not samples:
                writer.writeheader()
            writer.writerow(sample)
            file.flush()
            samples.append(sample)
            if len(samples) % 30 == 0:
                print(f"{passed:6.0f} s: {sample['rounds']} rounds, {sample['own']:.0f} MB of memory, {len(run.errors)} errors", flush=True)
            time.sleep(SAMPLE_SECONDS)
    judge(f"{kills} kills: the last 50 registrations before each are there after it", lost == 0)
    return samples, last_kill


def judge_ledger(run: Run) -> None:
    wrong = []
    for event, expected in run.ledger.items():
        stats = run.organizer.client.call(f"/v1/events/{event}/stats")
        seats = expected["came in"] + expected["outside"]
        found = (stats["registered"], stats["admitted"], stats["cancelled"])
        if found != (seats, expected["came in"], expected["gave back"]) or stats["registered"] > SEATS:
            wrong.append((event, dict(expected), found))
    judge(f"{len(run.ledger)} events have the people who were answered so", not wrong, str(wrong[:3]) if wrong else "")


def judge_memory(life: list[dict[str, float]]) -> None:
    """Compares the second and the last third of the life after the last kill."""
    third = len(life) // 3
    early, late = life[third : 2 * third], life[2 * third :]
    before, after = (statistics.median(sample["own"] for sample in part) for part in (early, late))
    judge("memory is flat", after <= 1.2 * before + 8, f"median {before:.1f} MB, then {after:.1f} MB")
    before, after = (max(sample["open"] for sample in part) for part in (early, late))
    judge("open files do not grow", after <= before + 20, f"at most {before}, then {after}")


def judge_files(samples: list[dict[str, float]]) -> None:
    parts = itertools.pairwise((samples[0], samples[len(samples) // 2], samples[-1]))
    first, second = ((b["database"] - a["database"]) * MB / max(1, b["rounds"] - a["rounds"]) for a, b in parts)
    judge("each round adds the same to the database", 0.7 < second / first < 1.3, f"{first:.0f} bytes, then {second:.0f}")
    most = max(sample["log"] for sample in samples)
    judge("the database's log stays small", most < 128, f"at most {most:.1f} MB")


def judge_end(server: Server) -> None:
    judge("the server ends when asked", server.end(signal.SIGTERM) == 0)
    checked = subprocess.run([server.program, "check", "--data", server.data], capture_output=True, text=True)
    judge("em-connect check", checked.returncode == 0, (checked.stdout + checked.stderr)[-300:].strip())


def print_figures(run: Run) -> None:
    print(", ".join(f"{name}: {count}" for name, count in sorted(run.counts.items())))
    for kind, values in sorted(run.latencies.items()):
        percentiles = statistics.quantiles(values, n=100) if len(values) > 1 else values * 99
        print(f"{kind:>13}: {len(values):>8} answers, p50 {percentiles[49]:7.1f} ms, p99 {percentiles[98]:7.1f} ms")


def soak(server: Server, seconds: int) -> None:
    run = Run()
    run.begin(server.data)
    before, begun = run.counts["rounds"], time.monotonic()
    time.sleep(TOP_SECONDS)
    top = (run.counts["rounds"] - before) / (time.monotonic() - begun)
    run.pause = 2 / top
    print(f"top: {top:.1f} rounds a second; held: {top / 2:.1f}", flush=True)
    time.sleep(SAMPLE_SECONDS)
    run.latencies.clear()
    samples, last_kill = held(server, run, seconds)
    used = server.cpu_seconds() / (time.monotonic() - server.started)
    print(f"CPUs in use: {used:.2f} by the server, {time.process_time() / (time.monotonic() - begun):.2f} by the guests")
    run.end()
    judge("no wrong answer", not run.errors, f"{len(run.errors)}: {run.errors[:5]}" if run.errors else "")
    judge_ledger(run)
    judge_memory(samples[last_kill:])
    judge_files(samples)
    judge_end(server)
    print_figures(run)


def main() -> None:
    program, seconds = sys.argv[1], int(sys.argv[2])
    if seconds < SHORTEST_SECONDS:
        sys.exit(f"{seconds} s are too few for {KILLS} kills and a life after them: at least {SHORTEST_SECONDS}")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(program, pathlib.Path(folder) / "data")
        server.start()
        try:
            soak(server, seconds)
        finally:
            server.process.kill()
    judge.end()


if __name__ == "__main__":
    main()
