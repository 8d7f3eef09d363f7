//! Rules for delays. No step after a write waits on purpose, so a returned seat is offered within one second, and a WebSocket
//! connection that has lost its right to a topic is notified within two seconds.
//!
//! A test on a busy machine cannot measure these times, so the rules check the delays that the template sets.

use serde_json::json;

use super::document::{Template, assert_holds, named};

/// The only queue whose messages are delayed, and the delay in seconds. One message stands for all changes of an event's counts
/// in one second. No seat and no right depends on this queue.
const GATHERS: (&str, i64) = ("LiveQueue", 1);

fn everything_is_passed_on_at_once(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, mapping) in template.resources("AWS::Lambda::EventSourceMapping") {
        if !mapping["MaximumBatchingWindowInSeconds"].is_null() {
            faults.push(format!("{name} gathers what it reads"));
        }
    }
    for (name, queue) in template.resources("AWS::SQS::Queue") {
        let delay = queue["DelaySeconds"].as_i64().unwrap_or_default();
        let most = if name == GATHERS.0 { GATHERS.1 } else { 0 };
        if delay > most {
            faults.push(format!("{name} delays messages by {delay} s"));
        }
    }
    let streams = template.triggers("AWS::DynamoDB::Table");
    let reads_stream = |(function, ..): &(&str, _, _)| *function == "RelayFunction";
    if !streams.iter().any(reads_stream) {
        faults.push("the relay does not read the stream itself".to_owned());
    }
    let pushes = template.triggers("AWS::SQS::Queue").into_iter();
    let mut pushes = pushes.filter_map(|(.., mapping)| named(&mapping["EventSourceArn"]));
    if !pushes.any(|queue| queue == "PushQueue") {
        faults.push("no function reads PushQueue itself".to_owned());
    }
    faults
}

#[test]
fn nothing_waits_on_purpose() {
    let window = "MaximumBatchingWindowInSeconds";
    let gathering = |mapping: &str, seconds: u32| {
        let pointer = format!("/Resources/{mapping}/Properties");
        Template::ours().and(&pointer, window, json!(seconds))
    };
    assert_holds(
        everything_is_passed_on_at_once,
        &[
            gathering("RelayFunctionStream", 1),
            gathering("WsPushFunctionPush", 5),
            gathering("TicketFunctionTickets", 1),
            Template::ours().and("/Resources/PushQueue/Properties", "DelaySeconds", json!(1)),
            Template::ours().with("/Resources/LiveQueue/Properties/DelaySeconds", json!(2)),
            Template::ours().without("/Resources/RelayFunctionStream"),
            Template::ours().without("/Resources/WsPushFunctionPush"),
        ],
    );
}
