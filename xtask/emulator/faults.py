"""Makes faults between functions and AWS, by a script and a seed.

EM_CONNECT_FAULTS names a folder. Faults are made while it has a file script.json. The test writes the file under another name
and renames it:

    {"seed": 7, "slow": 0.2, "throttled": 0.1, "lost": 0.05, "killsPerSecond": 2.0, "twice": true}

- `slow`, `throttled`, `lost`: shares of the functions' calls of DynamoDB and SQS. A slow call is done after 0.2 to 5 s, which is
  longer than the timeout of some functions. A throttled call is not done, and gets the service's error. A lost call is done, but
  the connection breaks during the answer.
- `killsPerSecond`: mean number of processes of functions that get SIGKILL in a second.
- `twice`: each batch of a stream or queue is delivered twice, first in random order if it is of a queue that is not FIFO. The
  trigger gets the second answer.

The file made.jsonl in the same folder has a line for each fault. The same seed makes the same faults in the same order of calls,
but two runs never have exactly the same order of calls.
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
# Functions sign with the account if roles are not enforced. Other callers have other names.
OF_FUNCTIONS = b"Credential=000000000000/"
LOOK_SECONDS = 0.1


class Faults:
    """The current script and its random numbers."""

    def __init__(self, folder: pathlib.Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "script.json"
        self.journal = folder / "made.jsonl"
        self.lock = threading.Lock()
        self.script: dict = {}
        self.dice = random.Random()
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self) -> None:
        """Reads the script again and again, and kills processes."""
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
        """Kills a process of a random function; all functions are equally likely."""
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
        """Returns the fault of a call (empty for none) and its delay in seconds."""
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
        """Returns the records of the first delivery; None if there is only one delivery."""
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
    """Starts making faults. Call it before the emulator starts."""
    faults = Faults(folder)
    app.app = between(app.app, faults)
    lambda_svc._execute_function_dispatch = twice(lambda_svc._execute_function_dispatch, faults)


def between(app: Callable, faults: Faults) -> Callable:
    """Wraps the emulator's ASGI application: makes faults in functions' calls of DynamoDB and SQS."""

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
            # The server closes the connection, because the body is shorter than announced.
            return await answer(send, 200, b"{", 1000)
        return await app(scope, receive, send)

    return faulty


async def answer(send: Callable, status: int, body: bytes, length: int) -> None:
    """Sends an answer whose header announces a body of `length` bytes."""
    headers = [(b"content-type", b"application/x-amz-json-1.0"), (b"content-length", str(length).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": len(body) < length})


async def nowhere(_: dict) -> None:
    pass


def twice(dispatch: Callable, faults: Faults) -> Callable:
    """Wraps the emulator's invocation of a function: delivers the records twice if the script says so."""

    def dispatch_twice(function: dict, config: dict, event: dict, request_id: str, started: float) -> dict:
        records = event.get("Records") if isinstance(event, dict) else None
        before = faults.order(records) if isinstance(records, list) else None
        if before is not None:
            first = dispatch(function, config, {**event, "Records": before}, str(uuid.uuid4()), started)
            if first.get("error"):
                print(f"the first delivery failed: {first.get('body')}", file=sys.stderr)
        return dispatch(function, config, event, request_id, time.time() if before else started)

    return dispatch_twice
