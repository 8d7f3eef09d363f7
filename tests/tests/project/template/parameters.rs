//! Rules for parameters: each parameter has a description, and a wrong value causes an error message before anything is made.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::declared::{refused, text};
use super::document::{Template, assert_holds};
use super::evaluated::Evaluated;
use tests::project_folder;

/// Returns the parameters that samconfig.toml gives to `sam deploy`, for each environment in that file.
fn sam_configuration() -> BTreeMap<String, Value> {
    let text = fs::read_to_string(project_folder().join("samconfig.toml")).unwrap();
    let mut configuration: BTreeMap<String, Value> = toml::from_str(&text).unwrap();
    configuration.remove("version").unwrap();
    configuration
        .into_iter()
        .map(|(name, environment)| (name, environment["deploy"]["parameters"].clone()))
        .collect()
}

fn every_parameter_is_explained(template: &Template) -> Vec<String> {
    let parameters = template.at("/Parameters").as_object().unwrap();
    let is_explained = |parameter: &Value| {
        let says = |key: &str| parameter[key].as_str().unwrap_or_default();
        let bounded = match says("Type") {
            "Number" => parameter["MinValue"].is_number() && parameter["MaxValue"].is_number(),
            // An error message with only a pattern explains nothing, so a pattern also needs a description of the constraint.
            _ => says("AllowedPattern").len() > 1 && !says("ConstraintDescription").is_empty(),
        };
        says("Description").ends_with('.') && (bounded || parameter["AllowedValues"].is_array())
    };
    let mut faults: Vec<String> = parameters
        .iter()
        .filter(|(_, parameter)| !is_explained(parameter))
        .map(|(name, _)| name.clone())
        .collect();
    let defaults = parameters
        .iter()
        .map(|(name, one)| (name.clone(), text(&one["Default"])));
    faults.extend(refused(template, &defaults.collect::<Vec<_>>()));
    faults
}

#[test]
fn parameters_are_explained() {
    let without = |key: &str| Template::ours().without(&format!("/Parameters/{key}"));
    assert_holds(
        every_parameter_is_explained,
        &[
            without("HttpDomainName/Description"),
            without("HttpDomainName/AllowedPattern"),
            without("HttpDomainName/ConstraintDescription"),
            without("SendingRate/MaxValue"),
            without("Tracing/AllowedValues"),
            Template::ours().with("/Parameters/SenderDomain/Default", json!("no domain")),
            Template::ours().with("/Parameters/HttpBurst/Default", json!(0)),
        ],
    );
}

#[test]
fn patterns_take_what_they_should() {
    let named = |values: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        owned.collect()
    };
    let certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/0f-1";
    let good = named(&[
        ("HttpDomainName", "api.example.org"),
        ("WebSocketDomainName", "live.xn--bcher-kva.example"),
        ("CertificateArn", certificate),
        ("HostedZoneId", "Z0123456789ABCDEFGHIJ"),
        ("SenderDomain", "example.org"),
        ("MailFromSubdomain", "bounce"),
        ("ApiDeployment", "Linear10PercentEvery10Minutes"),
    ]);
    assert_eq!(refused(&Template::ours(), &good), [""; 0]);
    let bad = named(&[
        ("HttpDomainName", "https://api.example.org"),
        ("HttpDomainName", "example"),
        ("WebSocketDomainName", "-live.example.org"),
        ("SenderDomain", "tickets@example.org"),
        ("MailFromSubdomain", "bounce.example.org"),
        (
            "CertificateArn",
            "arn:aws:iam::123456789012:server-certificate/a",
        ),
        // CloudFront takes certificates from one Region alone.
        ("CdnCertificateArn", certificate),
        ("Cdn", "yes"),
        ("HostedZoneId", "/hostedzone/Z1"),
        ("ApiDeployment", "Canary50Percent5Minutes"),
        ("AdminEmail", "nobody"),
        ("LogLevel", "loud"),
        ("LogRetentionDays", "8"),
        ("SendingRate", "0"),
        ("AllowedOrigins", "example.org"),
        (
            "AlarmTopicArn",
            "arn:aws:sqs:eu-central-1:123456789012:queue",
        ),
    ]);
    assert_eq!(refused(&Template::ours(), &bad).len(), bad.len());
}

