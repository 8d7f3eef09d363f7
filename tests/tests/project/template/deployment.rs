//! Rules for new versions of the API function. Every change makes a new version, and new versions take over as the parameter
//! `ApiDeployment` determines.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::{DEPLOYMENTS, Template, assert_holds, named};
use crate::tools::with_tools;

const FUNCTION: &str = "/Resources/ApiFunction/Properties";
/// The name that SAM gives to the alias `live` of the API function.
const ALIAS: &str = "ApiFunctionAliaslive";
/// Maximum length of a version's description that Lambda accepts.
const MAX_DESCRIPTION: u64 = 256;
/// Parameters that the API function uses, but that the description of its version does not contain. Each entry states the
/// reason.
const WITHOUT_VERSION: [(&str, &str); 2] = [
    (
        "Architecture",
        "another one comes with other code, which is another version",
    ),
    (
        "EndpointUrl",
        "the endpoint of a local target stays as it is for as long as the stack",
    ),
];
/// Length of a password hash's salt, which is 16 bytes in base64 (`xtask/src/password.rs`).
const SALT: u64 = 22;

/// Collects the names that a value contains in `Ref` or in `Fn::Sub`.
fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(value["Ref"].as_str().map(str::to_owned));
            members.values().for_each(|member| names(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        Value::String(text) => {
            let after = text.split("${").skip(1);
            found.extend(after.filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())));
        }
        _ => {}
    }
}

/// Returns the parameters of the template that a value refers to.
fn parameters(template: &Template, value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    names(value, &mut found);
    let all = template.at("/Parameters").as_object().unwrap();
    found.retain(|name| all.contains_key(name));
    found
}

/// Checks that a change of any parameter that the API function uses makes a new version. Otherwise the alias would still name a
/// version with the old value.
fn every_setting_makes_a_version(template: &Template) -> Vec<String> {
    let function = template.at(FUNCTION);
    let mut faults = Vec::new();
    if function["AutoPublishAliasAllProperties"] != true {
        faults.push("what is changed in the template makes no version".to_owned());
    }
    let shared = template.at("/Globals/Function");
    let seen = [shared, function].map(|value| {
        let mut value = value.clone();
        for other in ["VersionDescription", "DeploymentPreference", "Policies"] {
            value.as_object_mut().unwrap().remove(other);
        }
        parameters(template, &value)
    });
    let described = parameters(template, &function["VersionDescription"]);
    let excepted = WITHOUT_VERSION.map(|(name, _)| name.to_owned()).into();
    let seen: BTreeSet<_> = seen.into_iter().flatten().collect();
    let needed: BTreeSet<_> = seen.difference(&excepted).cloned().collect();
    for name in needed.symmetric_difference(&described) {
        faults.push(format!("{name} is in one of function and description"));
    }
    faults.extend(
        excepted
            .difference(&seen)
            .map(|name| format!("{name} needs no exception")),
    );
    let lengths = described.iter().map(|name| longest(template, name));
    let spaces = described.len().saturating_sub(1) as u64;
    if lengths.sum::<u64>() + spaces > MAX_DESCRIPTION {
        faults.push("the description may be too long".to_owned());
    }
    faults
}

/// Returns the maximum length that a parameter's value has in the description of a version.
fn longest(template: &Template, name: &str) -> u64 {
    let parameter = template.at(&format!("/Parameters/{name}"));
    if parameter["NoEcho"] == true {
        return SALT;
    }
    let allowed = parameter["AllowedValues"].as_array().into_iter().flatten();
    let longest_allowed = allowed.filter_map(Value::as_str).map(str::len).max();
    let most = parameter["MaxLength"].as_u64();
    let digits = parameter["MaxValue"]
        .as_u64()
        .map(|most| most.to_string().len() as u64);
    most.or(digits)
        .or(longest_allowed.map(|length| length as u64))
        .unwrap_or(MAX_DESCRIPTION)
}

