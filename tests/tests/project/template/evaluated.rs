//! The template, evaluated with values for its parameters: the broken rules, the resources that would exist, and the resulting
//! values. Names of resources stay unresolved, because `CloudFormation` knows them only after it has made the resources.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::document::Template;

/// A template, and a value for each of its parameters.
#[derive(Debug)]
pub(super) struct Evaluated<'a> {
    template: &'a Template,
    parameters: BTreeMap<String, String>,
}

impl<'a> Evaluated<'a> {
    /// Evaluates the template with the `given` values, and with the defaults of all other parameters.
    pub(super) fn new<'b>(
        template: &'a Template,
        given: impl IntoIterator<Item = (&'b str, &'b str)>,
    ) -> Self {
        let all = template.at("/Parameters").as_object().unwrap();
        let defaults = all.iter().map(|(name, parameter)| {
            let default = &parameter["Default"];
            let text = default.as_str().map(str::to_owned);
            (name.clone(), text.unwrap_or_else(|| default.to_string()))
        });
        let mut parameters: BTreeMap<_, _> = defaults.collect();
        for (name, value) in given {
            let known = parameters.insert(name.to_owned(), value.to_owned());
            assert!(known.is_some(), "there is no parameter {name}");
        }
        Self {
            template,
            parameters,
        }
    }

    /// Returns the error message of each rule that the template contains and the values of the parameters break.
    pub(super) fn complaints(&self) -> Vec<String> {
        let rules = self.template.at("/Rules").as_object().unwrap();
        let applies =
            |rule: &&Value| rule["RuleCondition"].is_null() || self.holds(&rule["RuleCondition"]);
        let assertions = rules.values().filter(applies).flat_map(|rule| {
            let assertions = rule["Assertions"].as_array();
            assertions.unwrap()
        });
        assertions
            .filter(|assertion| !self.holds(&assertion["Assert"]))
            .map(|assertion| assertion["AssertDescription"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Returns whether the resource or output at `pointer` would exist.
    pub(super) fn has(&self, pointer: &str) -> bool {
        let condition = &self.template.at(pointer)["Condition"];
        condition.is_null() || self.holds(&json!({"Condition": condition}))
    }

    /// Returns the value at `pointer` after all references to parameters and all conditional values are resolved.
    pub(super) fn at(&self, pointer: &str) -> Value {
        self.value(self.template.at(pointer))
    }

    fn value(&self, value: &Value) -> Value {
        if let Some(name) = value["Ref"].as_str() {
            return match self.parameters.get(name) {
                Some(parameter) => json!(parameter),
                None if name == "AWS::NoValue" => Value::Null,
                None => value.clone(),
            };
        }
        if let Some(text) = value["Fn::Sub"].as_str() {
            let replaced = self
                .parameters
                .iter()
                .fold(text.to_owned(), |text, (name, value)| {
                    text.replace(&format!("${{{name}}}"), value)
                });
            return json!(replaced);
        }
        match (&value["Fn::If"], value) {
            (Value::Array(choice), _) => {
                let chosen = 1 + usize::from(!self.holds(&json!({"Condition": choice[0]})));
                self.value(&choice[chosen])
            }
            (_, Value::Object(members)) => {
                let resolved = members
                    .iter()
                    .map(|(key, member)| (key.clone(), self.value(member)));
                Value::Object(
                    resolved
                        .filter(|(_, member)| !member.is_null())
                        .collect::<Map<_, _>>(),
                )
            }
            (_, Value::Array(items)) => items.iter().map(|item| self.value(item)).collect(),
            (_, plain) => plain.clone(),
        }
    }

    /// Returns whether a condition of the template is true for the values of the parameters.
    fn holds(&self, condition: &Value) -> bool {
        let (function, arguments) = condition
            .as_object()
            .and_then(|it| it.iter().next())
            .unwrap();
        let each = || arguments.as_array().unwrap().iter();
        match function.as_str() {
            "Condition" => {
                let name = arguments.as_str().unwrap();
                self.holds(self.template.at(&format!("/Conditions/{name}")))
            }
            "Fn::Equals" => self.value(&arguments[0]) == self.value(&arguments[1]),
            "Fn::Not" => !self.holds(&arguments[0]),
            "Fn::And" => each().all(|condition| self.holds(condition)),
            "Fn::Or" => each().any(|condition| self.holds(condition)),
            "Fn::Contains" => {
                let sought = self.value(&arguments[1]);
                arguments[0].as_array().unwrap().contains(&sought)
            }
            unknown => panic!("{unknown}"),
        }
    }
}
