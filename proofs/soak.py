"""Holds half of a server's top rate for a long time, and kills the server meanwhile: soak.py PROGRAM SECONDS

The unit of the rate is a guest's round: the guest reads the list and an event's page, registers, waits for the ticket, and comes
in at the door or gives the seat back. The organizer changes and reads events, and viewers follow the counts. The top rate is
measured first, by workers that do not pause, until all their mails are sent. In the first half of the time, the server is killed
every four minutes. The second half is one life, in which a leak would show. A ledger has what was answered, and is compared with
the lists of the organizer. It prints a line for each judgement and ends with exit code 1 if one is against us.
`target/soak/samples.csv` has the samples.
"""

import collections
import csv
import gzip
import http.client
import itertools
import json
import math
import os
import pathlib
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from api import PASSWORD, Client, eventually, soon
from judgement import judge

PORT = int(os.environ.get("PORT", "18971"))
URL = f"http://127.0.0.1:{PORT}"
ADMIN = "admin@example.org"
# Some guests of each event find it sold out and go on the waitlist.
GUESTS, SEATS = 300, 220
WORKERS, VIEWERS = 96, 24
TOP_SECONDS, SETTLE_SECONDS, SECONDS_BETWEEN_KILLS, SHORTEST_SECONDS = 20, 10, 240, 60
# How long a guest asks again when the server is away, and how long mails may take after the last round.
PATIENCE_SECONDS, MOST_SECONDS_BEHIND = 60, 300
MB = 1_000_000
FAILURES = (OSError, http.client.HTTPException, ConnectionClosed, InvalidHandshake)

Sample = dict[str, float]
T = TypeVar("T")


