//! Gateways let through as much as the parameters say.

use serde_json::{Value, json};

use super::template::{Template, assert_holds, named};

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
            // Nobody could raise it before a sale.
            Template::ours().with(
                &(settings("HttpStage") + "/ThrottlingRateLimit"),
                json!(100),
            ),
        ],
    );
}