/// Combinations of values that contradict each other, each with the text with which the error message must begin.
const CONTRADICTIONS: [(&[(&str, &str)], &str); 15] = [
    (
        &[("AdminEmail", "ada@example.org")],
        "AdminEmail needs AdminPasswordHash",
    ),
    (
        &[("RequireVerifiedEmail", "true")],
        "RequireVerifiedEmail needs SenderAddress",
    ),
    (
        &[("SenderDomain", "example.org")],
        "SenderDomain needs SenderAddress",
    ),
    (
        &[("MailFromSubdomain", "bounce")],
        "MailFromSubdomain needs SenderDomain",
    ),
    (
        &[("HttpDomainName", "api.example.org")],
        "HttpDomainName needs CertificateArn",
    ),
    (
        &[("WebSocketDomainName", "api.example.org")],
        "WebSocketDomainName needs CertificateArn",
    ),
    (
        &[
            ("HttpDomainName", "api.example.org"),
            ("WebSocketDomainName", "api.example.org"),
            ("CertificateArn", "arn"),
        ],
        "HttpDomainName and WebSocketDomainName must differ",
    ),
    (
        &[("Cdn", "true"), ("CdnCertificateArn", "arn")],
        "Cdn needs HttpDomainName",
    ),
    (
        &[
            ("Cdn", "true"),
            ("HttpDomainName", "api.example.org"),
            ("CertificateArn", "arn"),
        ],
        "Cdn needs CdnCertificateArn",
    ),
    (
        &[
            ("Cdn", "true"),
            ("HttpDomainName", "api.example.org"),
            ("CertificateArn", "arn"),
            ("CdnCertificateArn", "arn"),
            ("EndpointUrl", "http://127.0.0.1:4566"),
        ],
        "Cdn must be false where EndpointUrl is set",
    ),
    (
        &[("CdnCertificateArn", "arn")],
        "CdnCertificateArn needs Cdn=true",
    ),
    (
        &[("HostedZoneId", "Z1")],
        "HostedZoneId needs HttpDomainName",
    ),
    (
        &[("DefaultEndpoints", "disabled")],
        "DefaultEndpoints can be disabled only with",
    ),
    (
        &[
            ("ApiDeployment", "Canary10Percent5Minutes"),
            ("EndpointUrl", "http://localhost:4566"),
        ],
        "ApiDeployment must be AllAtOnce",
    ),
    (
        &[("Stage", "prod"), ("LogRetentionDays", "14")],
        "The stage prod keeps its logs",
    ),
];

#[test]
fn contradictions_are_named_before_anything_is_made() {
    let ours = Template::ours();
    assert_eq!(Evaluated::new(&ours, []).complaints(), [""; 0]);
    let mut said = BTreeMap::new();
    for (values, begins) in CONTRADICTIONS {
        let complaints = Evaluated::new(&ours, values.iter().copied()).complaints();
        let [complaint] = &complaints[..] else {
            panic!("{values:?}: {complaints:?}")
        };
        assert!(complaint.starts_with(begins), "{values:?}: {complaint}");
        assert!(complaint.ends_with('.'), "{complaint}");
        said.insert(complaint.clone(), values);
    }
    let assertions = |rule: &Value| rule["Assertions"].as_array().map_or(0, Vec::len);
    let rules = ours.at("/Rules").as_object().unwrap();
    assert_eq!(said.len(), rules.values().map(assertions).sum::<usize>());
}

#[test]
fn sam_deploy_has_what_it_needs_for_each_stage() {
    let environments = sam_configuration();
    assert_eq!(
        environments.keys().collect::<Vec<_>>(),
        ["default", "dev", "prod"]
    );
    assert_eq!(environments["default"], environments["dev"]);
    let ours = Template::ours();
    for (name, settings) in &environments {
        let overrides = settings["parameter_overrides"].as_array().unwrap();
        let overrides: Vec<(String, String)> = overrides
            .iter()
            .map(|one| one.as_str().unwrap().split_once('=').unwrap())
            .map(|(parameter, value)| (parameter.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(refused(&ours, &overrides), [""; 0], "{name}");
        let given = overrides
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let evaluated = Evaluated::new(&ours, given);
        assert_eq!(evaluated.complaints(), [""; 0], "{name}");
        // The stage must also be in the stack's name and in its tag.
        let stage = overrides.iter().find(|(name, _)| name == "Stage");
        let stage = &stage.unwrap().1;
        assert_eq!(settings["stack_name"], format!("em-connect-{stage}"));
        let tags = settings["tags"].as_array().unwrap();
        assert!(tags.contains(&json!(format!("Stage={stage}"))), "{name}");
        assert_eq!(
            settings["capabilities"],
            "CAPABILITY_IAM CAPABILITY_AUTO_EXPAND"
        );
        assert_eq!(settings["resolve_s3"], true);
        assert_eq!(settings["confirm_changeset"], stage == "prod");
    }
    assert_eq!(environments["prod"]["stack_name"], "em-connect-prod");
}
