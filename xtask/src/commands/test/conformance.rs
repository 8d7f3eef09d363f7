//! Reads what the emulator found in the requests and answers of functions (`xtask/emulator/conformance.py`).

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde_json::Value;

use super::results::{Counts, Faults, tell};
use crate::client::Client;
use crate::folder::target;
use crate::stack::Stack;

const PATH: &str = "/_em-connect/conformance";
/// The programs, other than functions, whose requests count: those of `cargo xtask deploy`, and the store in its own tests.
const TOOLS: [&str; 2] = ["aws-cli", "aws-sdk-rust"];
/// Name of the file below `target/` with everything that was checked.
const FILE: &str = "aws-requests.json";

/// What the emulator has checked since its start.
#[derive(Debug, Clone, Default, Deserialize)]
struct Checked {
    requests: Vec<Requests>,
    answers: Vec<Answers>,
    violations: Vec<Violation>,
    functions: BTreeSet<String>,
    seconds: f64,
}

#[derive(Debug, Clone, Deserialize)]
struct Requests {
    caller: String,
    service: String,
    operation: String,
    times: usize,
}

#[derive(Debug, Clone, Deserialize)]
struct Answers {
    caller: String,
    times: usize,
}

/// A member of requests or answers that AWS would refuse.
#[derive(Debug, Clone, Deserialize)]
struct Violation {
    caller: String,
    /// The service and the operation, or the kind of event that was answered.
    operation: String,
    path: String,
    rule: String,
    /// The value of the first such member.
    value: String,
    times: usize,
}

/// Prints the result of the emulator's checks in the format of a test binary, and writes all counts to a file below `target/`.
/// Returns whether AWS would have refused nothing.
pub(super) fn check(stack: &Stack, counts: &mut Counts) -> Result<bool> {
    println!("     Running over the requests of functions\n");
    let client = Client::new(&stack.endpoint_url, Duration::from_secs(30));
    let found = client.get(PATH, None)?.expect_status(200, PATH)?.json;
    let path = target().join(FILE);
    fs::write(&path, serde_json::to_string_pretty(&found)?)
        .with_context(|| format!("writing {}", path.display()))?;
    let checked = Checked::read(found)?;
    let ok = tell(
        &[("requests::are_as_aws_takes_them", checked.faults())],
        counts,
    );
    println!("{checked}");
    Ok(ok)
}

impl Checked {
    /// Leaves out the calls of tests that only call themselves functions, because some of them are wrong on purpose.
    fn read(found: Value) -> Result<Self> {
        let mut checked: Self = serde_json::from_value(found).context("reading the checks")?;
        let functions = checked.functions.clone();
        let ours = |caller: &str| functions.contains(caller) || TOOLS.contains(&caller);
        checked.requests.retain(|one| ours(&one.caller));
        checked.answers.retain(|one| ours(&one.caller));
        checked.violations.retain(|one| ours(&one.caller));
        Ok(checked)
    }

    /// Returns the violations. A run without requests or answers is a fault too, because it proves nothing.
    fn faults(&self) -> Faults {
        let mut faults = Faults::new();
        if self.requests.is_empty() || self.answers.is_empty() {
            faults.insert("no request or no answer was checked".to_owned(), 1);
        }
        for one in &self.violations {
            let Violation {
                caller,
                operation,
                path,
                rule,
                value,
                times,
            } = one;
            faults.insert(
                format!("{caller}: {operation}: {path} {rule}, such as {value}"),
                *times,
            );
        }
        faults
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests: usize = self.requests.iter().map(|one| one.times).sum();
        let operations = self
            .requests
            .iter()
            .map(|one| (&one.service, &one.operation));
        let operations: BTreeSet<_> = operations.collect();
        let services: BTreeSet<_> = operations.iter().map(|(service, _)| service).collect();
        let answers: usize = self.answers.iter().map(|one| one.times).sum();
        let refused = match self.violations.iter().map(|one| one.times).sum() {
            0 => "none refused".to_owned(),
            refused => format!("{refused} refused"),
        };
        write!(
            f,
            "requests to AWS: {requests} of {} operations of {} services, and {answers} answers, checked in {:.0} s: {refused}; \
             see target/{FILE}",
            operations.len(),
            services.len(),
            self.seconds,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use serde_json::json;

    use super::*;
    use crate::folder::root;
    use crate::process::output;
    use crate::tools::with_tools;

    fn found() -> Value {
        let request = |caller: &str, operation: &str, times: usize| json!({"caller": caller, "service": "dynamodb", "operation": operation, "times": times});
        let violation = |caller: &str| {
            json!({"caller": caller, "operation": "dynamodb PutItem", "path": "Item", "rule": "has more than 409600 bytes",
                   "value": "{}", "times": 2})
        };
        json!({
            "requests": [request("s-api", "PutItem", 3), request("s-api", "GetItem", 4), request("aws-cli", "GetItem", 1),
                         request("counted-x", "Scan", 9)],
            "answers": [{"caller": "s-api", "kind": "http", "times": 5}],
            "violations": [violation("s-api"), violation("counted-x")],
            "functions": ["s-api"],
            "seconds": 1.4,
        })
    }

    #[test]
    fn violations_of_functions_are_faults_and_those_of_tests_are_not() {
        let checked = Checked::read(found()).unwrap();
        let faults: Vec<_> = checked.faults().into_iter().collect();
        let fault =
            "s-api: dynamodb PutItem: Item has more than 409600 bytes, such as {}".to_owned();
        assert_eq!(faults, [(fault, 2)]);
        assert_eq!(
            checked.to_string(),
            "requests to AWS: 8 of 2 operations of 1 services, and 5 answers, checked in 1 s: 2 refused; \
             see target/aws-requests.json"
        );
    }

    #[test]
    fn the_checks_find_each_kind_of_violation() {
        let tools = with_tools!("runs the emulator's own tests");
        let mut python = Command::new(tools.program("python"));
        python
            .args(["-B", "-m", "unittest", "test_conformance"])
            .current_dir(root().join("xtask/emulator"));
        output(&mut python).unwrap();
    }

    #[test]
    fn a_run_without_requests_proves_nothing() {
        assert_eq!(Checked::default().faults().len(), 1);
        let mut found = found();
        found["answers"] = json!([]);
        found["violations"] = json!([]);
        assert_eq!(Checked::read(found).unwrap().faults().len(), 1);
    }
}
