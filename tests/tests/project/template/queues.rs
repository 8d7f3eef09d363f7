//! Rules for queues: a message that fails is retried, and finally goes to a dead-letter queue that has an alarm.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::{Template, assert_holds, named};

/// Minimum ratio of a queue's visibility timeout to its function's timeout ("Using Lambda with Amazon SQS", AWS).
const TIMES: i64 = 6;

/// Maximum visibility timeout, in seconds, of the queues [`OF_VIEWERS`]. If a function crashes, its message returns only after
/// this time, and viewers wait for their frames until then.
const HEARD_WITHIN: i64 = 20;
const OF_VIEWERS: [&str; 2] = ["LiveQueue", "PushQueue"];

/// Returns the names of all dead-letter queues.
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
    let reported = |queue: &&str| {
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
        .filter(|queue| !reported(queue))
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

/// Returns the names of all queues that have a redrive policy.
fn queues_with_redrive(template: &Template) -> BTreeSet<&str> {
    let queues = template.resources("AWS::SQS::Queue").into_iter();
    queues
        .filter(|(_, queue)| !queue["RedrivePolicy"].is_null())
        .map(|(name, _)| name)
        .collect()
}

/// Returns whether the environment of a function names the dead-letter queue of `queue`. The function needs the URL of the
/// dead-letter queue to set messages aside.
fn sets_aside(function: &Value, queue: &str, dead_letters: &str) -> bool {
    let queues = &function["Environment"]["Variables"]["QUEUES"]["Fn::Sub"];
    let queues: Value =
        serde_json::from_str(queues.as_str().unwrap_or_default()).unwrap_or_default();
    let is_pair = |pair: &Value| {
        pair["url"] == format!("${{{queue}}}")
            && pair["deadLetterUrl"] == format!("${{{dead_letters}}}")
    };
    queues
        .as_object()
        .is_some_and(|queues| queues.values().any(is_pair))
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
        let dead_letters = named(&queue["RedrivePolicy"]["deadLetterTargetArn"]);
        if !dead_letters.is_some_and(|letters| sets_aside(properties, name, letters)) {
            faults.push(format!(
                "{function} cannot set aside what it cannot read of {name}"
            ));
        }
        let timeout = properties["Timeout"].as_i64().unwrap_or(i64::MAX);
        let hidden = queue["VisibilityTimeout"].as_i64().unwrap_or_default();
        let is_late = OF_VIEWERS.contains(name) && hidden > HEARD_WITHIN;
        if hidden < timeout.saturating_mul(TIMES) || is_late {
            faults.push(format!(
                "{name} hides messages for {hidden} s, {function} has {timeout} s"
            ));
        }
    }
    faults.extend(unread.iter().map(|name| format!("nobody reads {name}")));
    for name in OF_VIEWERS {
        if !queues.contains_key(name) {
            faults.push(format!("there is no {name}"));
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
            hidden("LiveQueue", 17),
            // In these broken templates viewers would wait too long after a crash.
            hidden("PushQueue", 21),
            Template::ours().with("/Resources/WsPushFunction/Properties/Timeout", json!(4)),
            // In this broken template the function could not set any message aside.
            Template::ours().without(
                "/Resources/TicketFunction/Properties/Environment/Variables/QUEUES",
            ),
            Template::ours().with(
                "/Resources/WsPushFunction/Properties/Environment/Variables/QUEUES/Fn::Sub",
                json!(r#"{"live": {"url": "${LiveQueue}", "deadLetterUrl": "${LiveDeadLetters}"}}"#),
            ),
            Template::ours().with(
                "/Resources/NotifyFunction/Properties/Environment/Variables/QUEUES/Fn::Sub",
                json!(r#"{"mail": {"url": "${MailQueue}", "deadLetterUrl": "${FeedbackDeadLetters}"},
                    "feedback": {"url": "${FeedbackQueue}", "deadLetterUrl": "${FeedbackDeadLetters}"}}"#),
            ),
        ],
    );
}
