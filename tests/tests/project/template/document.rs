//! The template as JSON, and its changes for tests.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use tests::project_folder;

use crate::tools::{python, with_tools};
use crate::yaml;

/// Values of the parameter `ApiDeployment`: SAM treats all gradual ones alike.
pub(super) const DEPLOYMENTS: [&str; 2] = ["AllAtOnce", "Canary10Percent10Minutes"];

static OURS: LazyLock<Value> =
    LazyLock::new(|| yaml::read(&project_folder().join("template.yaml")));

/// template.yaml, or a test's variant of it.
#[derive(Debug, Clone)]
pub(super) struct Template(Value);

impl Template {
    /// Returns the unchanged template.
    pub(super) fn ours() -> Self {
        Self(OURS.clone())
    }

    /// Returns a test's own template.
    pub(super) fn of(template: Value) -> Self {
        Self(template)
    }

    /// Replaces the value at `pointer` (RFC 6901).
    pub(super) fn with(mut self, pointer: &str, value: Value) -> Self {
        *self.0.pointer_mut(pointer).expect(pointer) = value;
        self
    }

    /// Adds a member to the object at `pointer`.
    pub(super) fn and(mut self, pointer: &str, member: &str, value: Value) -> Self {
        let object = self.0.pointer_mut(pointer).and_then(Value::as_object_mut);
        let before = object.expect(pointer).insert(member.to_owned(), value);
        assert!(before.is_none(), "{pointer}/{member}");
        self
    }

    /// Removes the value at `pointer`.
    pub(super) fn without(mut self, pointer: &str) -> Self {
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        let removed = match self.0.pointer_mut(parent).expect(pointer) {
            Value::Object(members) => members.remove(last),
            Value::Array(items) => Some(items.remove(last.parse().unwrap())),
            _ => None,
        };
        assert!(removed.is_some(), "{pointer}");
        self
    }

    /// Returns the value at `pointer`.
    pub(super) fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).expect(pointer)
    }

    /// Returns names and properties of the resources of a kind.
    pub(super) fn resources(&self, kind: &str) -> HashMap<&str, &Value> {
        let resources = self.0["Resources"].as_object().unwrap();
        resources
            .iter()
            .filter(|(_, resource)| resource["Type"] == kind)
            .map(|(name, resource)| (name.as_str(), &resource["Properties"]))
            .collect()
    }

    /// Returns the functions.
    pub(super) fn functions(&self) -> HashMap<&str, &Value> {
        self.resources("AWS::Serverless::Function")
    }

    /// Returns the event source mappings of one kind of source, such as `AWS::SQS::Queue`: the function's name, its
    /// properties, and those of the mapping.
    pub(super) fn triggers(&self, kind: &str) -> Vec<(&str, &Value, &Value)> {
        let functions = self.functions();
        let mappings = self.resources("AWS::Lambda::EventSourceMapping");
        let triggers = mappings.into_values().filter_map(|mapping| {
            let source = named(&mapping["EventSourceArn"])?;
            let (name, function) = functions.get_key_value(named(&mapping["FunctionName"])?)?;
            (self.0["Resources"][source]["Type"] == kind).then_some((*name, *function, mapping))
        });
        triggers.collect()
    }

    /// Translates the template with SAM for each of [`DEPLOYMENTS`], with roles in the place of the functions' policies.
    pub(super) fn translated(&self) -> [Self; 2] {
        let [at_once, gradual] = DEPLOYMENTS;
        let template = self.0.to_string();
        let translated = python(&["tests/translate.py", &template, at_once, gradual]);
        serde_json::from_str::<[Value; 2]>(&translated)
            .unwrap()
            .map(Self)
    }

    /// Returns the alarms on a metric of the resource that `dimension` names.
    pub(super) fn alarms(&self, metric: (&str, &str), dimension: &Value) -> Vec<&Value> {
        let of = |alarm: &&Value| {
            alarm["Namespace"] == metric.0
                && alarm["MetricName"] == metric.1
                && alarm["Dimensions"] == *dimension
        };
        let alarms = self.resources("AWS::CloudWatch::Alarm");
        alarms.into_values().filter(of).collect()
    }
}

/// Returns the resource that a `Ref` or a `Fn::GetAtt` names.
pub(super) fn named(reference: &Value) -> Option<&str> {
    reference["Ref"]
        .as_str()
        .or_else(|| reference["Fn::GetAtt"][0].as_str())
}

/// Asserts that our template keeps `rule`, and each of `broken` does not.
#[track_caller]
pub(super) fn assert_holds(rule: fn(&Template) -> Vec<String>, broken: &[Template]) {
    assert_eq!(rule(&Template::ours()), [""; 0]);
    for (no, template) in broken.iter().enumerate() {
        assert_ne!(rule(template), [""; 0], "broken template {no} passes");
    }
}

/// Like `CloudFormation`, SAM reads YAML 1.1, where `no` and `0700` have other values than here.
#[test]
fn the_template_is_what_sam_reads() {
    with_tools!("runs SAM's reader of templates");
    let program = "import json, sys
from samtranslator.yaml_helper import yaml_parse
json.dump(yaml_parse(open('template.yaml').read()), sys.stdout)";
    let theirs: Value = serde_json::from_str(&python(&["-c", program])).unwrap();
    assert_eq!(*OURS, theirs);
}
