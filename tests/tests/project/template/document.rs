//! The template as JSON, and what tests do with it.

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

/// template.yaml, or what a test made of it.
#[derive(Debug, Clone)]
pub(super) struct Template(Value);

impl Template {
    /// As it is.
    pub(super) fn ours() -> Self {
        Self(OURS.clone())
    }

    /// A template of a test's own.
    pub(super) fn of(template: Value) -> Self {
        Self(template)
    }

    /// With `value` in the place of what `pointer` (RFC 6901) names.
    pub(super) fn with(mut self, pointer: &str, value: Value) -> Self {
        *self.0.pointer_mut(pointer).expect(pointer) = value;
        self
    }

    /// With one more member of the object that `pointer` names.
    pub(super) fn and(mut self, pointer: &str, member: &str, value: Value) -> Self {
        let object = self.0.pointer_mut(pointer).and_then(Value::as_object_mut);
        let before = object.expect(pointer).insert(member.to_owned(), value);
        assert!(before.is_none(), "{pointer}/{member}");
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

    /// What functions read by themselves, of one kind of source, such as `AWS::SQS::Queue`: the function's name, its
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

    /// As SAM's translator makes it for each of [`DEPLOYMENTS`], with the roles that stand for the functions' policies.
    pub(super) fn translated(&self) -> [Self; 2] {
        let [at_once, gradual] = DEPLOYMENTS;
        let template = self.0.to_string();
        let translated = python(&["xtask/translate.py", &template, at_once, gradual]);
        serde_json::from_str::<[Value; 2]>(&translated)
            .unwrap()
            .map(Self)
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

/// As `CloudFormation` does, SAM reads YAML 1.1, where `no` and `0700` are other values than here.
#[test]
fn the_template_is_what_sam_reads() {
    with_tools!("runs SAM's reader of templates");
    let program = "import json, sys
from samtranslator.yaml_helper import yaml_parse
json.dump(yaml_parse(open('template.yaml').read()), sys.stdout)";
    let theirs: Value = serde_json::from_str(&python(&["-c", program])).unwrap();
    assert_eq!(*OURS, theirs);
}
