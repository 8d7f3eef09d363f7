//! A message that fails comes again by itself, and in the end lies where somebody is told of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::template::{Template, assert_holds, named};

/// How many times a function's timeout its queue hides a message ("Using Lambda with Amazon SQS", AWS).
const TIMES: i64 = 6;

/// Queues that hide messages for less, and why.
const SHORT: [(&str, &str); 2] = [
    (
        "LiveQueue",
        "after a crash, viewers would not hear of the event for so long",
    ),
    (
        "PushQueue",
        "after a crash, the viewers of a shard would not hear anything for so long",
    ),
];

/// Where messages go in the end.
fn dead_letter_queues(template: &Template) -> BTreeSet<&str> {
    let queues = template.resources("AWS::SQS::Queue");
    let redriven = queues
        .values()
        .map(|queue| &queue["RedrivePolicy"]["deadLetterTargetArn"]);
    let failures = ["AWS::SQS::Queue", "AWS::DynamoDB::Table"]
        .into_iter()
        .flat_map(|kind| template.triggers(kind))
        .map(|(.., trigger)| &trigger["DestinationConfig"]["OnFailure"]["Destination"]);
    redriven.chain(failures).filter_map(named).collect()
}

fn every_dead_letter_is_told(template: &Template) -> Vec<String> {
    let told = |queue: &&str| {
        let dimension =
            json!([{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]);
        let metric = ("AWS/SQS", "ApproximateNumberOfMessagesVisible");
        let from_one_on = |alarm: &Value| {
            alarm["Statistic"] == "Maximum"
                && alarm["ComparisonOperator"] == "GreaterThanThreshold"
                && alarm["Threshold"] == 0
        };
        let alarms = template.alarms(metric, &dimension);
        alarms.into_iter().any(from_one_on)
    };
    let queues = dead_letter_queues(template).into_iter();
    queues
        .filter(|queue| !told(queue))
        .map(str::to_owned)
        .collect()
}

#[test]
fn dead_letters_are_told() {
    assert_eq!(dead_letter_queues(&Template::ours()).len(), 6);
    assert_holds(
        every_dead_letter_is_told,
        &[
            Template::ours().without("/Resources/TicketsDeadLettersAlarm"),
            Template::ours().without("/Resources/RelayDeadLettersAlarm"),
            Template::ours().with(
                "/Resources/PushDeadLettersAlarm/Properties/Threshold",
                json!(10),
            ),
        ],
    );
}

/// Queues that somebody is meant to read.
fn queues_with_redrive(template: &Template) -> BTreeSet<&str> {
    let queues = template.resources("AWS::SQS::Queue").into_iter();
    queues
        .filter(|(_, queue)| !queue["RedrivePolicy"].is_null())
        .map(|(name, _)| name)
        .collect()
}

fn every_message_comes_again(template: &Template) -> Vec<String> {
    let queues = template.resources("AWS::SQS::Queue");
    let mut faults = Vec::new();
    let mut unread = queues_with_redrive(template);
    for (function, properties, trigger) in template.triggers("AWS::SQS::Queue") {
        let Some((name, queue)) =
            named(&trigger["EventSourceArn"]).and_then(|name| queues.get_key_value(name))
        else {
            continue;
        };
        unread.remove(name);
        let answers = trigger["FunctionResponseTypes"].as_array();
        if !answers.is_some_and(|answers| answers.contains(&json!("ReportBatchItemFailures"))) {
            faults.push(format!("{function}, {name}: one failure fails the batch"));
        }
        if !queue["RedrivePolicy"]["maxReceiveCount"].is_i64() {
            faults.push(format!("{name}: what fails comes again for ever"));
        }
        let timeout = properties["Timeout"].as_i64().unwrap_or(i64::MAX);
        let hidden = queue["VisibilityTimeout"].as_i64().unwrap_or_default();
        let is_short = hidden < timeout.saturating_mul(TIMES);
        let may_be_short = SHORT.iter().any(|(short, _)| short == name);
        if hidden < timeout || is_short != may_be_short {
            faults.push(format!(
                "{name} hides messages for {hidden} s, {function} has {timeout} s"
            ));
        }
    }
    faults.extend(unread.iter().map(|name| format!("nobody reads {name}")));
    for (name, reason) in SHORT {
        if !queues.contains_key(name) || reason.is_empty() {
            faults.push(format!("{name} needs no exception"));
        }
    }
    faults
}

#[test]
fn messages_come_again() {
    let trigger = "/Resources/NotifyFunctionMail/Properties";
    let hidden = |queue: &str, seconds: u32| {
        let pointer = format!("/Resources/{queue}/Properties/VisibilityTimeout");
        Template::ours().with(&pointer, json!(seconds))
    };
    assert_holds(
        every_message_comes_again,
        &[
            Template::ours().without(&format!("{trigger}/FunctionResponseTypes")),
            Template::ours().without("/Resources/MailQueue/Properties/RedrivePolicy"),
            Template::ours().without("/Resources/NotifyFunctionMail"),
            hidden("MailQueue", 359),
            // Less than the function's timeout: seen again while it is worked on.
            hidden("LiveQueue", 14),
            // The exception is not needed any more.
            hidden("PushQueue", 90),
        ],
    );
}
