"""Judges the functions with AWS's Runtime Interface Emulator (RIE), which runs them as Lambda does, without Docker.

    runtime.py STACK_JSON RIE BOOTSTRAP [RUNNER...]

STACK_JSON describes a stack of `cargo xtask up`, RIE is the command of `aws-lambda-rie`, and BOOTSTRAP is the path of a
function's binary with `{}` in the place of the function's name. RUNNER is a command that runs a binary of another architecture.
`.ci/runtime` prepares all of that and runs this script.

Each file of `events/` goes to a function in RIE and to the same function as deployed on the stack, each about an event of its
own. Both must answer the same. Then come events that nobody should send, answers that are too large, and an AWS that is silent.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api import eventually
from judgement import judge
from large import judge_large_answers, unpacked
from rie import Line, Rie
from stack import PATIENCE_SECONDS, Answer, Stack
from world import World

EVENTS = pathlib.Path(__file__).parent.parent / "events"
# A file for each function whose event can be delivered again and again, makes it call AWS, and fails visibly if AWS is away.
REPEATABLE = {
    "api": "register-for-event",
    "notify": "mail-registrant",
    "relay": "seats",
    "ticket": "tickets",
    "web": "get-page",
    "ws-connect": "connect",
    "ws-push": "push-shard",
}
# Members that differ between two answers though both are right: random tokens, the times at which an item was written, the tag,
# which is made from ids and times, and the server's clock.
LEVELLED = {"accessToken", "refreshToken", "createdAt", "updatedAt", "registeredAt", "etag", "server-timing"}
# The same in a page: a time with milliseconds is when something was written.
WRITTEN_AT = re.compile(r'<time datetime="[^"]*[.][0-9]{3}Z"[^>]*>[^<]*</time>')
# Types that no trigger sends. They are in places that the emulator does not read itself.
WRONG_TYPE = b'{"version": 5, "requestContext": 5, "Records": [{"body": 5, "dynamodb": 5}]}'
# Less than what most functions wait for AWS.
SHORT_TIMEOUT_SECONDS = 2
# This function reads its deadline and gives up before it, whatever it is.
KEEPS_DEADLINES = {"ws-push"}


def levelled(value: Any) -> Any:
    """Returns an answer without what differs by its nature. A text that is JSON is levelled inside."""
    if isinstance(value, dict):
        return {name: "…" if name in LEVELLED else levelled(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [levelled(inner) for inner in value]
    if isinstance(value, str) and value.startswith(("{", "[")):
        return levelled(json.loads(value))
    return WRITTEN_AT.sub("…", value) if isinstance(value, str) else value


def difference(one: Any, other: Any, path: str = "") -> str:
    """Returns the first place where two answers differ, or an empty text."""
    if type(one) is type(other) and isinstance(one, dict):
        for name in sorted(one.keys() | other.keys()):
            if found := difference(one.get(name), other.get(name), f"{path}.{name}"):
                return found
        return ""
    if type(one) is type(other) and isinstance(one, list) and len(one) == len(other):
        return next(filter(None, (difference(*pair, f"{path}[]") for pair in zip(one, other))), "")
    if one == other:
        return ""
    one, other = str(one), str(other)
    begin = max(0, len(os.path.commonprefix([one, other])) - 60)
    return f"{path}: {one[begin : begin + 200]!r} and {other[begin : begin + 200]!r}"


def answered(answer: Answer, world: World) -> Any:
    """Returns an answer with the ids of the files, unpacked."""
    said = answer.json
    if isinstance(said, dict) and said.get("isBase64Encoded"):
        said["body"] = unpacked(said)
        # Packed, the ids of two worlds have different lengths.
        said["headers"]["content-length"] = str(len(said["body"]))
    return levelled(json.loads(world.as_written(json.dumps(said))))


def is_fault(answer: Answer) -> bool:
    """Returns whether a function reported an error to the runtime API."""
    try:
        fault = answer.json
    except json.JSONDecodeError:
        return False
    return answer.status == 200 and isinstance(fault, dict) and {"errorType", "errorMessage"} <= fault.keys()


class Functions:
    """The functions of a stack, and what runs them in RIE."""

    def __init__(self, stack: Stack, rie: list[str], bootstrap: str, runner: list[str], logs: pathlib.Path) -> None:
        self.stack = stack
        self.rie = rie
        self.bootstrap = bootstrap
        # A function's environment has no PATH.
        self.runner = [shutil.which(name) or name for name in runner[:1]] + runner[1:]
        self.logs = logs

    def run(self, name: str, **changed: str) -> Rie:
        command = [*self.runner, self.bootstrap.format(name)]
        return Rie(self.rie, command, self.stack.configuration(name), self.logs / f"{name}.log", **changed)


def judge_events(name: str, function: Rie, ours: World, theirs: World) -> None:
    """Delivers every file of a function in RIE and of the same function as deployed, and compares the answers."""
    # A connection ends after everything else.
    for path in sorted((EVENTS / name).glob("*.json"), key=lambda path: (path.stem == "disconnect", path)):
        file = f"{name}/{path.stem}"
        text = path.read_text(encoding="utf-8")
        in_rie = function.invoke(ours.event_of(file, text))
        deployed = ours.stack.invoke(name, theirs.event_of(file, text))
        if in_rie.status != 200 or deployed.status != 200 or is_fault(in_rie):
            judge(f"{file}, answer", False, f"{in_rie.body[:300]!r} and {deployed.body[:300]!r}")
            continue
        unlike = difference(answered(in_rie, ours), answered(deployed, theirs))
        judge(f"{file}, the answer is the deployed function's", not unlike, unlike or shown(in_rie))


def shown(answer: Answer) -> str:
    """Returns the part of an answer that says what became of the event."""
    said = answer.json
    if isinstance(said, dict) and "statusCode" in said:
        return f"status {said['statusCode']}"
    return str(said)


def judge_wrong_events(name: str, function: Rie, world: World) -> None:
    """Sends events that no trigger sends. The function must report an error for each, and the same process must go on."""
    # RIE starts a function when the first event arrives.
    function.invoke(repeatable(name, world))
    process = function.function_process()
    wrong = {"no JSON": b"nonsense", "nothing": b"", "a text": b'"text"', "a list": b"[1]", "wrong types": WRONG_TYPE}
    for what, event in wrong.items():
        said = function.invoke(event)
        judge(f"{name}, {what}", is_fault(said), re.sub(r"\s+", " ", said.body.decode())[:160])
    unlike = difference(said.json, world.stack.invoke(name, WRONG_TYPE).json)
    judge(f"{name}, wrong types, the error is the deployed function's", not unlike, unlike)
    again = function.invoke(repeatable(name, world))
    is_same = function.function_process() == process
    judge(f"{name}, the same process goes on", is_same and is_good(again), shown(again))


def repeatable(name: str, world: World) -> bytes:
    file = f"{name}/{REPEATABLE[name]}"
    return world.event_of(file, (EVENTS / f"{file}.json").read_text(encoding="utf-8"))


def is_good(answer: Answer) -> bool:
    """Returns whether a function did what an event asked for."""
    try:
        said = answer.json
    except json.JSONDecodeError:
        return False
    if answer.status != 200 or is_fault(answer):
        return False
    return said.get("statusCode", 200) in (200, 201) and not said.get("batchItemFailures") if isinstance(said, dict) else True


def judge_silence(name: str, functions: Functions, world: World) -> None:
    """Lets AWS be silent for a function: with its own timeout, and with a timeout that ends first."""
    line = Line(functions.stack.described["endpointUrl"])
    event = repeatable(name, world)
    with functions.run(name, AWS_ENDPOINT_URL=line.endpoint) as function:
        judge(f"{name}, over the line", is_good(first := function.invoke(event)), shown(first))
        process = function.function_process()
        line.open.clear()
        said = function.invoke(event)
        line.open.set()
        # It gives up by itself, reports what failed, and lives.
        has_reported = b"timed out" not in said.body and not is_good(said)
        is_same = function.function_process() == process
        judge(f"{name}, silence, it answers before its timeout", has_reported and is_same, said.body.decode()[:200])
        again = eventually(f"recovery of {name}", lambda: good_or_none(function.invoke(event)), PATIENCE_SECONDS)
        judge(f"{name}, silence is over, the same process goes on", function.function_process() == process, shown(again))

    line = Line(functions.stack.described["endpointUrl"])
    with functions.run(
        name, AWS_ENDPOINT_URL=line.endpoint, AWS_LAMBDA_FUNCTION_TIMEOUT=str(SHORT_TIMEOUT_SECONDS)
    ) as function:
        eventually(f"start of {name}", lambda: good_or_none(function.invoke(event)), PATIENCE_SECONDS)
        process = function.function_process()
        line.open.clear()
        said = function.invoke(event)
        line.open.set()
        is_ended = said.body == f"Task timed out after {SHORT_TIMEOUT_SECONDS}.00 seconds".encode()
        keeps_on = name in KEEPS_DEADLINES
        judge(f"{name}, a short timeout {'is kept' if keeps_on else 'ends it'}", is_ended != keeps_on, said.body.decode()[:200])
        again = eventually(f"new start of {name}", lambda: good_or_none(function.invoke(event)), PATIENCE_SECONDS)
        is_new = function.function_process() not in (0, process)
        judge(f"{name}, {'the same' if keeps_on else 'a new'} process goes on", is_new != keeps_on, shown(again))


def good_or_none(answer: Answer) -> Answer | None:
    return answer if is_good(answer) else None


def main() -> None:
    stack_json, rie, bootstrap, *runner = sys.argv[1:]
    stack = Stack(stack_json)
    logs = pathlib.Path(tempfile.mkdtemp(prefix="em-connect-rie-"))
    print(f"logs: {logs}")
    functions = Functions(stack, shlex.split(rie), bootstrap, runner, logs)
    ours, theirs = World(stack), World(stack)
    names = sorted(stack.functions)
    assert names == sorted(REPEATABLE) == sorted(path.name for path in EVENTS.iterdir() if path.is_dir())
    for name in names:
        with functions.run(name) as function:
            judge_events(name, function, ours, theirs)
    effects = eventually("equal effects in RIE and as deployed", lambda: same_effects(ours, theirs), PATIENCE_SECONDS)
    judge("what people see afterwards is the same", True, json.dumps(effects))

    # Another one, whose connection is still there.
    world = World(stack)
    for name in names:
        with functions.run(name) as function:
            judge_wrong_events(name, function, world)
    with functions.run("api") as function:
        judge_large_answers(function, stack)
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: judge_silence(name, functions, world), names))
    judge.end()


def same_effects(ours: World, theirs: World) -> dict[str, Any] | None:
    """Returns the effects in both worlds, when they are all there."""
    effects = ours.effects()
    is_whole = effects["newcomer's tickets"] == 1 and "pong" in effects["frames"] and len(effects["mails"]) >= 4
    return effects if is_whole and effects == theirs.effects() else None


if __name__ == "__main__":
    main()
