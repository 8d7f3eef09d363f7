//! The template as JSON, and the changes that tests make to copies of it.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use tests::project_folder;

use crate::tools::{python, with_tools};
use crate::yaml;

/// Values of the parameter `ApiDeployment` to test. SAM treats all gradual deployments alike, so one of them is enough.
pub(super) const DEPLOYMENTS: [&str; 2] = ["AllAtOnce", "Canary10Percent10Minutes"];

static OURS: LazyLock<Value> =
    LazyLock::new(|| yaml::read(&project_folder().join("template.yaml")));

/// The content of template.yaml, or a test's variant of it.
#[derive(Debug, Clone)]
pub(super) struct Template(Value);

impl Template {
    /// Returns the template of the project without changes.
    pub(super) fn ours() -> Self {
        Self(OURS.clone())
    }

    /// Returns a template that a test wrote.
    pub(super) fn of(template: Value) -> Self {
        Self(template)
    }

    /// Returns the template with another value at `pointer` (RFC 6901).
    pub(super) fn with(mut self, pointer: &str, value: Value) -> Self {
        *self.0.pointer_mut(pointer).expect(pointer) = value;
        self
    }

    /// Returns the template with one more member in the object at `pointer`.
    pub(super) fn and(mut self, pointer: &str, member: &str, value: Value) -> Self {
        let object = self.0.pointer_mut(pointer).and_then(Value::as_object_mut);
        let before = object.expect(pointer).insert(member.to_owned(), value);
        assert!(before.is_none(), "{pointer}/{member}");
        self
    }

    /// Returns the template without the value at `pointer`.
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

    /// Returns the names and properties of all resources of one type, such as `AWS::SQS::Queue`.
    pub(super) fn resources(&self, kind: &str) -> HashMap<&str, &Value> {
        let resources = self.0["Resources"].as_object().unwrap();
        resources
            .iter()
            .filter(|(_, resource)| resource["Type"] == kind)
            .map(|(name, resource)| (name.as_str(), &resource["Properties"]))
            .collect()
    }

    /// Returns the names and properties of all functions.
    pub(super) fn functions(&self) -> HashMap<&str, &Value> {
        self.resources("AWS::Serverless::Function")
    }

    /// Returns the event source mappings for one kind of source, such as `AWS::SQS::Queue`. Each mapping has the function's
    /// name, the function's properties and the mapping's properties.
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

    /// Translates the template with SAM for each of [`DEPLOYMENTS`]. In the result, roles replace the policies of functions.
    pub(super) fn translated(&self) -> [Self; 2] {
        let [at_once, gradual] = DEPLOYMENTS;
        let template = self.0.to_string();
        let translated = python(&["tests/translate.py", &template, at_once, gradual]);
        serde_json::from_str::<[Value; 2]>(&translated)
            .unwrap()
            .map(Self)
    }

    /// Returns the alarms that watch a metric with this dimension. `metric` contains the metric's namespace and name.
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

/// Returns the name of the resource that a `Ref` or a `Fn::GetAtt` refers to.
pub(super) fn named(reference: &Value) -> Option<&str> {
    reference["Ref"]
        .as_str()
        .or_else(|| reference["Fn::GetAtt"][0].as_str())
}

/// Asserts that the template of the project keeps `rule`, and that each of the `broken` templates breaks it.
#[track_caller]
pub(super) fn assert_holds(rule: fn(&Template) -> Vec<String>, broken: &[Template]) {
    assert_eq!(rule(&Template::ours()), [""; 0]);
    for (no, template) in broken.iter().enumerate() {
        assert_ne!(rule(template), [""; 0], "broken template {no} passes");
    }
}

/// SAM and `CloudFormation` read YAML 1.1. In YAML 1.1, values such as `no` and `0700` differ from those of our YAML 1.2
/// parser.
#[test]
fn the_template_is_what_sam_reads() {
    with_tools!("runs SAM's reader of templates");
    let program = "import json, sys
from samtranslator.yaml_helper import yaml_parse
json.dump(yaml_parse(open('template.yaml').read()), sys.stdout)";
    let theirs: Value = serde_json::from_str(&python(&["-c", program])).unwrap();
    assert_eq!(*OURS, theirs);
}
