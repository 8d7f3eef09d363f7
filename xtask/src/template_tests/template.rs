//! The template as JSON: the translator of SAM reads it, short forms such as `!Ref` and all.

use std::collections::HashMap;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use crate::folder::root;
use crate::process::output;
use crate::tools::Tools;

const READ: &str = "import json, sys
from samtranslator.yaml_helper import yaml_parse
json.dump(yaml_parse(open(sys.argv[1]).read()), sys.stdout)";

static OURS: LazyLock<Value> = LazyLock::new(|| {
    let tools = Tools::installed().unwrap();
    let mut read = Command::new(tools.program("python"));
    let json = output(read.args(["-c", READ]).arg(root().join("template.yaml"))).unwrap();
    serde_json::from_str(&json).unwrap()
});

/// template.yaml, or what a test made of it.
#[derive(Debug, Clone)]
pub(super) struct Template(Value);

impl Template {
    /// As it is.
    pub(super) fn ours() -> Self {
        Self(OURS.clone())
    }

    /// With `value` in the place of what `pointer` (RFC 6901) names.
    pub(super) fn with(mut self, pointer: &str, value: Value) -> Self {
        *self.0.pointer_mut(pointer).expect(pointer) = value;
        self
    }

    /// Without what `pointer` names.
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

    /// What `pointer` names.
    pub(super) fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).expect(pointer)
    }

    /// Name and properties of the resources of a kind.
    pub(super) fn resources(&self, kind: &str) -> HashMap<&str, &Value> {
        let resources = self.0["Resources"].as_object().unwrap();
        resources
            .iter()
            .filter(|(_, resource)| resource["Type"] == kind)
            .map(|(name, resource)| (name.as_str(), &resource["Properties"]))
            .collect()
    }

    /// The functions.
    pub(super) fn functions(&self) -> HashMap<&str, &Value> {
        self.resources("AWS::Serverless::Function")
    }

    /// The triggers of a kind: their function's name, its properties, and their own.
    pub(super) fn triggers(&self, kind: &str) -> Vec<(&str, &Value, &Value)> {
        let mut triggers = Vec::new();
        for (name, function) in self.functions() {
            for event in function["Events"].as_object().into_iter().flatten() {
                if event.1["Type"] == kind {
                    triggers.push((name, function, &event.1["Properties"]));
                }
            }
        }
        triggers
    }

    /// The alarms on a metric of one resource, which `dimension` names.
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

/// The resource that a `Ref` or a `Fn::GetAtt` names.
pub(super) fn named(reference: &Value) -> Option<&str> {
    reference["Ref"]
        .as_str()
        .or_else(|| reference["Fn::GetAtt"][0].as_str())
}

/// Our template keeps `rule`, and each of `broken` does not.
#[track_caller]
pub(super) fn assert_holds(rule: fn(&Template) -> Vec<String>, broken: &[Template]) {
    assert_eq!(rule(&Template::ours()), [""; 0]);
    for (no, template) in broken.iter().enumerate() {
        assert_ne!(rule(template), [""; 0], "broken template {no} passes");
    }
}
