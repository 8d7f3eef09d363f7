"""Records what the template's roles allow functions to do.

With AUTH=true the emulator allows a function only what its role allows, as AWS does. In three places it sees another action or
resource than AWS; this module corrects them. Each new decision is a line of JSON in a file:

    {"function": "…", "action": "dynamodb:GetItem", "resource": "arn:…", "allowed": true}
"""

import email.utils
import json
import pathlib
from collections.abc import Callable


def enforce(path: pathlib.Path) -> None:
    """Starts recording decisions in the file. Call it before the emulator starts."""
    from ministack.core import iam_actions, iam_evaluator

    # The emulator reads both attributes at each call.
    iam_actions.extract_resource_arn = naming_resources(iam_actions.extract_resource_arn)
    iam_evaluator.enforce = recording_decisions(iam_evaluator.enforce, path)


def naming_resources(extract: Callable[..., str]) -> Callable[..., str]:
    """Wraps `extract_resource_arn`, which knows neither the group of a schedule nor the sender of a mail."""

    def extract_resource(service: str, method: str, path: str, headers: dict, body: bytes, query: dict, *of: str) -> str:
        arn = extract(service, method, path, headers, body, query, *of)
        if service == "scheduler" and ":schedule/default/" in arn:
            group = json.loads(body).get("GroupName") if body else query.get("groupName")
            group = group[0] if isinstance(group, list) else group
            return arn.replace(":schedule/default/", f":schedule/{group or 'default'}/")
        if service == "ses" and path.rstrip("/") == "/v2/email/outbound-emails":
            sender = email.utils.parseaddr(json.loads(body).get("FromEmailAddress", ""))[1]
            region, account = of
            return f"arn:aws:ses:{region}:{account}:identity/{sender}"
        return arn

    return extract_resource


def recording_decisions(decide: Callable[..., object], path: pathlib.Path) -> Callable[..., object]:
    """Wraps `enforce`: records each new decision about a call of a function.

    A function has a session of its role, with the function's name. Any other caller owns the account.
    The emulator gives batches of SQS actions of their own; on AWS a batch needs the permission for the single action
    ("Actions, resources, and condition keys for Amazon SQS", Service Authorization Reference).
    """
    from ministack.services import sts

    recorded: set[tuple[str, str, str, bool]] = set()
    path.touch()

    def decide_and_record(key: str, action: str, service: str, region: str, **more: object) -> object:
        if service == "sqs":
            action = action.removesuffix("Batch")
        denied = decide(key, action, service, region, **more)
        session = sts._sessions.get(key)
        if session is not None:
            function = session["Arn"].rsplit("/", 1)[-1]
            decision = (function, action, more.get("resource_arn", "*"), denied is None)
            if decision not in recorded:
                recorded.add(decision)
                with path.open("a") as file:
                    print(json.dumps(dict(zip(("function", "action", "resource", "allowed"), decision))), file=file)
        return denied

    return decide_and_record
