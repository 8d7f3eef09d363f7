//! Rules for permissions: nobody has more permissions than docs/permissions.md lists.

mod listed;

use serde_json::{Value, json};

use super::document::{Template, assert_holds};

/// Actions for which AWS accepts only the resource `*` ("Actions, resources, and condition keys for Amazon `DynamoDB`", service
/// authorization reference). Each of these actions needs its own statement.
const WITHOUT_RESOURCE: [&str; 1] = ["dynamodb:ListStreams"];

/// Collects the statements of all policies inside `value`, at any depth.
fn statements<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            if members.contains_key("Effect") {
                found.push(value);
            }
            members
                .values()
                .for_each(|member| statements(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| statements(item, found)),
        _ => {}
    }
}

/// Returns all values of a list, or the value itself if it is no list.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(items) => items.iter().collect::<Vec<_>>().into_iter(),
        one => vec![one].into_iter(),
    }
}

fn every_permission_is_named(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    statements(template.at("/Resources"), &mut found);
    let is_open = |statement: &Value| {
        let names = |key: &str| each(&statement[key]).filter_map(Value::as_str);
        let may_be_on_all = names("Action").all(|action| WITHOUT_RESOURCE.contains(&action));
        names("Action").any(|action| action.contains('*'))
            || names("Resource").any(|resource| (resource == "*") != may_be_on_all)
            // The resource is a reference, although the action accepts only the resource `*`.
            || (may_be_on_all && names("Resource").next().is_none())
            || statement["Principal"] == "*"
            || ["NotAction", "NotResource", "NotPrincipal"]
                .iter()
                .any(|key| !statement[*key].is_null())
    };
    if found.is_empty() {
        return vec!["no statement was found".to_owned()];
    }
    let open = found.into_iter().filter(|statement| is_open(statement));
    open.map(Value::to_string).collect()
}

#[test]
fn permissions_are_named() {
    let statement = "/Resources/TicketFunction/Properties/Policies/0/Statement/0";
    let find_the_stream = "/Resources/RelayFunction/Properties/Policies/0/Statement/5";
    let with =
        |key: &str, value: Value| Template::ours().with(&format!("{statement}/{key}"), value);
    let not_action =
        json!({"Effect": "Allow", "NotAction": "iam:PassRole", "Resource": {"Ref": "Secret"}});
    assert_holds(
        every_permission_is_named,
        &[
            with("Action/0", json!("dynamodb:*")),
            with("Action", json!("dynamodb:Get*")),
            with("Resource", json!("*")),
            with("Resource", json!([{"Ref": "Secret"}, "*"])),
            Template::ours().with(statement, not_action),
            // In these broken templates the statement has another action, or a resource that AWS would ignore.
            Template::ours().with(
                &format!("{find_the_stream}/Action"),
                json!(["dynamodb:ListStreams", "dynamodb:GetRecords"]),
            ),
            Template::ours().with(
                &format!("{find_the_stream}/Resource"),
                json!({"Fn::Sub": "${Table.Arn}/stream/*"}),
            ),
            Template::ours().with(
                "/Resources/SesMayTell/Properties/PolicyDocument/Statement/0/Principal",
                json!("*"),
            ),
        ],
    );
}
