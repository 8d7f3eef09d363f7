"""Faults between functions and AWS, by a script and a seed.

EM_CONNECT_FAULTS names a folder. Faults are made as long as it holds a file script.json, which whoever tests writes
under another name and renames:

    {"seed": 7, "slow": 0.2, "throttled": 0.1, "lost": 0.05, "killsPerSecond": 2.0, "twice": true}

slow, throttled and lost are shares of the functions' calls of DynamoDB and SQS:

    slow       the call is done after 0.2 to 5 s; a function does not wait that long for all of them
    throttled  the call is not done, and answered as the service does that throttles
    lost       the call is done, and its answer breaks off

killsPerSecond is how often a process of a function dies (SIGKILL), whatever it is doing. With twice, every batch of a
stream or queue is delivered a second time, the messages of a queue that is not FIFO in another order; the trigger hears
the second answer.

made.jsonl in the same folder has a line for each fault. The same seed makes the same faults in the same order of calls,
and the calls of two runs never come in quite the same order.
"""

import asyncio
import copy
import json
import pathlib
import random
import subprocess
import sys
import threading
import time
import types
import uuid
from collections.abc import Callable

from ministack.core import lambda_runtime

THROTTLED = {
    "DynamoDB": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "AmazonSQS": "com.amazonaws.sqs#RequestThrottled",
}
# What functions sign with where roles are not enforced: the account. Everybody else has another name.
OF_FUNCTIONS = b"Credential=000000000000/"
LOOK_SECONDS = 0.1


class Faults:
    """The script, as far as it has been read, and the dice."""

    def __init__(self, folder: pathlib.Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "script.json"
        self.journal = folder / "made.jsonl"
        self.lock = threading.Lock()
        self.script: dict = {}
        self.dice = random.Random()
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self) -> None:
        """Looks again and again what the script says, and kills as it says."""
        seen = None
        while True:
            try:
                written = self.path.stat().st_mtime_ns
                script = json.loads(self.path.read_text()) if written != seen else self.script
            except FileNotFoundError:
                written, script = None, {}
            with self.lock:
                if written != seen:
                    seen, self.script = written, script
                    self.dice = random.Random(script.get("seed"))
                kills = self.dice.random() < script.get("killsPerSecond", 0) * LOOK_SECONDS
                dice = random.Random(self.dice.random())
            if kills:
                self.kill_one(dice)
            time.sleep(LOOK_SECONDS)

    def kill_one(self, dice: random.Random) -> None:
        """Ends a process of some function; each function is as likely as another."""
        processes: dict[str, list[subprocess.Popen]] = {}
        for workers in list(lambda_runtime._workers.values()):
            for worker in list(workers):
                process = getattr(worker, "_proc", None)
                if process is not None and process.poll() is None:
                    processes.setdefault(worker.config["FunctionName"], []).append(process)
        if processes:
            name = dice.choice(sorted(processes))
            dice.choice(processes[name]).kill()
            self.note("killed", name)

    def of_call(self, target: str) -> tuple[str, float]:
        """What happens to a call, and how many seconds it takes longer."""
        with self.lock:
            roll, delay = self.dice.random(), self.dice.uniform(0.2, 5.0)
            for fault in ("slow", "throttled", "lost"):
                roll -= self.script.get(fault, 0)
                if roll < 0:
                    break
            else:
                return "", 0.0
        self.note(fault, target)
        return fault, delay if fault == "slow" else 0.0

    def order(self, records: list[dict]) -> list[dict] | None:
        """The records as they are delivered before they are delivered as they came."""
        source = records[0].get("eventSource") if records else None
        if not self.script.get("twice") or source not in ("aws:sqs", "aws:dynamodb"):
            return None
        again = copy.deepcopy(records)
        if source == "aws:sqs" and not records[0]["eventSourceARN"].endswith(".fifo"):
            with self.lock:
                self.dice.shuffle(again)
        self.note("twice", source)
        return again

    def note(self, fault: str, what: str) -> None:
        with self.lock, self.journal.open("a") as file:
            print(json.dumps({"fault": fault, "what": what}), file=file)


def make(folder: pathlib.Path, app: types.ModuleType, lambda_svc: types.ModuleType) -> None:
    """Begins to make faults. To be called before the emulator starts."""
    faults = Faults(folder)
    app.app = between(app.app, faults)
    lambda_svc._execute_function_dispatch = twice(lambda_svc._execute_function_dispatch, faults)


def between(app: Callable, faults: Faults) -> Callable:
    """The emulator's ASGI application, with faults in functions' calls of DynamoDB and SQS."""

    async def faulty(scope: dict, receive: Callable, send: Callable) -> None:
        headers = dict(scope.get("headers") or [])
        target = headers.get(b"x-amz-target", b"").decode()
        service = target.partition("_")[0].partition(".")[0]
        if service not in THROTTLED or OF_FUNCTIONS not in headers.get(b"authorization", b""):
            return await app(scope, receive, send)
        fault, delay = faults.of_call(target)
        await asyncio.sleep(delay)
        if fault == "throttled":
            while (await receive()).get("more_body"):
                pass
            body = json.dumps({"__type": THROTTLED[service], "message": "a fault"}).encode()
            return await answer(send, 400, body, len(body))
        if fault == "lost":
            await app(scope, receive, nowhere)
            # The server closes a connection whose answer is shorter than it said.
            return await answer(send, 200, b"{", 1000)
        return await app(scope, receive, send)

    return faulty


async def answer(send: Callable, status: int, body: bytes, length: int) -> None:
    """Sends an answer that says that its body has `length` bytes."""
    headers = [(b"content-type", b"application/x-amz-json-1.0"), (b"content-length", str(length).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": len(body) < length})


async def nowhere(_: dict) -> None:
    pass


def twice(dispatch: Callable, faults: Faults) -> Callable:
    """The emulator's call of a function, after another one with the same records if the script says so."""

    def dispatch_twice(function: dict, config: dict, event: dict, request_id: str, started: float) -> dict:
        records = event.get("Records") if isinstance(event, dict) else None
        before = faults.order(records) if isinstance(records, list) else None
        if before is not None:
            first = dispatch(function, config, {**event, "Records": before}, str(uuid.uuid4()), started)
            if first.get("error"):
                print(f"the first delivery failed: {first.get('body')}", file=sys.stderr)
        return dispatch(function, config, event, request_id, time.time() if before else started)

    return dispatch_twice
