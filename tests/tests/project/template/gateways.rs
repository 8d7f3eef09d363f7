//! Rules for gateways: parameters set the limits on requests, and the logs of requests contain no personal data.

use serde_json::{Value, json};

use super::document::{Template, assert_holds, named};

fn every_stage_is_throttled(template: &Template) -> Vec<String> {
    let stages = template.resources("AWS::ApiGatewayV2::Stage");
    let is_parameter = |limit: &Value| {
        let kind = named(limit).map(|name| template.at(&format!("/Parameters/{name}/Type")));
        kind.is_some_and(|kind| kind == "Number")
    };
    let is_throttled = |stage: &Value| {
        ["ThrottlingRateLimit", "ThrottlingBurstLimit"]
            .iter()
            .all(|limit| is_parameter(&stage["DefaultRouteSettings"][limit]))
    };
    let faulty = stages.iter().filter(|(_, stage)| !is_throttled(stage));
    faulty.map(|(name, _)| (*name).to_owned()).collect()
}

#[test]
fn stages_are_throttled() {
    let settings = |stage| format!("/Resources/{stage}/Properties/DefaultRouteSettings");
    assert_holds(
        every_stage_is_throttled,
        &[
            Template::ours().without(&settings("HttpStage")),
            Template::ours().without(&(settings("WebSocketStage") + "/ThrottlingBurstLimit")),
            // In this broken template the limit on requests is fixed, so nobody could raise it before a sale.
            Template::ours().with(
                &(settings("HttpStage") + "/ThrottlingRateLimit"),
                json!(100),
            ),
        ],
    );
}

/// The only values that an access log may contain. They include no path, query string, header or IP address.
const LOGGED: [&str; 11] = [
    "error.responseType",
    "httpMethod",
    "integration.status",
    "integrationLatency",
    "protocol",
    "requestId",
    "requestTimeEpoch",
    "responseLatency",
    "responseLength",
    "routeKey",
    "status",
];

/// Returns the stages of HTTP APIs. Stages of the WebSocket API have no access log, because it would need a role for the whole
/// account (`AWS::ApiGateway::Account`), which a stack should not set. The function behind the WebSocket API logs each
/// connection and action instead.
fn http_stages(template: &Template) -> Vec<(&str, &Value)> {
    let apis = template.resources("AWS::ApiGatewayV2::Api");
    let is_http = |stage: &Value| {
        let api = named(&stage["ApiId"]).and_then(|name| apis.get(name));
        api.is_some_and(|api| api["ProtocolType"] == "HTTP")
    };
    let stages = template.resources("AWS::ApiGatewayV2::Stage").into_iter();
    stages.filter(|(_, stage)| is_http(stage)).collect()
}

fn every_request_is_logged(template: &Template) -> Vec<String> {
    let logs = template.resources("AWS::Logs::LogGroup");
    let retention = json!({"Ref": "LogRetentionDays"});
    let stages = http_stages(template);
    if stages.is_empty() {
        return vec!["there is no HTTP API".to_owned()];
    }
    let mut faults = Vec::new();
    for (name, stage) in stages {
        let settings = &stage["AccessLogSettings"];
        let log = named(&settings["DestinationArn"]).and_then(|log| logs.get(log));
        if !log.is_some_and(|log| log["RetentionInDays"] == retention) {
            faults.push(format!(
                "{name}: no log that is kept as long as the functions' logs"
            ));
        }
        let format = settings["Format"].as_str().unwrap_or_default();
        let entry: Value = serde_json::from_str(format).unwrap_or_default();
        let fields = entry.as_object().cloned().unwrap_or_default();
        if !fields.contains_key("requestId") || format.contains('\n') {
            faults.push(format!(
                "{name}: an entry is no JSON of one line with the request's id"
            ));
        }
        for (field, value) in fields {
            let variable = value
                .as_str()
                .and_then(|value| value.strip_prefix("$context."));
            if !variable.is_some_and(|variable| LOGGED.contains(&variable)) {
                faults.push(format!("{name}: {field} is {value}"));
            }
        }
    }
    faults
}

#[test]
fn requests_are_logged() {
    let settings = "/Resources/HttpStage/Properties/AccessLogSettings";
    let format = |text: &str| Template::ours().with(&format!("{settings}/Format"), json!(text));
    assert_holds(
        every_request_is_logged,
        &[
            Template::ours().without(settings),
            Template::ours().with(
                "/Resources/HttpAccessLogs/Properties/RetentionInDays",
                json!(365),
            ),
            Template::ours().with(
                &format!("{settings}/DestinationArn"),
                json!("arn:aws:logs:x"),
            ),
            format("$context.requestId $context.status"),
            format(r#"{"status": "$context.status"}"#),
            format(r#"{"requestId": "$context.requestId", "ip": "$context.identity.sourceIp"}"#),
            format(r#"{"requestId": "$context.requestId", "path": "$context.path"}"#),
            format(
                r#"{"requestId": "$context.requestId", "both": "$context.status $context.path"}"#,
            ),
        ],
    );
}
