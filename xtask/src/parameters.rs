//! Parameters of the template, and the values that the user names for them. `CloudFormation` checks the values.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::problem::problem;

/// The values of template parameters, by parameter name. A parameter that is not in the map keeps its value from the earlier
/// deployment. In the first deployment, it gets its default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Sets the value of a parameter, and replaces an earlier value.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Adds the parameters that the user named on the command line.
    ///
    /// # Errors
    /// One of the parameters has its own option, which `options` lists, or a parameter is named twice.
    pub(crate) fn add_named(
        &mut self,
        named: &[(String, String)],
        options: &[(&str, &str)],
    ) -> Result<()> {
        let mut seen = BTreeMap::new();
        for (name, value) in named {
            if let Some((_, option)) = options.iter().find(|(parameter, _)| parameter == name) {
                return Err(problem(
                    format!("--parameter {name}=… says what {option} says"),
                    format!("leave it away, and use {option}"),
                ));
            }
            if seen.insert(name, value).is_some() {
                return Err(problem(
                    format!("the parameter {name} is named twice"),
                    "name it once",
                ));
            }
            self.set(name, value);
        }
        Ok(())
    }

    /// Returns the parameters in the form that `aws cloudformation deploy` expects.
    pub(crate) fn overrides(&self) -> Vec<String> {
        let pair = |(name, value): (&String, &String)| format!("{name}={value}");
        self.0.iter().map(pair).collect()
    }

    /// Refuses names that the template does not have, because `aws cloudformation deploy` silently ignores such names.
    ///
    /// # Errors
    /// A name is unknown. The error lists the known names.
    pub(crate) fn check_names(&self, template: &str) -> Result<()> {
        let declared = declared(template);
        let mut named = self.0.keys();
        let Some(unknown) = named.find(|name| !declared.contains(&name.as_str())) else {
            return Ok(());
        };
        Err(problem(
            format!("template.yaml has no parameter `{unknown}`"),
            format!("it has {}", declared.join(", ")),
        ))
    }
}

/// Returns the names in the section `Parameters` of a template: the keys that are indented by two blanks.
fn declared(template: &str) -> Vec<&str> {
    let lines = template.lines().skip_while(|line| *line != "Parameters:");
    let section = lines
        .skip(1)
        .take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    let names = section.filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    names.filter(|name| !name.starts_with(' ')).collect()
}

/// Parses `NAME=VALUE`. The value may be empty, and may contain equals signs.
pub(crate) fn parse(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a parameter is NAME=VALUE, such as LogLevel=debug".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> (String, String) {
        parse(text).unwrap()
    }

    #[test]
    fn a_value_may_be_empty_or_have_equals_signs() {
        assert_eq!(
            named("AlarmTopicArn="),
            ("AlarmTopicArn".into(), String::new())
        );
        assert_eq!(named("A=b=c"), ("A".into(), "b=c".into()));
        assert!(parse("LogLevel").is_err() && parse("=debug").is_err());
    }

    #[test]
    fn what_is_named_takes_the_place_of_a_default() {
        let mut parameters = Parameters::default();
        parameters.set("Stage", "dev");
        parameters.set("LogRetentionDays", "7");
        parameters
            .add_named(&[named("LogRetentionDays=30")], &[("Stage", "--stage")])
            .unwrap();
        assert_eq!(parameters.overrides(), ["LogRetentionDays=30", "Stage=dev"]);
    }

    #[test]
    fn an_unknown_name_is_told_what_there_is() {
        let template = "Parameters:\n  Stage:\n    Type: String\n\n  # Of logs.\n  LogLevel:\n    AllowedValues:\n\
                        Conditions:\n  IsLive:\n";
        assert_eq!(declared(template), ["Stage", "LogLevel"]);
        let mut parameters = Parameters::default();
        parameters.set("Stage", "dev");
        parameters.check_names(template).unwrap();
        parameters.set("IsLive", "true");
        assert_eq!(
            crate::problem::render(&parameters.check_names(template).unwrap_err()),
            "error: template.yaml has no parameter `IsLive`\nhelp: it has Stage, LogLevel"
        );
    }

    #[test]
    fn nothing_is_said_twice() {
        let refused = |named: &[(String, String)]| {
            let mut parameters = Parameters::default();
            let result = parameters.add_named(named, &[("Stage", "--stage")]);
            result.unwrap_err().to_string()
        };
        let by_option = refused(&[named("Stage=prod")]);
        assert_eq!(by_option, "--parameter Stage=… says what --stage says");
        let twice = refused(&[named("LogLevel=info"), named("LogLevel=debug")]);
        assert_eq!(twice, "the parameter LogLevel is named twice");
    }
}
