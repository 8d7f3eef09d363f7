//! The constraints that the template declares for its parameters. `CloudFormation` checks them before it makes anything.

use regex_lite::Regex;
use serde_json::{Value, json};

use super::document::Template;

/// Returns a message for each value that breaks a constraint of its parameter. `values` contains pairs of a parameter's name
/// and its value.
pub(super) fn refused(template: &Template, values: &[(String, String)]) -> Vec<String> {
    let refusals = values.iter().filter_map(|(name, value)| {
        let declared = template.at(&format!("/Parameters/{name}"));
        let rule = broken_rule(declared, value)?;
        Some(format!("{name}={value}: it must be {rule}"))
    });
    refusals.collect()
}

/// Returns the constraint of a parameter that a value breaks, in words that can follow "it must be".
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
    let whole = Regex::new(&format!("^(?:{pattern})$")).unwrap();
    (!whole.is_match(value)).then(|| format!("of the pattern {pattern}"))
}

/// Returns a YAML scalar as text, as a user types it and as `CloudFormation` passes it on. `30` and `"30"` are the same text.
pub(super) fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn each_constraint_is_checked() {
    let template = Template::of(json!({"Parameters": {
        "Stage": {"Type": "String", "AllowedPattern": "[a-z][a-z0-9-]{0,19}"},
        "Days": {"Type": "Number", "AllowedValues": [1, 30]},
        "Rate": {"Type": "Number", "MinValue": 1, "MaxValue": "100"},
        "Hash": {"Type": "String", "AllowedPattern": "|\\$argon2id\\$.*"},
        "Word": {"Type": "String", "MinLength": 2, "MaxLength": 3},
    }}));
    let check =
        |name: &str, value: &str| refused(&template, &[(name.to_owned(), value.to_owned())]);
    for (name, value) in [
        ("Stage", "dev-2"),
        ("Days", "30"),
        ("Rate", "99.5"),
        ("Hash", ""),
        ("Hash", "$argon2id$v=19"),
        ("Word", "äöü"),
    ] {
        assert_eq!(check(name, value), [""; 0]);
    }
    for (name, value, rule) in [
        ("Stage", "Dev", "of the pattern [a-z][a-z0-9-]{0,19}"),
        ("Stage", "dev\n", "of the pattern [a-z][a-z0-9-]{0,19}"),
        ("Days", "31", "one of 1, 30"),
        ("Hash", "plain password", "of the pattern |\\$argon2id\\$.*"),
        ("Rate", "0", "1 at least"),
        ("Rate", "101", "100 at most"),
        ("Rate", "many", "a number"),
        ("Word", "long", "3 characters at most"),
        ("Word", "a", "2 characters at least"),
    ] {
        assert_eq!(
            check(name, value),
            [format!("{name}={value}: it must be {rule}")]
        );
    }
}
