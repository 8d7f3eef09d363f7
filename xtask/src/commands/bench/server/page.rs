//! The section of `docs/performance.md` about the server. Its text and the figures of the other stack are written by hand;
//! a run renews its own column and the tables between the marks.

use anyhow::{Context as _, Result};
use askama::Template;

use super::super::figures::text;
use super::super::page::filters;
use super::report::{Load, Memory, Report};

/// The section is the last one of the page.
const HEADING: &str = "## One machine\n";
/// The marks around the tables of the last run.
const MARKS: [&str; 2] = ["<!-- figures -->\n", "<!-- end of figures -->\n"];

/// Returns the section of a page; empty if it has none.
pub(super) fn section(page: &str) -> &str {
    page.find(HEADING).map_or("", |start| &page[start..])
}

/// Returns the page with the figures of a run.
///
/// # Errors
/// The section lacks a mark or a row.
pub(super) fn renewed(page: &str, report: &Report) -> Result<String> {
    let section = section(page);
    let before = &page[..page.len() - section.len()];
    let [begin, end] = MARKS;
    let parts = section.split_once(begin);
    let (head, rest) = parts.with_context(|| format!("the page has no {begin}"))?;
    let parts = rest.split_once(end);
    let (_, tail) = parts.with_context(|| format!("the page has no {end}"))?;
    let mut head = head.to_owned();
    for (name, value) in compared(report) {
        head = with_value(&head, name, &value)?;
    }
    let details = Details { report }.render()? + "\n\n";
    Ok([before, &head, begin, &details, end, tail].concat())
}

/// Returns the section with another value in the second column of the row `name`.
fn with_value(section: &str, name: &str, value: &str) -> Result<String> {
    let row = format!("| {name} | ");
    let parts = section.split_once(&row);
    let (before, after) = parts.with_context(|| format!("the page has no row {name}"))?;
    let (_, after) = after.split_once(" |").context("a row without an end")?;
    Ok(format!("{before}{row}{value} |{after}"))
}

/// Returns the compared figures, by the names of their rows.
fn compared(report: &Report) -> Vec<(&'static str, String)> {
    let most = |name: &str, of: fn(&Load) -> f64| {
        let mut loads = report.loads.iter();
        let found = loads.rfind(|load| load.name == name);
        text(found.map_or(0.0, of))
    };
    let per_second = |load: &Load| load.per_second;
    vec![
        (
            "registrations accepted a second",
            most("registrations", per_second),
        ),
        (
            "registrations with ticket and mail done, a second",
            most("registrations", |load| {
                load.through_per_second.unwrap_or_default()
            }),
        ),
        (
            "CPU of one, ticket and mail included, ms",
            most("registrations", |load| load.server_cpu_ms),
        ),
        ("check-ins a second", most("check-ins", per_second)),
        (
            "reads of one event a second",
            most("event reads", per_second),
        ),
        (
            "pages of 10 events a second",
            most("pages of 10 events", per_second),
        ),
        (
            "p99 of a registration, ms",
            most("registrations", |load| load.latency.p99),
        ),
        (
            "memory at rest (PSS), MiB",
            text(report.at_rest.proportional),
        ),
        (
            "memory at its most (RSS), MiB",
            text(
                report
                    .loaded
                    .most_resident
                    .max(report.signing_up.most_resident),
            ),
        ),
        (
            "from start to the first answer, s",
            text(report.start_ms / 1_000.0),
        ),
    ]
}

/// The tables of a run.
#[derive(Template)]
#[template(path = "server.md")]
struct Details<'a> {
    report: &'a Report,
}

impl Details<'_> {
    fn memories(&self) -> [(&'static str, Memory); 5] {
        let (report, live) = (self.report, &self.report.live);
        [
            ("at rest", report.at_rest),
            ("after sign-ups", report.signing_up),
            ("after all loads", report.loaded),
            ("viewers connected", live.idle),
            ("after viewers", live.after),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_renews_its_figures_and_leaves_the_rest() {
        let report = Report {
            loads: vec![Load {
                name: "check-ins",
                connections: 32,
                per_second: 812.3,
                ..Load::default()
            }],
            ..Report::default()
        };
        let page = std::fs::read_to_string(crate::folder::root().join(super::super::PAGE)).unwrap();
        let renewed = renewed(&page, &report).unwrap();
        let row = renewed
            .lines()
            .find(|line| line.starts_with("| check-ins a second | "));
        assert_eq!(row.unwrap(), "| check-ins a second | 812.3 | 166–228 |");
        assert!(renewed.contains("| check-ins | 32 | 812.3 | 0 | 0 | 0 | 0 |\n"));
        let others = |page: &str| page[..page.len() - section(page).len()].to_owned();
        assert_eq!(others(&renewed), others(&page));
        assert!(!others(&page).is_empty());
        assert_eq!(super::renewed(&renewed, &report).unwrap(), renewed);
        let error = super::renewed("", &report).unwrap_err().to_string();
        assert!(error.contains("has no"), "{error}");
    }
}
