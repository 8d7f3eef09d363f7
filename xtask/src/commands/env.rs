//! `cargo xtask env`

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::json;

use super::logs;
use crate::aws::{Aws, LOCAL_REGION};
use crate::cli::Env;
use crate::folder::Folder;
use crate::stack::Stack;
use crate::tools::Tools;

/// Variables by name.
type Variables = BTreeMap<String, String>;

/// Runs the command.
pub(crate) fn run(options: &Env) -> Result<()> {
    let folder = Folder::of(&options.stack.name);
    let stack = Stack::of(&folder)?;
    let aws = stack.aws(&Tools::installed()?, &folder);
    for (function, lambda) in logs::chosen(&stack.functions, Some(&options.function))? {
        let variables = of_function(&aws, &lambda)?;
        if options.sam {
            let file = json!({ logical_id(&function): variables });
            println!("{}", serde_json::to_string_pretty(&file)?);
        } else {
            print!("{}", lines(&variables)?);
        }
    }
    Ok(())
}

/// What the function has on the stack, and what it needs to call the emulator from elsewhere.
fn of_function(aws: &Aws, lambda: &str) -> Result<Variables> {
    let command = [
        "lambda",
        "get-function-configuration",
        "--function-name",
        lambda,
    ];
    let answer = aws.json(&command)?;
    let variables = answer["Environment"]["Variables"].clone();
    let mut variables: Variables = serde_json::from_value(variables)
        .with_context(|| format!("{lambda} has no environment"))?;
    for (name, value) in [
        ("AWS_REGION", LOCAL_REGION),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    Ok(variables)
}

/// A line for each, quoted as shells and `cargo lambda watch --env-file` read it.
///
/// # Errors
/// A value has a quote or a line end: there is no way to write it that both read alike.
fn lines(variables: &Variables) -> Result<String> {
    let line = |(name, value): (&String, &String)| {
        anyhow::ensure!(
            !value.contains(['\'', '\n']),
            "{name} has a quote or a line end, which no file of variables can say: {value}"
        );
        Ok(format!("{name}='{value}'\n"))
    };
    variables.iter().map(line).collect()
}

/// Name of the function in the template: `ws-connect` is `WsConnectFunction`.
fn logical_id(function: &str) -> String {
    let mut name: String = function.split('-').map(capitalised).collect();
    name.push_str("Function");
    name
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(value: &str) -> Variables {
        [("QUEUES".to_owned(), value.to_owned())].into()
    }

    #[test]
    fn blanks_and_dollars_stay_as_they_are() {
        let lines = lines(&variables(r#"{"a": "$b"}"#)).unwrap();
        assert_eq!(lines, "QUEUES='{\"a\": \"$b\"}'\n");
    }

    #[test]
    fn what_cannot_be_quoted_is_refused() {
        assert!(lines(&variables("it's")).is_err());
        assert!(lines(&variables("a\nb")).is_err());
    }

    #[test]
    fn functions_are_named_as_in_the_template() {
        let template = std::fs::read_to_string(crate::folder::root().join("template.yaml"));
        let template = template.unwrap();
        for function in crate::functions::names().unwrap() {
            let resource = format!("\n  {}:\n", logical_id(&function));
            assert!(template.contains(&resource), "{function}");
        }
    }
}
