//! Reads the budgets of functions (`xtask/budgets.json`), and compares the measured figures with them.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};

use crate::files::read_json;
use crate::folder::root;

/// The value of each figure by its name, such as `api: bytes` or `login: instructions`.
pub(crate) type Figures = BTreeMap<String, u64>;

/// Reads the budgets from the file `xtask/budgets.json` in the checkout.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn of_checkout() -> Result<Figures> {
    read_json(&root().join("xtask/budgets.json"))?.context("xtask/budgets.json is missing")
}

/// Returns a line for each figure that exceeds its budget.
///
/// # Errors
/// A figure has no budget, or a budget has no figure.
pub(crate) fn excesses(budgets: &Figures, measured: &Figures) -> Result<Vec<String>> {
    let differing = |one: &Figures, other: &Figures| {
        let names = one.keys().filter(|name| !other.contains_key(*name));
        names.cloned().collect::<Vec<_>>()
    };
    let (without, unmeasured) = (differing(measured, budgets), differing(budgets, measured));
    ensure!(
        without.is_empty() && unmeasured.is_empty(),
        "xtask/budgets.json lacks {without:?}, and has {unmeasured:?}, which are not measured"
    );
    let over = budgets.iter().zip(measured.values());
    let over = over.filter(|((_, budget), value)| value > budget);
    let line = |((name, budget), value)| format!("{name}: {value}, over its budget of {budget}");
    Ok(over.map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions;

    fn figures(values: [(&str, u64); 2]) -> Figures {
        values.map(|(name, value)| (name.to_owned(), value)).into()
    }

    #[test]
    fn every_function_has_budgets() {
        let budgets = of_checkout().unwrap();
        for name in functions::names().unwrap() {
            assert!(budgets.contains_key(&format!("{name}: bytes")), "{name}");
        }
    }

    #[test]
    fn a_figure_over_its_budget_is_an_excess() {
        let budgets = figures([("api: bytes", 10), ("login: instructions", 10)]);
        let measured = figures([("api: bytes", 10), ("login: instructions", 12)]);
        assert_eq!(excesses(&budgets, &budgets).unwrap(), [""; 0]);
        assert_eq!(
            excesses(&budgets, &measured).unwrap(),
            ["login: instructions: 12, over its budget of 10"]
        );
    }

    #[test]
    fn figures_and_budgets_are_the_same_set() {
        let budgets = figures([("api: bytes", 10), ("login: instructions", 10)]);
        let measured = figures([("api: bytes", 10), ("log-in: instructions", 1)]);
        let error = excesses(&budgets, &measured).unwrap_err().to_string();
        assert_eq!(
            error,
            r#"xtask/budgets.json lacks ["log-in: instructions"], and has ["login: instructions"], which are not measured"#
        );
    }
}
