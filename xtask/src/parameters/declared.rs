//! What the template says of its parameters.

use anyhow::{Context as _, Result};
use regex_lite::Regex;
use serde_json::{Map, Value};

use super::Parameters;
use crate::problem::problem;

/// The section `Parameters` of a template.
#[derive(Debug)]
pub(crate) struct Declared(Map<String, Value>);

impl Declared {
    /// That of a template.
    ///
    /// # Errors
    /// It has none.
    pub(crate) fn of(template: &Value) -> Result<Self> {
        let section = template["Parameters"].as_object().cloned();
        section.map(Self).context("the template has no parameters")
    }

    /// Checks values as `CloudFormation` will.
    ///
    /// # Errors
    /// A parameter is not there, or its value is not allowed: all such faults.
    pub(crate) fn check(&self, parameters: &Parameters) -> Result<()> {
        let unknown: Vec<_> = parameters
            .iter()
            .filter(|(name, _)| !self.0.contains_key(*name))
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if !unknown.is_empty() {
            let names: Vec<_> = self.0.keys().map(String::as_str).collect();
            return Err(problem(
                format!("template.yaml has no parameter {}", unknown.join(", ")),
                format!("it has {}", names.join(", ")),
            ));
        }
        let faults: Vec<_> = parameters
            .iter()
            .filter_map(|(name, value)| fault(name, &self.0[name], value))
            .collect();
        if faults.is_empty() {
            return Ok(());
        }
        Err(problem(
            format!("template.yaml does not allow:\n{}", faults.join("\n")),
            "its section Parameters describes each of them",
        ))
    }
}

/// What is wrong with a value, if something is.
fn fault(name: &str, declared: &Value, value: &str) -> Option<String> {
    let broken = broken_rule(declared, value)?;
    let rule = declared["ConstraintDescription"]
        .as_str()
        .map_or(broken, str::to_owned);
    // A secret is not repeated.
    let shown = if declared["NoEcho"] == true {
        "…"
    } else {
        value
    };
    Some(format!("  {name}={shown}: it must be {rule}"))
}

/// The rule that a value breaks, in words that go on from "it must be".
fn broken_rule(declared: &Value, value: &str) -> Option<String> {
    let number = value.parse::<f64>().ok();
    if declared["Type"] == "Number" && number.is_none() {
        return Some("a number".to_owned());
    }
    if let Some(allowed) = declared["AllowedValues"].as_array() {
        let allowed: Vec<_> = allowed.iter().map(text).collect();
        if !allowed.iter().any(|one| one == value) {
            return Some(format!("one of {}", allowed.join(", ")));
        }
    }
    let limit = |rule: &str| text(&declared[rule]).parse::<f64>().ok();
    if let (Some(number), Some(least)) = (number, limit("MinValue"))
        && number < least
    {
        return Some(format!("{least} at least"));
    }
    if let (Some(number), Some(most)) = (number, limit("MaxValue"))
        && number > most
    {
        return Some(format!("{most} at most"));
    }
    let length = |rule: &str| text(&declared[rule]).parse::<usize>().ok();
    if length("MinLength").is_some_and(|least| value.chars().count() < least) {
        return Some(format!(
            "{} characters at least",
            text(&declared["MinLength"])
        ));
    }
    if length("MaxLength").is_some_and(|most| value.chars().count() > most) {
        return Some(format!(
            "{} characters at most",
            text(&declared["MaxLength"])
        ));
    }
    let pattern = declared["AllowedPattern"].as_str()?;
    // A pattern that is not understood here is left to CloudFormation.
    let whole = Regex::new(&format!("^(?:{pattern})$")).ok()?;
    (!whole.is_match(value)).then(|| format!("of the pattern {pattern}"))
}

/// A scalar of YAML as it was written, near enough: `30` and `"30"` are the same.
fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::problem::render;

    fn declared() -> Declared {
        let template = json!({"Parameters": {
            "Stage": {"Type": "String", "AllowedPattern": "[a-z][a-z0-9-]{0,19}", "ConstraintDescription": "a short name"},
            "Days": {"Type": "Number", "AllowedValues": [1, 30]},
            "Rate": {"Type": "Number", "MinValue": 1, "MaxValue": "100"},
            "Hash": {"Type": "String", "NoEcho": true, "AllowedPattern": "|\\$argon2id\\$.*"},
            "Word": {"Type": "String", "MinLength": 2, "MaxLength": 3},
            "Odd": {"Type": "String", "AllowedPattern": "(?=lookahead).*"},
        }});
        Declared::of(&template).unwrap()
    }

    fn check(values: &[(&str, &str)]) -> Result<(), String> {
        let mut parameters = Parameters::default();
        for (name, value) in values {
            parameters.set(name, *value);
        }
        let checked = declared().check(&parameters);
        checked.map_err(|error| render(&error))
    }

    #[test]
    fn what_the_template_allows_passes() {
        let allowed = [
            ("Stage", "dev-2"),
            ("Days", "30"),
            ("Rate", "99.5"),
            ("Hash", ""),
            ("Word", "äöü"),
            ("Odd", "whatever"),
        ];
        assert_eq!(check(&allowed), Ok(()));
        assert_eq!(check(&[("Hash", "$argon2id$v=19")]), Ok(()));
    }

    #[test]
    fn each_fault_is_told_and_no_secret() {
        let told = check(&[
            ("Stage", "Dev"),
            ("Days", "31"),
            ("Rate", "0"),
            ("Hash", "plain password"),
            ("Word", "long"),
        ]);
        assert_eq!(
            told.unwrap_err(),
            "error: template.yaml does not allow:\n\
             \u{20} Days=31: it must be one of 1, 30\n\
             \u{20} Hash=…: it must be of the pattern |\\$argon2id\\$.*\n\
             \u{20} Rate=0: it must be 1 at least\n\
             \u{20} Stage=Dev: it must be a short name\n\
             \u{20} Word=long: it must be 3 characters at most\n\
             help: its section Parameters describes each of them"
        );
        for (name, value) in [
            ("Rate", "many"),
            ("Rate", "101"),
            ("Word", "a"),
            ("Stage", "dev\n"),
        ] {
            assert!(check(&[(name, value)]).is_err(), "{name}={value:?}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_what_there_is() {
        let told = check(&[("Stages", "dev")]).unwrap_err();
        assert_eq!(
            told,
            "error: template.yaml has no parameter `Stages`\n\
             help: it has Days, Hash, Odd, Rate, Stage, Word"
        );
    }

    #[test]
    fn the_template_allows_its_own_defaults_and_refuses_what_it_should() {
        let template = crate::sam::read().unwrap();
        let declared = Declared::of(&template).unwrap();
        let mut defaults = Parameters::default();
        for (name, parameter) in &declared.0 {
            if let Some(pattern) = parameter["AllowedPattern"].as_str() {
                assert!(Regex::new(pattern).is_ok(), "{name}: {pattern}");
            }
            defaults.set(name, text(&parameter["Default"]));
        }
        declared.check(&defaults).unwrap();
        for (name, value) in [
            ("AdminEmail", "nobody"),
            ("LogRetentionDays", "8"),
            ("SendingRate", "0"),
            (
                "AlarmTopicArn",
                "arn:aws:sqs:eu-central-1:123456789012:queue",
            ),
        ] {
            let mut parameters = Parameters::default();
            parameters.set(name, value);
            assert!(declared.check(&parameters).is_err(), "{name}={value}");
        }
    }
}
