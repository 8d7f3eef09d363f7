//! Renders `docs/performance.md`, the results of a run for people. The text of the page is in `xtask/templates/performance.md`.

use anyhow::Result;
use askama::Template;

use super::cost::CALL_MS;
use super::figures::text;
use super::report::{RUSH, Report};

/// The values that the page's template `xtask/templates/performance.md` needs.
#[derive(Template)]
#[template(path = "performance.md")]
struct Performance<'a> {
    report: &'a Report,
}

/// Filters that format numbers in the page templates of `cargo xtask bench`.
#[expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "the macro makes methods of them"
)]
pub(super) mod filters {
    use std::borrow::Borrow;

    use askama::{Result, Values, filter_fn};

    use crate::commands::bench::figures::text;

    /// Formats a figure with at most four significant digits.
    #[filter_fn]
    pub(crate) fn num(value: impl Borrow<f64>, _: &dyn Values) -> Result<String> {
        Ok(text(*value.borrow()))
    }

    /// Formats an amount of dollars.
    #[filter_fn]
    pub(crate) fn usd(value: impl Borrow<f64>, _: &dyn Values) -> Result<String> {
        Ok(format!("{:.2}", value.borrow()))
    }
}

/// Returns the page `docs/performance.md` with the results of a benchmark run.
///
/// # Errors
/// The template cannot be rendered.
pub(super) fn performance(report: &Report) -> Result<String> {
    Ok(Performance { report }.render()? + "\n")
}

impl Performance<'_> {
    /// Returns a text that lists the peak memory of each function's processes. A function whose processes have ended is left
    /// out.
    fn held(&self) -> String {
        let known = self.report.memory.iter();
        let known = known.filter(|(_, memory)| memory.is_known());
        let held: Vec<_> = known
            .map(|(name, memory)| format!("{name} {} of {}", text(memory.peak), text(memory.size)))
            .collect();
        held.join(", ")
    }

    /// Returns how many times as many GB-seconds a registration uses if the function has a whole vCPU as if it has 512 MB. Both
    /// amounts include the time that the function waits for two calls.
    fn dearer(&self) -> f64 {
        let share = self.report.share_of("registration", "api");
        let gb_ms = |mib: u32| (share.wall_ms(mib) + 2.0 * CALL_MS) * f64::from(mib);
        gb_ms(1_769) / gb_ms(512)
    }

    /// Returns how many mails per second two processes with 512 MB each can send.
    fn mails_a_second(&self) -> f64 {
        let share = self.report.share_of("registration", "notify");
        // At least one call is assumed, because a run without mail has no calls.
        let mail_ms = share.wall_ms(512) + share.all_calls().max(1.0) * CALL_MS;
        2.0 * 1000.0 / mail_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::report::{Cost, Memory, Operation, Share};

    fn report() -> Report {
        let share = Share {
            invocations: 1.0,
            calls: [("dynamodb UpdateItem".to_owned(), 1.0)].into(),
            write_units: 2.0,
            cpu_ms: 20.0,
            ..Share::default()
        };
        let cost = Cost {
            by_function: [("api".to_owned(), share)].into(),
            ..Cost::default()
        };
        let operation = |name: &str| Operation {
            name: name.to_owned(),
            times: 3,
            cost: cost.clone(),
        };
        let memory = Memory {
            size: 512.0,
            peak: 31.0,
        };
        Report {
            operations: ["registration", RUSH, "login"].map(operation).into(),
            memory: [("api".to_owned(), memory)].into(),
            ..Report::default()
        }
    }

    #[test]
    fn the_page_has_the_figures() {
        let page = performance(&report()).unwrap();
        for lines in [
            "| ---: |\n| api | 1 | 2 | 0 |\n| **all** | 1 | 2 | 0 |\n| **all**, four at a time | 1 | 2 | 0 |\n\n## Units",
            "| login | 2 | 0 | 0 | 0 |\n\n## Growth\n",
            "held: api 31 of 512.\n\n",
            "A login takes 20 ms of CPU time, so 69.1 ms at 512 MB; a registration takes 20 ms,",
        ] {
            assert!(page.contains(lines), "{lines}\n{page}");
        }
        assert!(!page.contains("\n\n\n") && page.ends_with("was not measured.\n"));
    }
}