#[test]
fn settings_make_versions() {
    let description = format!("{FUNCTION}/VersionDescription/Fn::Sub/0");
    let ours = Template::ours();
    let described = ours.at(&description).as_str().unwrap();
    assert!(
        !described.contains("${AdminPasswordHash}"),
        "it is not to be shown"
    );
    assert_holds(
        every_setting_makes_a_version,
        &[
            Template::ours().without(&format!("{FUNCTION}/AutoPublishAliasAllProperties")),
            Template::ours().with(&description, json!(described.replace("${LogLevel}", ""))),
            // These broken templates use one more parameter, first only in the API function and then in all functions.
            Template::ours().and(
                &format!("{FUNCTION}/Environment/Variables"),
                "RATE",
                json!({"Ref": "SendingRate"}),
            ),
            Template::ours().and(
                "/Globals/Function/Environment/Variables",
                "TOPIC",
                json!({"Fn::Sub": "${AlarmTopicArn}"}),
            ),
            Template::ours().without("/Parameters/SenderAddress/MaxLength"),
            Template::ours().without("/Globals/Function/Architectures"),
        ],
    );
}

fn every_deployment_is_as_it_is_called(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    let allowed = template
        .at("/Parameters/ApiDeployment/AllowedValues")
        .as_array();
    let allowed = allowed.unwrap().iter().filter_map(Value::as_str);
    let mapped = template.at("/Mappings/ApiDeployments").as_object().unwrap();
    if allowed.clone().collect::<BTreeSet<_>>() != mapped.keys().map(String::as_str).collect() {
        faults.push("the mapping knows other deployments than the parameter".to_owned());
        return faults;
    }
    for (name, mapping) in mapped {
        if mapping["Gradual"] != if name == "AllAtOnce" { "false" } else { "true" } {
            faults.push(format!("{name} is not what it is called"));
        }
    }
    for (deployment, translated) in DEPLOYMENTS.iter().zip(template.translated()) {
        let invoked = translated.at("/Resources/HttpMayInvokeApi/Properties/FunctionName");
        let called = translated.at("/Resources/HttpIntegration/Properties/IntegrationUri");
        if [invoked, called].map(named) != [Some(ALIAS); 2] {
            faults.push(format!("{deployment}: API Gateway calls something else"));
        }
        let alias = translated.at(&format!("/Resources/{ALIAS}"));
        let groups = translated.resources("AWS::CodeDeploy::DeploymentGroup");
        if *deployment == "AllAtOnce" {
            if !groups.is_empty() || !alias["UpdatePolicy"].is_null() {
                faults.push("CodeDeploy is there for nothing".to_owned());
            }
            continue;
        }
        let group =
            named(&alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]);
        let Some(group) = group.and_then(|group| groups.get(group)) else {
            faults.push("the alias changes at once".to_owned());
            continue;
        };
        let alarms = &group["AlarmConfiguration"]["Fn::If"][1]["Alarms"];
        let alarms = alarms.as_array().into_iter().flatten();
        let alarms: BTreeSet<_> = alarms.filter_map(|alarm| named(&alarm["Name"])).collect();
        if alarms != BTreeSet::from(["ApiVersionErrorsAlarm", "HttpErrorsAlarm"]) {
            faults.push(format!("what stops a deployment: {alarms:?}"));
        }
        let version = named(&alias["Properties"]["FunctionVersion"]);
        let watched = translated.at("/Resources/ApiVersionErrorsAlarm/Properties/Dimensions");
        let executed = watched.as_array().into_iter().flatten();
        let mut executed = executed.filter(|dimension| dimension["Name"] == "ExecutedVersion");
        if version.is_none() || executed.next().and_then(|one| named(&one["Value"])) != version {
            faults.push("another version is watched than the new one".to_owned());
        }
    }
    faults
}

#[test]
fn deployments_are_as_they_are_called() {
    with_tools!("runs SAM's translator");
    let preference = format!("{FUNCTION}/DeploymentPreference");
    assert_holds(
        every_deployment_is_as_it_is_called,
        &[
            Template::ours().without("/Mappings/ApiDeployments/Canary10Percent5Minutes"),
            Template::ours().with("/Mappings/ApiDeployments/AllAtOnce/Gradual", json!("true")),
            Template::ours().with(&format!("{preference}/Enabled"), json!(false)),
            Template::ours().without(&format!("{preference}/Alarms/Fn::If/1/1")),
            Template::ours().with(
                "/Resources/HttpIntegration/Properties/IntegrationUri",
                json!({"Fn::GetAtt": ["ApiFunction", "Arn"]}),
            ),
            Template::ours().with(
                "/Resources/HttpMayInvokeApi/Properties/FunctionName",
                json!({"Ref": "ApiFunction"}),
            ),
            Template::ours().with(
                "/Resources/ApiVersionErrorsAlarm/Properties/Dimensions/2/Value",
                json!("7"),
            ),
        ],
    );
}
