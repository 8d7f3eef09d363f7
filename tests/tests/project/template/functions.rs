//! Rules for functions: every function has alarms, and its log entries expire.

use serde_json::{Value, json};

use super::document::{Template, assert_holds, named};

/// Each function has an alarm on the p99 of its duration. The alarm's limit is at most this share of the function's timeout.
const ALARMING: f64 = 0.8;

fn every_function_is_watched(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, function) in template.functions() {
        let dimension = json!([{"Name": "FunctionName", "Value": {"Ref": name}}]);
        let alarms = |metric| template.alarms(("AWS/Lambda", metric), &dimension);
        for metric in ["Errors", "Throttles"] {
            if !alarms(metric)
                .iter()
                .any(|alarm| alarm["Statistic"] == "Sum")
            {
                faults.push(format!("{name}: nobody counts its {metric}"));
            }
        }
        let timeout_ms = function["Timeout"].as_f64().unwrap_or_default() * 1000.0;
        let in_time = |alarm: &&Value| {
            let threshold = alarm["Threshold"].as_f64().unwrap_or(f64::INFINITY);
            alarm["ExtendedStatistic"] == "p99" && threshold <= ALARMING * timeout_ms
        };
        if !alarms("Duration").iter().any(in_time) {
            faults.push(format!(
                "{name}: no alarm before its p99 nears {timeout_ms} ms"
            ));
        }
    }
    faults
}

#[test]
fn functions_are_watched() {
    assert_holds(
        every_function_is_watched,
        &[
            Template::ours().without("/Resources/WsPushErrorsAlarm"),
            Template::ours().without("/Resources/WsPushThrottlesAlarm"),
            Template::ours().without("/Resources/WsPushDurationAlarm"),
            // In this broken template the timeout is lower, but the alarm still has the old limit.
            Template::ours().with("/Resources/RelayFunction/Properties/Timeout", json!(50)),
            Template::ours().with(
                "/Resources/ApiErrorsAlarm/Properties/Dimensions/0/Value/Ref",
                json!("RelayFunction"),
            ),
        ],
    );
}

fn every_log_ends(template: &Template) -> Vec<String> {
    let mut logs = template.resources("AWS::Logs::LogGroup");
    let mut faults: Vec<String> = logs
        .iter()
        .filter(|(_, log)| log["RetentionInDays"].is_null())
        .map(|(name, _)| format!("{name} is kept for ever"))
        .collect();
    logs.retain(|_, log| !log["RetentionInDays"].is_null());
    let has_log = |function: &Value| {
        let name = function["FunctionName"]["Fn::Sub"].as_str().unwrap_or("?");
        logs.values()
            .any(|log| log["LogGroupName"]["Fn::Sub"] == format!("/aws/lambda/{name}"))
    };
    let functions = template.functions().into_iter();
    let without = functions.filter(|(_, function)| !has_log(function));
    faults.extend(without.map(|(name, _)| format!("Lambda makes the log of {name}, for ever")));
    faults
}

#[test]
fn logs_end() {
    assert_holds(
        every_log_ends,
        &[
            Template::ours().without("/Resources/NotifyLogs"),
            Template::ours().without("/Resources/NotifyLogs/Properties/RetentionInDays"),
            // This broken template has a log that belongs to no function.
            Template::ours().and(
                "/Resources",
                "AccessLog",
                json!({"Type": "AWS::Logs::LogGroup", "Properties": {}}),
            ),
        ],
    );
}

/// Checks that a record that cannot be processed does not block its batch or the stream, and is not lost.
fn every_stream_goes_on(template: &Template) -> Vec<String> {
    let queues = template.resources("AWS::SQS::Queue");
    let goes_on = |trigger: &Value| {
        let retries = trigger["MaximumRetryAttempts"].as_i64();
        let failures = named(&trigger["DestinationConfig"]["OnFailure"]["Destination"]);
        trigger["BisectBatchOnFunctionError"] == true
            // The value -1 would mean that the number of retries has no limit.
            && retries.is_some_and(|retries| retries >= 0)
            && failures.is_some_and(|queue| queues.contains_key(queue))
    };
    let triggers = template.triggers("AWS::DynamoDB::Table");
    if triggers.is_empty() {
        return vec!["nobody reads the stream".to_owned()];
    }
    let faulty = triggers.iter().filter(|(.., trigger)| !goes_on(trigger));
    faulty.map(|(name, ..)| (*name).to_owned()).collect()
}

#[test]
fn streams_go_on() {
    let stream = "/Resources/RelayFunctionStream/Properties";
    let without = |key: &str| Template::ours().without(&format!("{stream}/{key}"));
    assert_holds(
        every_stream_goes_on,
        &[
            without("BisectBatchOnFunctionError"),
            without("MaximumRetryAttempts"),
            Template::ours().with(&format!("{stream}/MaximumRetryAttempts"), json!(-1)),
            without("DestinationConfig"),
            without("EventSourceArn"),
            Template::ours().without("/Resources/RelayDeadLetters"),
        ],
    );
}
