"""What the roles of functions allow, decided by the emulator as AWS would, and noted.

With AUTH=true the emulator lets a function do what its role allows and nothing else. In three places it sees another
call than AWS does, and is told better here. What it decided is a line of JSON for each decision that differs from those
before:

    {"function": "…", "action": "dynamodb:GetItem", "resource": "arn:…", "allowed": true}
"""

import email.utils
import json
import pathlib
from collections.abc import Callable


def enforce(path: pathlib.Path) -> None:
    """Begins to note decisions in the file. To be called before the emulator starts."""
    from ministack.core import iam_actions, iam_evaluator

    # Both are looked up anew for each call.
    iam_actions.extract_resource_arn = naming_resources(iam_actions.extract_resource_arn)
    iam_evaluator.enforce = noting_decisions(iam_evaluator.enforce, path)


def naming_resources(extract: Callable[..., str]) -> Callable[..., str]:
    """`extract_resource_arn` of the emulator, which knows neither the group of a schedule nor the sender of a mail."""

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


def noting_decisions(decide: Callable[..., object], path: pathlib.Path) -> Callable[..., object]:
    """`enforce` of the emulator, with a note of each new decision about a call of a function.

    Functions have sessions of their roles, named like the function; whoever else calls is the owner of everything.
    The emulator takes batches of SQS for actions of their own; on AWS a batch needs the permission of the single call
    ("Actions, resources, and condition keys for Amazon SQS", service authorization reference).
    """
    from ministack.services import sts

    noted: set[tuple[str, str, str, bool]] = set()
    path.touch()

    def decide_and_note(key: str, action: str, service: str, region: str, **more: object) -> object:
        if service == "sqs":
            action = action.removesuffix("Batch")
        denied = decide(key, action, service, region, **more)
        session = sts._sessions.get(key)
        if session is not None:
            function = session["Arn"].rsplit("/", 1)[-1]
            decision = (function, action, more.get("resource_arn", "*"), denied is None)
            if decision not in noted:
                noted.add(decision)
                with path.open("a") as file:
                    print(json.dumps(dict(zip(("function", "action", "resource", "allowed"), decision))), file=file)
        return denied

    return decide_and_note
