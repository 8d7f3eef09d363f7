//! The section of `docs/performance.md` about the server. Its words, what is to be reached and the figures of others are written by
//! hand; a run renews its own column and the tables between the marks.

use anyhow::{Context as _, Result};

use super::super::figures::text;
use super::super::page::table;
use super::report::{Load, Memory, Report};

/// The section is the last one of the page.
const HEADING: &str = "## One machine\n";
/// Around the tables of the last run.
const MARKS: [&str; 2] = ["<!-- figures -->\n", "<!-- end of figures -->\n"];

/// The section of a page; empty if it has none.
pub(super) fn section(page: &str) -> &str {
    page.find(HEADING).map_or("", |start| &page[start..])
}

/// The page with the figures of a run.
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
    Ok([before, &head, begin, &details(report), end, tail].concat())
}

/// The section with another value in the second column of the row `name`.
fn with_value(section: &str, name: &str, value: &str) -> Result<String> {
    let row = format!("| {name} | ");
    let parts = section.split_once(&row);
    let (before, after) = parts.with_context(|| format!("the page has no row {name}"))?;
    let (_, after) = after.split_once(" |").context("a row without an end")?;
    Ok(format!("{before}{row}{value} |{after}"))
}

/// The figures that are compared, by the names of their rows.
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

fn details(report: &Report) -> String {
    let (run, live) = (&report.run, &report.live);
    let rows: Vec<_> = report.loads.iter().map(row).collect();
    let loads = table(
        "By connections",
        "Latency in milliseconds. CPU time in milliseconds for each that was done: of the server with all that follows, until it \
        is at rest, and of the client.",
        &[
            "",
            "connections",
            "a second",
            "with mail, a second",
            "p50",
            "p99",
            "not done",
            "CPU: server",
            "CPU: client",
        ],
        &rows,
    );
    let memories = [
        ("at rest, started with all registrations", report.at_rest),
        ("people had signed up", report.signing_up),
        ("after registrations, check-ins and reads", report.loaded),
        ("all viewers connected", live.idle),
        ("the viewers had seen everything", live.after),
    ];
    let memories = table(
        "Memory",
        "In MiB. The most is that since the line before, but at rest.",
        &["", "PSS", "RSS", "most RSS"],
        &memories.map(|(name, memory)| row_of_memory(name, memory)),
    );
    format!(
        "\nMeasured {at} at commit {commit} by `{command}`, on {machine}. {load} processes wanted to run in the minute before. \
        The file held {registrations} registrations when the server was started again.\n\n#{loads}#{memories}### Viewers\n\n\
        {viewers} viewers of one event while 32 connections register: {rate} registrations a second, p50 {p50} ms, p99 {p99} ms. \
        From when a count was taken to its frame at a viewer: p50 {frame50} ms, p99 {frame99} ms, longest {frame100} ms. From the \
        answer to the last registration to a frame that counts it: p50 {last50} ms, p99 {last99} ms, longest {last100} ms; an \
        event has at most one count a second.\n\n",
        at = run.at,
        commit = run.commit,
        command = run.command,
        machine = run.machine,
        load = text(run.load),
        registrations = report.registrations,
        viewers = live.viewers,
        rate = text(live.per_second),
        p50 = text(live.latency.p50),
        p99 = text(live.latency.p99),
        frame50 = text(live.frame.p50),
        frame99 = text(live.frame.p99),
        frame100 = text(live.frame.max),
        last50 = text(live.last.p50),
        last99 = text(live.last.p99),
        last100 = text(live.last.max),
    )
}

fn row(load: &Load) -> Vec<String> {
    vec![
        load.name.to_owned(),
        load.connections.to_string(),
        text(load.per_second),
        load.through_per_second.map_or_else(String::new, text),
        text(load.latency.p50),
        text(load.latency.p99),
        load.others.to_string(),
        text(load.server_cpu_ms),
        text(load.client_cpu_ms),
    ]
}

fn row_of_memory(name: &str, memory: Memory) -> Vec<String> {
    let values = [memory.proportional, memory.resident, memory.most_resident];
    let mut row = vec![name.to_owned()];
    row.extend(values.map(text));
    row
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
        assert_eq!(
            row.unwrap(),
            "| check-ins a second | 812.3 | ≥ 800 | 166–228 |"
        );
        assert!(renewed.contains("| check-ins | 32 | 812.3 |  | 0 | 0 | 0 | 0 | 0 |\n"));
        let others = |page: &str| page[..page.len() - section(page).len()].to_owned();
        assert_eq!(others(&renewed), others(&page));
        assert!(!others(&page).is_empty());
        assert_eq!(super::renewed(&renewed, &report).unwrap(), renewed);
        let error = super::renewed("", &report).unwrap_err().to_string();
        assert!(error.contains("has no"), "{error}");
    }
}
