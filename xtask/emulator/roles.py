"""Records what the template's roles allow functions to do.

With AUTH=true the emulator allows a function only what its role allows, as AWS does. In three places it sees another action or
resource than AWS; this module corrects them. Each new decision is a line of JSON in a file:

    {"function": "…", "action": "dynamodb:GetItem", "resource": "arn:…", "allowed": true}
"""

import functools
import json
import pathlib
from collections.abc import Callable

from ministack.core import iam_actions, iam_evaluator
from ministack.services import sts


def enforce(path: pathlib.Path) -> None:
    """Starts recording decisions in the file. Call it before the emulator starts."""
    # The resource of a mail is its sender.
    iam_actions._SES_V2_RESOURCES["outbound-emails"] = ("identity", "FromEmailAddress")
    # The emulator reads both attributes at each call.
    iam_actions.extract_resource_arn = naming_groups(iam_actions.extract_resource_arn)
    iam_evaluator.enforce = recording_decisions(iam_evaluator.enforce, path)


def naming_groups(extract: Callable[..., str]) -> Callable[..., str]:
    """Wraps `extract_resource_arn`, which does not know the group of a schedule."""

    def extract_resource(service: str, method: str, path: str, headers: dict, body: bytes, query: dict, *of: str) -> str:
        arn = extract(service, method, path, headers, body, query, *of)
        if service == "scheduler" and ":schedule/default/" in arn:
            group = json.loads(body).get("GroupName", "default") if body else query.get("groupName", ["default"])[0]
            return arn.replace(":schedule/default/", f":schedule/{group}/")
        return arn

    return extract_resource


def recording_decisions(decide: Callable[..., object], path: pathlib.Path) -> Callable[..., object]:
    """Wraps `enforce`: records each new decision about a call of a function.

    A function has a session of its role, with the function's name. Any other caller owns the account.
    The emulator gives batches of SQS actions of their own; on AWS a batch needs the permission for the single action
    ("Actions, resources, and condition keys for Amazon SQS", Service Authorization Reference).
    """
    path.touch()

    @functools.cache
    def record(function: str, action: str, resource: str, allowed: bool) -> None:
        decision = {"function": function, "action": action, "resource": resource, "allowed": allowed}
        with path.open("a") as file:
            print(json.dumps(decision), file=file)

    def decide_and_record(key: str, action: str, service: str, region: str, **more: object) -> object:
        if service == "sqs":
            action = action.removesuffix("Batch")
        denied = decide(key, action, service, region, **more)
        session = sts._sessions.get(key)
        if session is not None:
            function = session["Arn"].rsplit("/", 1)[-1]
            record(function, action, more.get("resource_arn", "*"), denied is None)
        return denied

    return decide_and_record
