"""Judges every statement of the template's policies with policy_sentry and parliament.

    policies.py TEMPLATE

TEMPLATE is the template as SAM translates it, in JSON. Both tools know AWS's Service Authorization Reference: which actions exist,
which resources each of them takes, and which conditions. `.ci/template` runs this script.

It prints a line for each finding, and ends with exit code 1 if there is one that EXPLAINED does not have, or the reverse.
"""

import collections
import json
import pathlib
import re
import sys
from collections.abc import Iterator

import parliament
from policy_sentry.querying.actions import get_action_data
from policy_sentry.util.arns import ARN

# Findings that stay, each with its reason above it.
EXPLAINED = {
    # `iam:PassRole` on one role, and only for EventBridge Scheduler. Without it the relay cannot make a reminder.
    "RelayFunctionRole, LetTheSchedulerWriteTheQueue: parliament: PERMISSIONS_MANAGEMENT_ACTIONS",
}
# ARNs of the resources that policies name, by type.
ARNS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:123456789012:table/{}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{}",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:us-east-1:123456789012:secret:{}-AbCdEf",
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:{}",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:{}",
}
PSEUDO_PARAMETERS = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}


def resolved(value: object, types: dict[str, str]) -> object:
    """Returns a value in which each intrinsic function became a text. A reference becomes an ARN if its type has one above."""
    if isinstance(value, list):
        return [resolved(item, types) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value:
        return re.sub(r"\$\{([^}]+)\}", lambda found: str(reference(*found[1].split("."), types=types)), value["Fn::Sub"])
    if "Fn::GetAtt" in value:
        return reference(*value["Fn::GetAtt"], types=types)
    if "Ref" in value:
        return reference(value["Ref"], types=types)
    return {key: resolved(item, types) for key, item in value.items()}


def reference(name: str, attribute: str = "", *, types: dict[str, str]) -> str:
    """Returns the value of a reference. `Ref` of a topic or secret is its ARN, and that of any other resource is its name."""
    is_arn = attribute in ("Arn", "Id") or types.get(name) in ("AWS::SNS::Topic", "AWS::SecretsManager::Secret")
    return ARNS[types[name]].format(name) if is_arn else PSEUDO_PARAMETERS.get(name, name)


def policies(resources: dict[str, dict]) -> Iterator[tuple[str, dict]]:
    """Yields every policy document of the template with the name of its resource."""
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        for policy in properties.get("Policies", []):
            yield name, policy["PolicyDocument"]
        for key in ("PolicyDocument", "AssumeRolePolicyDocument", "ResourcePolicy"):
            if key in properties:
                yield name, properties[key]


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def by_policy_sentry(statement: dict) -> Iterator[str]:
    """Yields actions that are unknown, resources that an action does not take, and conditions that an action does not know."""
    for action in listed(statement["Action"]):
        kinds = (get_action_data(*action.split(":")) or {}).get(action.split(":")[0], [])
        if not kinds:
            yield f"{action} is unknown"
        used = set()
        for arn in listed(statement["Resource"]):
            formats = {kind["resource_arn_format"] for kind in kinds}
            # An action that can be limited to resources has the format `*` too, for some of its conditions.
            if arn == "*":
                taken = formats if formats == {"*"} else set()
            else:
                taken = {form for form in formats - {"*"} if ARN(arn).same_resource_type(form)}
            if not taken:
                yield f"{action} does not take {arn}"
            used |= taken
        known = {key for kind in kinds if kind["resource_arn_format"] in used for key in kind["condition_keys"]}
        for key in (key for keys in statement.get("Condition", {}).values() for key in keys):
            if key not in known and not key.lower().startswith("aws:"):
                yield f"{action} does not know the condition {key}"


def by_parliament(policy: dict, statement: dict) -> Iterator[str]:
    one = {"Version": policy["Version"], "Statement": [statement]}
    # The community's auditors look for risky actions that a principal gets. A service that assumes a role is none of them.
    is_identity = "Principal" not in statement
    for finding in parliament.analyze_policy_string(json.dumps(one), include_community_auditors=is_identity).findings:
        yield finding.issue


def findings(resources: dict[str, dict], judged: collections.Counter) -> Iterator[str]:
    types = {name: resource["Type"] for name, resource in resources.items()}
    for name, policy in policies(resources):
        policy = resolved(policy, types)
        for no, statement in enumerate(policy["Statement"]):
            where = f"{name}, {statement.get('Sid', no)}"
            judged["statements"] += 1
            judged["actions"] += len(listed(statement["Action"]))
            # The policy that says who may assume a role names no resource, because it belongs to the role.
            statement.setdefault("Resource", ARNS["AWS::IAM::Role"].format(name))
            yield from (f"{where}: policy_sentry: {line}" for line in by_policy_sentry(statement))
            yield from (f"{where}: parliament: {line}" for line in by_parliament(policy, statement))


def main() -> None:
    resources = json.loads(pathlib.Path(sys.argv[1]).read_text())["Resources"]
    judged: collections.Counter = collections.Counter()
    found = set(findings(resources, judged))
    for line in sorted(found - EXPLAINED):
        print(line)
    for line in sorted(EXPLAINED - found):
        print(f"explained here, and not found any more: {line}")
    print(f"policies: {judged['statements']} statements with {judged['actions']} actions judged, {len(found)} findings, "
          f"{len(found & EXPLAINED)} explained")
    sys.exit(found != EXPLAINED or judged["statements"] == 0)


if __name__ == "__main__":
    main()
