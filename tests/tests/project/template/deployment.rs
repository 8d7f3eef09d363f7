//! Rules for new versions of the functions behind the HTTP API. Every change makes a new version, and new versions take over as
//! the parameter `ApiDeployment` determines.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::document::{DEPLOYMENTS, Template, assert_holds, named};
use crate::tools::with_tools;

const API: &str = "/Resources/ApiFunction/Properties";
const WEB: &str = "/Resources/WebFunction/Properties";
/// The functions behind the HTTP API. Each has versions, an alias, an integration, a permission and an alarm, all with this name.
const FUNCTIONS: [&str; 2] = ["Api", "Web"];
/// Maximum length of a version's description that Lambda accepts.
const MAX_DESCRIPTION: u64 = 256;
/// Parameters that both functions use, but that the descriptions of their versions do not contain. Each entry states the
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

/// Checks that a change of any parameter that a function uses makes a new version. Otherwise the alias would still name a
/// version with the old value.
fn every_setting_makes_a_version(template: &Template) -> Vec<String> {
    let functions = [API, WEB].into_iter();
    functions
        .flat_map(|function| settings_without_a_version(template, function))
        .collect()
}

fn settings_without_a_version(template: &Template, function: &str) -> Vec<String> {
    let function = template.at(function);
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
    let description = format!("{API}/VersionDescription/Fn::Sub/0");
    let web = format!("{WEB}/VersionDescription/Fn::Sub");
    let ours = Template::ours();
    let described = ours.at(&description).as_str().unwrap();
    assert!(
        !described.contains("${AdminPasswordHash}"),
        "it is not to be shown"
    );
    assert_holds(
        every_setting_makes_a_version,
        &[
            Template::ours().without(&format!("{API}/AutoPublishAliasAllProperties")),
            Template::ours().with(&description, json!(described.replace("${LogLevel}", ""))),
            Template::ours().without(&format!("{WEB}/AutoPublishAliasAllProperties")),
            Template::ours().with(&web, json!("${Stage} ${LogLevel} ${Tracing}")),
            Template::ours().without("/Parameters/HttpDomainName/MaxLength"),
            // These broken templates use one more parameter, first only in one function and then in all functions.
            Template::ours().and(
                &format!("{API}/Environment/Variables"),
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
        for function in FUNCTIONS {
            let found = deployment_faults(&translated, function, deployment);
            faults.extend(
                found
                    .into_iter()
                    .map(|fault| format!("{function}: {fault}")),
            );
        }
    }
    faults
}

/// Checks how new versions of a function take over in a translated template.
fn deployment_faults(translated: &Template, function: &str, deployment: &str) -> Vec<String> {
    // The name that SAM gives to the alias `live`.
    let alias_name = format!("{function}FunctionAliaslive");
    let integration = if function == "Api" { "Http" } else { function };
    let mut faults = Vec::new();
    let invoked = format!("/Resources/HttpMayInvoke{function}/Properties/FunctionName");
    let called = format!("/Resources/{integration}Integration/Properties/IntegrationUri");
    let both = [invoked, called].map(|pointer| named(translated.at(&pointer)).map(str::to_owned));
    if both != [Some(alias_name.clone()), Some(alias_name.clone())] {
        faults.push(format!("{deployment}: API Gateway calls something else"));
    }
    let alias = translated.at(&format!("/Resources/{alias_name}"));
    let groups = translated.resources("AWS::CodeDeploy::DeploymentGroup");
    if deployment == "AllAtOnce" {
        if !groups.is_empty() || !alias["UpdatePolicy"].is_null() {
            faults.push("CodeDeploy is there for nothing".to_owned());
        }
        return faults;
    }
    let group = named(&alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]);
    let Some(group) = group.and_then(|group| groups.get(group)) else {
        faults.push("the alias changes at once".to_owned());
        return faults;
    };
    let alarm = format!("{function}VersionErrorsAlarm");
    let alarms = &group["AlarmConfiguration"]["Fn::If"][1]["Alarms"];
    let alarms = alarms.as_array().into_iter().flatten();
    let alarms: BTreeSet<_> = alarms.filter_map(|alarm| named(&alarm["Name"])).collect();
    if alarms != BTreeSet::from([alarm.as_str(), "HttpErrorsAlarm"]) {
        faults.push(format!("what stops a deployment: {alarms:?}"));
    }
    let version = named(&alias["Properties"]["FunctionVersion"]);
    let watched = translated.at(&format!("/Resources/{alarm}/Properties/Dimensions"));
    let executed = watched.as_array().into_iter().flatten();
    let mut executed = executed.filter(|dimension| dimension["Name"] == "ExecutedVersion");
    if version.is_none() || executed.next().and_then(|one| named(&one["Value"])) != version {
        faults.push("another version is watched than the new one".to_owned());
    }
    faults
}

#[test]
fn deployments_are_as_they_are_called() {
    with_tools!("runs SAM's translator");
    let preference = format!("{API}/DeploymentPreference");
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
            Template::ours().without(&format!("{WEB}/DeploymentPreference/Alarms/Fn::If/1/0")),
            Template::ours().with(
                "/Resources/WebIntegration/Properties/IntegrationUri",
                json!({"Fn::GetAtt": ["WebFunction", "Arn"]}),
            ),
        ],
    );
}
