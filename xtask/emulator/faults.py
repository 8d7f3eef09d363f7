"""Makes faults between functions and AWS, by a script and a seed.

EM_CONNECT_FAULTS names a folder. Faults are made while it has a file script.json. The test writes the file under another name
and renames it:

    {"seed": 7, "slow": 0.2, "throttled": 0.1, "lost": 0.05, "killsPerSecond": 2.0, "twice": true}

- `slow`, `throttled`, `lost`: shares of the functions' calls of DynamoDB and SQS. A slow call is done after 0.2 to 5 s, which
  is longer than the timeout of some functions. A throttled call is not done, and gets the service's error. A lost call is done,
  but the connection breaks during the answer.
- `killsPerSecond`: mean number of processes of functions that get SIGKILL in a second.
- `twice`: each batch of a stream or queue is delivered twice, first in random order if it is of a queue that is not FIFO. The
  trigger gets the second answer.

The file made.jsonl in the same folder has a line for each fault. The same seed makes the same faults in the same order of
calls, but two runs never have exactly the same order of calls.
"""

import asyncio
import copy
import json
import pathlib
import random
import threading
import time
import uuid
from collections.abc import Awaitable, Callable

from counts import caller
from ministack import app
from ministack.core import lambda_runtime
from ministack.core.responses import StreamingResponse, error_response_json
from ministack.services import lambda_svc

# The error of a throttled call, by the prefix of the operation in the header.
THROTTLED = {"DynamoDB_20120810": "ProvisionedThroughputExceededException", "AmazonSQS": "RequestThrottled"}
LOOK_SECONDS = 0.1


class Faults:
    """The current script and its random numbers."""

    def __init__(self, folder: pathlib.Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "script.json"
        self.journal = folder / "made.jsonl"
        self.script: dict = {}
        self.dice = random.Random()
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self) -> None:
        """Reads the script again and again, and kills processes."""
        current = ""
        while True:
            try:
                text = self.path.read_text()
            except FileNotFoundError:
                text = "{}"
            if text != current:
                current, self.script = text, json.loads(text)
                self.dice = random.Random(self.script.get("seed"))
            if self.dice.random() < self.script.get("killsPerSecond", 0) * LOOK_SECONDS:
                self.kill_one()
            time.sleep(LOOK_SECONDS)

    def kill_one(self) -> None:
        """Kills a process of a random function; all functions are equally likely."""
        workers = [worker for pool in list(lambda_runtime._workers.values()) for worker in pool]
        processes = [(worker.config["FunctionName"], worker._proc) for worker in workers]
        alive = [(name, process) for name, process in processes if process and process.poll() is None]
        if alive:
            function = self.dice.choice(sorted({name for name, _ in alive}))
            self.dice.choice([process for name, process in alive if name == function]).kill()
            self.note("killed", function)

    def of_call(self, target: str) -> str:
        """Returns the fault of a call; an empty text for none."""
        shares = {fault: self.script.get(fault, 0) for fault in ("slow", "throttled", "lost")}
        shares[""] = 1 - sum(shares.values())
        [fault] = self.dice.choices(list(shares), list(shares.values()))
        if fault:
            self.note(fault, target)
        return fault

    def note(self, fault: str, what: str) -> None:
        with self.journal.open("a") as file:
            print(json.dumps({"fault": fault, "what": what}), file=file)


def make(folder: pathlib.Path) -> None:
    """Starts making faults. Call it before the emulator starts."""
    faults = Faults(folder)
    app._dispatch_service_request = between(app._dispatch_service_request, faults)
    lambda_svc._execute_function_dispatch = twice(lambda_svc._execute_function_dispatch, faults)


def between(respond: Callable[..., Awaitable[tuple]], faults: Faults) -> Callable[..., Awaitable[tuple]]:
    """Wraps the emulator's response to a call: makes faults in functions' calls of DynamoDB and SQS."""

    async def respond_with_fault(method: str, path: str, headers: dict, *more: object) -> tuple:
        target = headers.get("x-amz-target", "")
        service = target.partition(".")[0]
        fault = faults.of_call(target) if service in THROTTLED and caller(headers) else ""
        if fault == "throttled":
            return error_response_json(THROTTLED[service], "a fault")
        if fault == "slow":
            await asyncio.sleep(faults.dice.uniform(0.2, 5.0))
        status, answer_headers, body = await respond(method, path, headers, *more)
        return status, answer_headers, StreamingResponse(broken) if fault == "lost" else body

    return respond_with_fault


async def broken(_send: Callable, _receive: Callable) -> None:
    """Sends nothing of the body. The server closes the connection, because the end of the body is missing."""


def twice(dispatch: Callable[..., dict], faults: Faults) -> Callable[..., dict]:
    """Wraps the emulator's invocation of a function: delivers the records twice if the script says so."""

    def dispatch_twice(function: dict, config: dict, event: dict, request_id: str, started: float) -> dict:
        records = event.get("Records")
        if not records or not faults.script.get("twice"):
            return dispatch(function, config, event, request_id, started)
        faults.note("twice", records[0]["eventSource"])
        first = copy.deepcopy(records)
        if records[0]["eventSource"] == "aws:sqs" and not records[0]["eventSourceARN"].endswith(".fifo"):
            faults.dice.shuffle(first)
        dispatch(function, config, event | {"Records": first}, str(uuid.uuid4()), started)
        return dispatch(function, config, event, request_id, time.time())

    return dispatch_twice
