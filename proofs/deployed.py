"""Reads what a deployment stores with boto3, and compares it with the documentation: deployed.py STACK_JSON

STACK_JSON is the file that `cargo xtask up` writes. It makes an event with guests, and looks for it in the table, the queues and
the schedules. docs/ARCHITECTURE.md and the list of keys in shared/store/src/key.rs say what must be there. It prints a line for
each judgement and ends with exit code 1 if one is against us.
"""

import json
import pathlib
import re
import sys
from datetime import datetime, timedelta

import boto3
from boto3.dynamodb.conditions import Key

from api import Client, eventually, soon
from judgement import judge

KEYS = pathlib.Path(__file__).parents[1] / "shared/store/src/key.rs"
CAPACITY = 60


def listed_keys() -> dict[str, re.Pattern[str]]:
    """Returns the kinds of items that key.rs lists, each with a pattern for partition key and sort key, joined by a space."""
    kinds = {}
    for row in re.findall(r"^//! \| (?!item|---)(.+) \|$", KEYS.read_text(), re.MULTILINE):
        name, *columns = (cell.strip() for cell in row.split(" | "))
        # A cell may list several keys. Capitals are literal. Each other word stands for a value, such as the name of a limit.
        partition, sort = ("|".join(pattern_of(key) for key in re.findall(r"`([^`]+)`", cell)) for cell in columns)
        kinds[name] = re.compile(f"({partition}) ({sort})")
    return kinds


def pattern_of(key: str) -> str:
    return "#".join(part if part.isupper() else "[^ ]+" for part in key.split("#"))


def judge_table(dynamodb, name: str) -> None:
    table = dynamodb.describe_table(TableName=name)["Table"]
    keys = {one["AttributeName"]: one["KeyType"] for one in table["KeySchema"]}
    judge("table, keys", keys == {"pk": "HASH", "sk": "RANGE"})
    index = table["GlobalSecondaryIndexes"][0]
    keys = {one["AttributeName"]: one["KeyType"] for one in index["KeySchema"]}
    is_right = index["IndexName"] == "gsi1" and keys == {"gsi1pk": "HASH", "gsi1sk": "RANGE"}
    judge("table, index", is_right and index["Projection"]["ProjectionType"] == "ALL")
    judge("table, stream", table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES")
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    judge("table, time to live", (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expiresAt"))
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    judge("table, recovery", backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED")


def judge_items(table, event: str, guests: list[Client]) -> None:
    """`guests` are a guest with a seat, and a former guest who cancelled."""
    items, last = [], {}
    while True:
        page = table.scan(**({"ExclusiveStartKey": last} if last else {}))
        items += page["Items"]
        if not (last := page.get("LastEvaluatedKey")):
            break
    kinds = listed_keys()
    unknown = [key for item in items if not any(kind.fullmatch(key := f"{item['pk']} {item['sk']}") for kind in kinds.values())]
    found = {name for name, kind in kinds.items() if any(kind.fullmatch(f"{item['pk']} {item['sk']}") for item in items)}
    judge("items, every key is listed", not unknown, f"{len(items)} items of {len(found)} kinds; {unknown[:3] or 'none unknown'}")
    expiries = [item["expiresAt"] for item in items if "expiresAt" in item]
    judge("items, expiry in seconds", all(1e9 < seconds < 1e10 for seconds in expiries), f"{len(expiries)} items expire")

    bare = event.removeprefix("evt_")
    buckets = [item for item in items if re.fullmatch(f"SEATS#{bare}#[0-9]+", item["pk"])]
    sums = {name: sum(int(bucket[name]) for bucket in buckets) for name in ("free", "held")}
    seated = sum(len(bucket.get("guests", {})) for bucket in buckets)
    is_whole = sums["free"] + sums["held"] + seated == CAPACITY
    judge("guest list, free + held + guests = capacity", is_whole and seated == 1, f"{len(buckets)} buckets, {sums}, {seated} guest")
    for guest, status in zip(guests, ("confirmed", "cancelled"), strict=True):
        key = {"pk": f"USER#{guest.user.removeprefix('usr_')}", "sk": f"REG#{bare}"}
        judge(f"registration, {status}", table.get_item(Key=key)["Item"]["status"] == status)
    listed = table.query(IndexName="gsi1", KeyConditionExpression=Key("gsi1pk").eq("PUBLISHED"))["Items"]
    starts = [item["gsi1sk"] for item in listed]
    judge("index, published events by start", any(bare in item["pk"] for item in listed) and starts == sorted(starts))


def judge_queues(sqs, queues: dict[str, dict]) -> None:
    for name, queue in sorted(queues.items()):
        dead = sqs.get_queue_attributes(QueueUrl=queue["deadLetterUrl"], AttributeNames=["All"])["Attributes"]
        is_right = dead["MessageRetentionPeriod"] == "1209600"
        if url := queue.get("url"):
            live = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            redrive = json.loads(live["RedrivePolicy"])
            is_right &= redrive["deadLetterTargetArn"] == dead["QueueArn"] and int(redrive["maxReceiveCount"]) > 1
        judge(f"queue {name}, dead letters are kept 14 days", is_right)


def judge_schedules(scheduler, group: str, event: str, start: datetime, queue: str) -> None:
    """A reminder comes 24 hours before an event, and one an hour before."""
    for lead, hours in (("day", 24), ("hour", 1)):
        schedule = scheduler.get_schedule(GroupName=group, Name=f"{event}-{lead}")
        at = datetime.fromisoformat(schedule["ScheduleExpression"].removeprefix("at(").removesuffix(")"))
        is_due = abs((start.replace(tzinfo=None) - timedelta(hours=hours) - at).total_seconds()) < 2
        target = schedule["Target"]
        is_right = target["Arn"].rsplit(":", 1)[-1] == queue.rsplit("/", 1)[-1] and "ReminderRole" in target["RoleArn"]
        is_once = schedule["ActionAfterCompletion"] == "DELETE" and schedule["FlexibleTimeWindow"]["Mode"] == "OFF"
        judge(f"schedule of the reminder, {lead}", is_due and is_right and is_once and "@" not in target["Input"])


def main() -> None:
    stack_json = pathlib.Path(sys.argv[1])
    stack = json.loads(stack_json.read_text())
    aws = {"endpoint_url": stack["endpointUrl"], "region_name": stack["region"]}
    session = boto3.Session("test", "test")
    anyone = Client(stack["httpUrl"])
    organizer = anyone.signed_in(stack["organizer"]["email"], stack["organizer"]["password"])
    event = organizer.published(soon(days=3), capacity=CAPACITY)
    guests = [anyone.sign_up(name) for name in ("Ada", "Grace")]
    for guest in guests:
        guest.register(event)
        guest.ticket()
    guests[1].call(f"/v1/events/{event}/registrations/me", method="DELETE")
    start = datetime.fromisoformat(anyone.call(f"/v1/events/{event}")["startsAt"])
    scheduler = session.client("scheduler", **aws)
    group = f"{stack['functions']['relay'].removesuffix('-relay')}-reminders"
    eventually("reminder", lambda: scheduler.list_schedules(GroupName=group, NamePrefix=f"{event}-hour")["Schedules"])

    judge_table(session.client("dynamodb", **aws), stack["tableName"])
    judge_items(session.resource("dynamodb", **aws).Table(stack["tableName"]), event, guests)
    judge_queues(session.client("sqs", **aws), stack["queues"])
    judge_schedules(scheduler, group, event, start, stack["queues"]["mail"]["url"])
    judge.end()


if __name__ == "__main__":
    main()
