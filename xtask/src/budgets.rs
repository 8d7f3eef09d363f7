//! Budgets of functions (`xtask/budgets.json`), and the comparison of measured figures with them.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::{
    files::read_json,
    folder::root,
    measure::{
        Figures,
        requests::{Costs, Requests},
    },
};

/// Operations of the table that are billed in write units, even if refused; all others are reads.
const WRITES: [&str; 5] = [
    "UpdateItem",
    "PutItem",
    "DeleteItem",
    "TransactWriteItems",
    "BatchWriteItem",
];
/// Operations of services other than the table.
const NOT_OF_THE_TABLE: [&str; 1] = ["GetSecretValue"];

/// Content of `budgets.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Budgets {
    functions: BTreeMap<String, OfFunction>,
    requests: BTreeMap<String, OfRequest>,
    connections_of_the_first_request: u64,
}

/// The limits of one function, before it handles a request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfFunction {
    file_bytes: u64,
    zip_bytes: u64,
    instructions_to_next: u64,
    resident_bytes: u64,
}

/// The limits of one warm request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfRequest {
    instructions: u64,
    /// Mean number of writes to the table, rounded up.
    writes: u64,
    /// Mean number of reads of the table, rounded down: after some seconds a request reads a cached value again.
    reads: u64,
}

/// One figure beside its budget.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    /// Name of the figure, such as `api: instructions to /next`.
    pub(crate) figure: String,
    pub(crate) budget: u64,
    pub(crate) actual: u64,
    /// Profile of callgrind with which instructions were counted; `None` for other figures.
    pub(crate) profile: Option<String>,
}

impl Compared {
    /// Returns a description of the excess, if there is one.
    pub(crate) fn excess(&self) -> Option<String> {
        let over = self
            .actual
            .checked_sub(self.budget)
            .filter(|over| *over > 0)?;
        let look = self.profile.as_ref().map_or_else(String::new, |run| {
            format!("; `callgrind_annotate target/callgrind/{run}.out` tells what for")
        });
        let (figure, budget) = (&self.figure, self.budget);
        Some(format!(
            "{figure}: {over} over its budget of {budget}{look}"
        ))
    }
}

impl Budgets {
    /// Reads the budgets of the checkout.
    pub(crate) fn of_checkout() -> Result<Self> {
        read_json(&root().join("xtask/budgets.json"))?.context("xtask/budgets.json is missing")
    }

    /// Compares the figures of the function `name`.
    ///
    /// # Errors
    /// The function has no budget.
    pub(crate) fn function(&self, name: &str, figures: &Figures) -> Result<Vec<Compared>> {
        let budget = self.functions.get(name);
        let budget =
            budget.with_context(|| format!("xtask/budgets.json has no function {name}"))?;
        let compared = |figure, budget, actual| Compared {
            figure: format!("{name}: {figure}"),
            budget,
            actual,
            profile: None,
        };
        Ok(vec![
            compared("bytes", budget.file_bytes, figures.file_bytes),
            compared("bytes as a zip", budget.zip_bytes, figures.zip_bytes),
            compared(
                "bytes resident at /next",
                budget.resident_bytes,
                figures.resident_bytes,
            ),
            Compared {
                profile: Some(name.to_owned()),
                ..compared(
                    "instructions to /next",
                    budget.instructions_to_next,
                    figures.instructions_to_next,
                )
            },
        ])
    }

    /// Compares the figures of requests.
    ///
    /// # Errors
    /// A request has no budget, or a budget's request was not measured.
    pub(crate) fn requests(&self, measured: &Requests) -> Result<Vec<Compared>> {
        let unmeasured = |kind: &&String| !measured.warm.contains_key(kind.as_str());
        if let Some(kind) = self.requests.keys().find(unmeasured) {
            bail!("xtask/budgets.json has a request {kind}, which is not measured");
        }
        let mut all = Vec::new();
        for (kind, costs) in &measured.warm {
            let budget = self.requests.get(*kind);
            let budget =
                budget.with_context(|| format!("xtask/budgets.json has no request {kind}"))?;
            all.extend(budget.compared(kind, costs));
        }
        all.push(Compared {
            figure: "first request: connections opened".to_owned(),
            budget: self.connections_of_the_first_request,
            actual: measured.connections_of_the_first,
            profile: None,
        });
        Ok(all)
    }
}

impl OfRequest {
    fn compared(&self, kind: &str, costs: &Costs) -> Vec<Compared> {
        let calls = costs.traffic.calls.iter();
        let (mut writes, mut reads) = (0, 0);
        for (operation, count) in calls {
            if WRITES.contains(&operation.as_str()) {
                writes += count;
            } else if !NOT_OF_THE_TABLE.contains(&operation.as_str()) {
                reads += count;
            }
        }
        let compared = |figure, budget, actual| Compared {
            figure: format!("{kind}: {figure}"),
            budget,
            actual,
            profile: None,
        };
        vec![
            Compared {
                profile: Some(kind.to_owned()),
                ..compared("instructions", self.instructions, costs.instructions)
            },
            compared(
                "writes of the table",
                self.writes,
                writes.div_ceil(costs.requests),
            ),
            compared("reads of the table", self.reads, reads / costs.requests),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{functions, measure::Traffic};

    #[test]
    fn every_function_has_a_budget_and_no_other() {
        let budgets = Budgets::of_checkout().unwrap();
        let named: Vec<_> = budgets.functions.into_keys().collect();
        assert_eq!(named, functions::names().unwrap());
    }

    #[test]
    fn a_budget_of_what_is_not_measured_is_an_error() {
        let measured = Requests {
            warm: BTreeMap::new(),
            connections_of_the_first: 0,
        };
        let error = Budgets::of_checkout().unwrap().requests(&measured);
        let error = error.unwrap_err().to_string();
        assert!(error.ends_with("login, which is not measured"), "{error}");
    }

    #[test]
    fn what_is_over_its_budget_is_told_by_how_much_and_where_to_look() {
        let mut compared = Compared {
            figure: "api: instructions to /next".to_owned(),
            budget: 10,
            actual: 10,
            profile: Some("api".to_owned()),
        };
        assert_eq!(compared.excess(), None);
        compared.actual = 12;
        assert_eq!(
            compared.excess().unwrap(),
            "api: instructions to /next: 2 over its budget of 10; `callgrind_annotate target/callgrind/api.out` tells what for"
        );
    }

    #[test]
    fn a_single_write_counts_and_a_read_that_most_do_without_does_not() {
        let budget = OfRequest {
            instructions: 100,
            writes: 2,
            reads: 0,
        };
        let actual = |calls: &[(&str, u64)]| {
            let calls = calls
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count));
            let costs = Costs {
                requests: 20,
                instructions: 7,
                traffic: Traffic {
                    connections: 0,
                    calls: calls.collect(),
                },
            };
            let compared = budget.compared("registration", &costs);
            compared.iter().map(|one| one.actual).collect::<Vec<_>>()
        };
        let calls = [("UpdateItem", 20), ("PutItem", 20), ("GetItem", 3)];
        assert_eq!(actual(&calls), [7, 2, 0]);
        let calls = [("UpdateItem", 21), ("PutItem", 20), ("GetItem", 20)];
        assert_eq!(actual(&calls), [7, 3, 1]);
        assert_eq!(actual(&[("GetSecretValue", 20)]), [7, 0, 0]);
    }
}