class Server:
    """The server and its data folder. `life` counts its starts."""

    def __init__(self, program: str, data: pathlib.Path) -> None:
        self.program, self.data, self.life, self.is_up, self.cpu_of_former_lives = program, data, 0, False, 0.0
        self.log = open(data.with_suffix(".log"), "w")
        self.command("admin", "--email", ADMIN, stdin=PASSWORD)

    def command(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.program, *arguments, "--data", self.data], input=stdin, capture_output=True, text=True)

    def start(self) -> None:
        options = ["--data", str(self.data), "--listen", URL.removeprefix("http://"), "--sign-ups-per-source", str(GUESTS)]
        self.process = subprocess.Popen([self.program, "serve", *options], stdout=self.log, stderr=self.log)
        self.started = time.monotonic()
        eventually("server", self.is_ready)
        self.is_up = True

    def is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"the server does not start: {self.tail()}")
        try:
            return bool(Client(URL).fetch("/health/ready"))
        except OSError:
            return False

    def tail(self) -> str:
        return pathlib.Path(self.log.name).read_text()[-500:]

    def end(self, how: signal.Signals) -> int:
        self.cpu_of_former_lives = self.cpu_seconds()
        self.is_up, self.life = False, self.life + 1
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def cpu_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return self.cpu_of_former_lives + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def queued(self) -> int:
        """Returns the number of messages on all queues, such as mails that are not sent yet."""
        checks = Client(URL).call("/health/ready")["checks"]
        return sum(queue["depth"] for queue in checks["queues"]["queues"].values())

    def sample(self) -> Sample:
        """Returns memory and files in MB, and the numbers of threads, of open files and of messages."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the server has ended by itself: {self.tail()}")
        process = pathlib.Path(f"/proc/{self.process.pid}")
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        resident, own = (int(status[name].split()[0]) * 1024 / MB for name in ("VmRSS", "RssAnon"))
        sizes = {file.name: file.stat().st_size / MB for file in self.data.glob("em-connect.db*")}
        return {
            "life": self.life, "age": time.monotonic() - self.started, "resident": resident, "own": own,
            "threads": int(status["Threads"]), "open": len(list((process / "fd").iterdir())),
            "database": sizes["em-connect.db"], "wal": sizes.get("em-connect.db-wal", 0.0),
            "queued": self.queued(),
        }  # fmt: skip


class Run:
    """The load, what the server has answered, and how fast."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.counts: collections.Counter[str] = collections.Counter()
        # By kind: how many answers took so many steps of 3 % of time.
        self.latencies: dict[str, collections.Counter[int]] = collections.defaultdict(collections.Counter)
        self.errors: list[str] = []
        # By event and user: `seat`, `inside`, `gone`, `waits` or `any`.
        self.ledger: dict[str, dict[str, str]] = collections.defaultdict(dict)
        self.events: list[str] = []
        self.local = threading.local()
        self.lock, self.lock_of_events, self.lock_of_tokens = threading.Lock(), threading.Lock(), threading.Lock()
        self.rounds = itertools.count()
        self.pause = self.next_round = 0.0
        self.is_waiting = self.is_over = False

    def send(self, who: Client, method: str, path: str, body: dict | None, if_match: str) -> tuple[int, bytes, str]:
        """Sends a request on this thread's connection. Returns status, body and entity tag."""
        if getattr(self.local, "connection", None) is None:
            self.local.connection, self.local.life = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30), self.server.life
        headers = {"authorization": f"Bearer {who.token}", "accept-encoding": "gzip"}
        if if_match:
            headers["if-match"] = if_match
        if body is not None:
            headers["content-type"] = "application/json"
        try:
            self.local.connection.request(method, path, body and json.dumps(body), headers)
            answer = self.local.connection.getresponse()
            content = answer.read()
        except FAILURES:
            self.local.connection.close()
            self.local.connection = None
            raise
        is_packed = answer.headers.get("content-encoding") == "gzip"
        return answer.status, gzip.decompress(content) if is_packed else content, answer.headers.get("etag", "")

    def ask(self, kind: str, who: Client, request: str, body: dict | None = None, expected: tuple[int, ...] = (200,),
            again: tuple[int, ...] = (), if_match: str = "") -> tuple[int, bytes, str]:  # fmt: skip
        """Returns an answer. Asks again after a kill only, when `again` are right too. Any other status is an error."""
        method, path = request.split(" ")
        deadline = time.monotonic() + PATIENCE_SECONDS
        self.local.is_repeated = False
        while True:
            begun, was_up = time.monotonic(), self.server.is_up
            try:
                status, content, tag = self.send(who, method, path, body, if_match)
            except FAILURES as error:
                is_killed = not was_up or not self.server.is_up or self.local.life != self.server.life
                if not is_killed or time.monotonic() > deadline:
                    raise RuntimeError(f"{kind}: {error!r}") from error
                self.counts["asked again"] += 1
                self.local.is_repeated = True
                expected += again
                time.sleep(0.1)
                continue
            if status == 401 and time.monotonic() < deadline:
                self.renew(who)
                continue
            self.latencies[kind][round(math.log(max(time.monotonic() - begun, 1e-6)) / 0.03)] += 1
            if status not in expected:
                raise RuntimeError(f"{kind}: {status} {content[:300].decode(errors='replace')}")
            return status, content, tag

    def renew(self, who: Client) -> None:
        """Signs in again, since an access token lasts for 15 minutes."""
        login = {"email": who.address, "password": PASSWORD}
        with self.lock_of_tokens:
            who.token = json.loads(self.ask("login", Client(URL), "POST /v1/auth/login", login)[1])["accessToken"]

    def event(self, number: int) -> str:
        """Returns the event with this number. Makes and publishes it if nobody has asked for it."""
        with self.lock_of_events:
            while len(self.events) <= number:
                for former in self.events[-1:]:
                    self.look_after(former)
                times = {"startsAt": soon(hours=5).isoformat(), "endsAt": soon(hours=9).isoformat(), "timezone": "Europe/Vienna"}
                details = {"title": f"Soak {len(self.events)}", "venue": "Town hall", "capacity": SEATS} | times
                event = json.loads(self.ask("create", self.organizer, "POST /v1/events", details, (201,))[1])["id"]
                self.ask("publish", self.organizer, f"POST /v1/events/{event}/publish", again=(409,))
                self.events.append(event)
            return self.events[number]

    def look_after(self, event: str) -> None:
        """Changes and reads an event, as its organizer does."""
        of, me = f"/v1/events/{event}", self.organizer
        tag = self.ask("read event", me, f"GET {of}")[2]
        self.ask("change event", me, f"PATCH {of}", {"venue": "Old town hall"}, again=(412,), if_match=tag)
        self.ask("announce", me, f"POST {of}/announcements", {"message": "Doors are open."}, (201,))
        self.ask("stats", me, f"GET {of}/stats")
        self.ask("attendees", me, f"GET {of}/attendees.csv")

    def round(self) -> None:
        number = next(self.rounds)
        event, guest = self.event(number // GUESTS), self.guests[number % GUESTS]
        book, of, mine = self.ledger[event], f"/v1/events/{event}", f"/v1/events/{event}/registrations/me"
        self.ask("list", guest, "GET /v1/events?limit=10")
        page = self.ask("page", guest, f"GET /events/{event}")[1]
        if f"Soak {number // GUESTS}".encode() not in page:
            raise RuntimeError(f"page: {page[:300]!r}")
        self.counts["rounds"] += 1
        if self.ask("register", guest, f"POST {of}/registrations", None, (201, 409), (200,))[0] == 409:
            status = self.ask("wait", guest, f"POST {of}/waitlist", None, (201, 409), (200,))[0]
            book[guest.user] = "any" if status == 409 else "waits"
            return
        book[guest.user] = "seat"
        code = eventually("ticket", lambda: json.loads(self.ask("own seat", guest, f"GET {mine}")[1])["ticketCode"])
        if number % 10 == 3:
            self.ask("qr code", guest, f"GET /v1/tickets/{code}/qr.png")
        if number % 5 == 0:
            self.ask("give back", guest, f"DELETE {mine}")
            book[guest.user] = "gone"
        elif number % 5 > 1:
            scan = {"ticket": code, "gate": "North"}
            result = json.loads(self.ask("check in", self.organizer, f"POST {of}/check-ins", scan)[1])["result"]
            if result != "admitted" and not (result == "already-admitted" and self.local.is_repeated):
                raise RuntimeError(f"check in: {result}")
            book[guest.user] = "inside"
            if number % 25 == 2:
                self.ask("undo", self.organizer, f"DELETE {of}/check-ins/{code}", None, (204,))
                book[guest.user] = "seat"

    def repeat(self, task: Callable[[], None]) -> threading.Thread:
        """Does a task until the run is over. Each of its exceptions is an error of the run."""

        def loop() -> None:
            while not self.is_over:
                try:
                    task()
                except Exception as error:
                    self.errors.append(f"{time.strftime('%H:%M:%S')} {error!r}")
                    time.sleep(0.1)

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        return thread

    def work(self) -> None:
        while self.is_waiting:
            time.sleep(0.1)
        with self.lock:
            self.next_round = max(self.next_round + self.pause, time.monotonic() - 1)
            wait = self.next_round - time.monotonic()
        time.sleep(max(0.0, wait))
        self.round()

    def watch(self) -> None:
        """Follows the newest event for some seconds, as somebody who looks at its page does."""
        was_up, life, ends = self.server.is_up, self.server.life, time.monotonic() + random.uniform(5, 30)
        latest = ""
        try:
            with connect(URL.replace("http", "ws") + "/live") as socket:
                socket.send(json.dumps({"action": "subscribe", "eventId": self.events[-1]}))
                while time.monotonic() < ends and not self.is_over:
                    frame = json.loads(socket.recv(timeout=max(0.0, ends - time.monotonic())))
                    self.counts[f"frames: {frame['type']}"] += 1
                    if frame["type"] in ("snapshot", "count"):
                        if frame["registered"] > SEATS or frame["asOf"] < latest:
                            raise RuntimeError(f"frame: {frame} after {latest}")
                        latest = frame["asOf"]
                    elif frame["type"] == "error":
                        raise RuntimeError(f"frame: {frame}")
        except TimeoutError:
            if not latest:
                raise
        except FAILURES as error:
            if was_up and self.server.is_up and life == self.server.life:
                raise RuntimeError(f"viewer: {error!r}") from error
            self.counts["connected again"] += 1
            time.sleep(random.uniform(0.1, 1))

    def clear_mails(self) -> None:
        """Counts the mails, which the server writes as files, and deletes them, as somebody who reads them does."""
        for mail in (self.server.data / "mail").glob("*.eml"):
            self.counts["bytes of mails"] += mail.stat().st_size
            self.counts["mails"] += 1
            mail.unlink()
        time.sleep(2)

    def begin(self) -> None:
        self.organizer = Client(URL).signed_in(ADMIN, PASSWORD)
        self.guests = [Client(URL).sign_up(f"Guest{number}") for number in range(GUESTS)]
        self.event(0)
        self.workers = [self.repeat(self.work) for _ in range(WORKERS)]
        for task in [self.clear_mails, *[self.watch] * VIEWERS]:
            self.repeat(task)

    def end(self) -> None:
        """Lets the rounds that have begun come to their end, and waits for what follows from them."""
        self.is_over = True
        for worker in self.workers:
            worker.join()
        begun, queued = time.monotonic(), self.server.queued()
        eventually("empty queues", lambda: self.server.queued() == 0, MOST_SECONDS_BEHIND)
        print(f"the queues had {queued} messages at the end, and were empty {time.monotonic() - begun:.0f} s later", flush=True)


def hold(run: Run, seconds: int) -> list[Sample]:
    """Holds the rate and kills the server in the first half. Returns the samples."""
    server, begun, kills = run.server, time.monotonic(), 0
    samples: list[Sample] = []
    between_kills = min(SECONDS_BETWEEN_KILLS, seconds / 6)
    pathlib.Path("target/soak").mkdir(parents=True, exist_ok=True)
    with open("target/soak/samples.csv", "w") as file:
        while (passed := time.monotonic() - begun) < seconds:
            if (kills + 1) * between_kills <= min(passed, seconds / 2):
                kills += 1
                server.end(signal.SIGKILL)
                server.start()
            counts = {name: run.counts[name] for name in ("rounds", "asked again", "mails")}
            sample = {"seconds": passed, **server.sample(), **counts, "errors": len(run.errors)}
            writer = csv.DictWriter(file, sample)
            if not samples:
                writer.writeheader()
            writer.writerow({name: round(value, 2) for name, value in sample.items()})
            file.flush()
            samples.append(sample)
            if len(samples) % 30 == 0:
                print(f"{passed:6.0f} s: {sample['rounds']} rounds, {sample['resident']:.0f} MB, {len(run.errors)} errors", flush=True)
            time.sleep(min(10, between_kills / 6))
    print(f"{kills} kills, {run.counts['asked again']} requests and {run.counts['connected again']} viewers tried again")
    return samples


def judge_ledger(run: Run) -> None:
    """Compares what was answered to each guest with the organizer's list of each event."""
    right: dict[str, set[tuple[str, bool] | None]] = {
        "seat": {("confirmed", False)},
        "inside": {("confirmed", True)},
        "gone": {None},
    }
    right["waits"] = {("waitlisted", False), ("confirmed", False)}
    right["any"] = right["waits"] | right["gone"]
    wrong: list[tuple] = []
    overbooked: list[str] = []
    for event, book in run.ledger.items():
        listed: dict[str, tuple[str, bool]] = {}
        cursor: str | None = ""
        while cursor is not None:
            page = run.ask("registrants", run.organizer, f"GET /v1/events/{event}/registrations?limit=100{cursor}")[1]
            answer = json.loads(page)
            listed |= {one["userId"]: (one["status"], bool(one["admittedAt"])) for one in answer["items"]}
            cursor = answer.get("nextCursor") and f"&cursor={answer['nextCursor']}"
        found = ((user, book.get(user, "gone"), listed.get(user)) for user in book.keys() | listed.keys())
        wrong += [(event, *one) for one in found if one[2] not in right[one[1]]]
        if sum(status == "confirmed" for status, _ in listed.values()) > SEATS:
            overbooked.append(event)
    states = collections.Counter(state for book in run.ledger.values() for state in book.values())
    judge(
        f"{len(run.ledger)} events list everybody as answered {dict(states)}",
        not wrong,
        f"{len(wrong)}: {wrong[:3]}" if wrong else "",
    )
    judge("no event is overbooked", not overbooked, str(overbooked[:3]) if overbooked else "")


def judge_memory(samples: list[Sample]) -> None:
    """Compares quarters of the last life, and samples of the first and the last lives at the same age."""
    last = [sample for sample in samples if sample["life"] == samples[-1]["life"]]
    quarters = [last[len(last) * n // 4 : len(last) * (n + 1) // 4] for n in range(4)]
    for name in ("resident", "own", "open", "threads", "queued"):
        medians = [statistics.median(sample[name] for sample in quarter) for quarter in quarters]
        slack = {"resident": 20, "own": 20, "queued": 500}.get(name, 16)
        said = ", ".join(f"{median:.0f}" for median in medians)
        judge(f"flat in the last life: {name}", medians[3] <= 1.2 * medians[1] + slack, f"medians of its quarters: {said}")
    lives = sorted({sample["life"] for sample in samples})
    until = min(max(sample["age"] for sample in samples if sample["life"] == life) for life in lives[1:])
    at_age = {
        life: statistics.median(one["own"] for one in samples if one["life"] == life and until / 2 < one["age"] <= until)
        for life in lives[1:]
    }
    said = ", ".join(f"{value:.0f}" for value in at_age.values())
    is_flat = at_age[lives[-1]] <= 1.2 * at_age[lives[1]] + 20
    judge(f"same from life to life: own, {until / 2:.0f} to {until:.0f} s after each start", is_flat, said)


def judge_files(run: Run, samples: list[Sample]) -> None:
    """Explains the files. The server has ended, and SQLite's `dbstat` tells how large each table and index is."""
    parts = itertools.pairwise((samples[0], samples[len(samples) // 2], samples[-1]))
    first, second = ((b["database"] - a["database"]) * MB / max(1, b["rounds"] - a["rounds"]) for a, b in parts)
    judge("each round adds the same to the database", second < 1.3 * first, f"{first:.0f} bytes, then {second:.0f}")
    most = max(sample["wal"] for sample in samples)
    judge("the write-ahead log stays small", most < 128, f"at most {most:.1f} MB")
    print(f"mails: {run.counts['mails']}, {run.counts['bytes of mails'] / max(1, run.counts['mails']):.0f} bytes each")
    with sqlite3.connect(run.server.data / "em-connect.db") as database:
        tables = dict(database.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 8"))
        kind = "rtrim(substr(pk, 1, instr(pk || '#', '#') - 1) || ' ' || substr(sk, 1, instr(sk || '#', '#') - 1), '0123456789-TZ:.')"
        query = f"SELECT {kind}, count(*), sum(length(item)) FROM items GROUP BY 1 ORDER BY 3 DESC"
        items = database.execute(query).fetchall()
        waiting = dict(database.execute("SELECT queue, count(*) FROM messages GROUP BY 1 UNION SELECT 'stream', count(*) FROM records"))
    print("tables and indexes, MB: " + ", ".join(f"{name} {size / MB:.1f}" for name, size in tables.items()))
    for name, count, size in items[:12]:
        print(
            f"{name:>20}: {count:>8} items, {size / MB:8.1f} MB, {size / count:6.0f} bytes each, {size / samples[-1]['rounds']:6.0f} a round"
        )
    content, whole = sum(size for _, _, size in items) / MB, samples[-1]["database"]
    judge("the database is explained by its items", whole < 3 * content + 8, f"{whole:.1f} MB for {content:.1f} MB of items")
    judge("what follows from writes is done", sum(waiting.values()) < 100, f"left in stream and queues: {waiting}")


def print_latencies(run: Run) -> None:
    for kind, steps in sorted(run.latencies.items()):
        milliseconds: dict[int, float] = {}
        total, passed = steps.total(), 0
        for step in sorted(steps):
            passed += steps[step]
            for part in (50, 99):
                if passed >= total * part / 100:
                    milliseconds.setdefault(part, math.exp(step * 0.03) * 1000)
        print(f"{kind:>13}: {total:>8} answers, p50 {milliseconds[50]:7.1f} ms, p99 {milliseconds[99]:7.1f} ms")
    print(", ".join(f"{name} {count}" for name, count in sorted(run.counts.items())))


def measured(run: Run, name: str, task: Callable[[], T]) -> tuple[T, float]:
    """Does a task. Returns its result and the rounds a second meanwhile, and prints who used the processors."""
    before = run.counts["rounds"], time.monotonic(), run.server.cpu_seconds(), time.process_time()
    result = task()
    after = run.counts["rounds"], time.monotonic(), run.server.cpu_seconds(), time.process_time()
    rounds, seconds, server, client = (b - a for a, b in zip(before, after, strict=True))
    rate = rounds / seconds
    more = ": the client used more" if client > server else ""
    print(f"{name}: {rate:.1f} rounds a second; CPUs: {server / seconds:.2f} server, {client / seconds:.2f} client{more}", flush=True)
    return result, rate


def work_off(run: Run) -> None:
    """Works at the top rate, and then waits for what follows, such as mails. So a rate counts only what is done wholly."""
    time.sleep(TOP_SECONDS)
    run.is_waiting = True
    eventually("empty queues", lambda: run.server.queued() == 0, MOST_SECONDS_BEHIND)


def soak(server: Server, seconds: int) -> None:
    run = Run(server)
    run.begin()
    _, top = measured(run, "top, mails included", lambda: work_off(run))
    run.pause, run.is_waiting = 2 / top, False
    time.sleep(SETTLE_SECONDS)
    run.latencies.clear()
    samples, rate = measured(run, f"held for {seconds} s", lambda: hold(run, seconds))
    judge("half of the top rate was held", rate > 0.4 * top, f"{rate / top:.0%}")
    run.end()
    judge("no wrong answer", not run.errors, f"{len(run.errors)}: {run.errors[:5]}" if run.errors else "")
    judge_ledger(run)
    health = Client(URL).call("/health/ready")
    judge("no dead letters", health["status"] == "ready", str(health["checks"]["deadLetters"]))
    judge("the server ends when asked", server.end(signal.SIGTERM) == 0)
    checked = server.command("check")
    judge("em-connect check", checked.returncode == 0, (checked.stdout + checked.stderr)[-300:].strip())
    judge_memory(samples)
    judge_files(run, samples)
    print_latencies(run)


def main() -> None:
    program, seconds = sys.argv[1], int(sys.argv[2])
    if seconds < SHORTEST_SECONDS:
        sys.exit(f"{seconds} s are too few: at least {SHORTEST_SECONDS}")
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
