//! The result of a run, for people: `docs/performance.md`, and the same tables on the terminal.

mod costs;
mod processes;
mod settings;
mod throttled;

use self::costs::{operations, registration};
use self::processes::{functions, memory, passwords};
use self::settings::settings;
use self::throttled::throttled;
use super::figures::text;
use super::report::{Grown, Report};

/// The section about ticket mails, which `cargo xtask bench` does not measure: it is written by hand.
const TICKET_MAIL: &str = include_str!("page/ticket_mail.md");

/// All tables.
pub(super) fn tables(report: &Report) -> String {
    [
        rates(report),
        registration(report),
        operations(report),
        growth(report),
        throttled(report),
        passwords(report),
        memory(report),
        functions(report),
    ]
    .concat()
}

/// The page.
pub(super) fn performance(report: &Report) -> String {
    let run = &report.run;
    format!(
        "# Performance\n\n\
        <!-- Written by `cargo xtask bench --write`: change the text in xtask/src/commands/bench/page.rs. -->\n\n\
        Measured {at} at commit {commit} by `{command}`, on {machine}. {load} processes wanted to run in the minute before: \
        the more, the less the times say.\n\n\
        **What these figures are.** Calls and units were counted on the wire, between the functions and the emulator, and are \
        the same on any machine; the units follow DynamoDB's rules (`xtask/emulator/counts.py` says which, and what is \
        assumed of conditions that fail). Batches form as fast as the emulator delivers them, which differs from AWS. Times \
        are those of release binaries behind an emulator in Python that shares the cores with the functions and with the \
        clients: they compare one version with another on one machine, and say nothing about AWS. Nothing here was measured \
        on AWS.\n\n\
        `cargo xtask bench --compare FILE` shows what has changed since an earlier run. What all of this costs is in \
        [cost.md](cost.md); what a rush does to partitions in [proved.md](proved.md#the-capacity-model).\n\n{tables}{settings}\n{TICKET_MAIL}",
        at = run.at,
        commit = run.commit,
        command = run.command,
        machine = run.machine,
        load = text(run.load),
        tables = tables(report),
        settings = settings(report),
    )
}

/// A table under its heading. `title`: the heading without its marks, of the second level.
pub(super) fn table(
    title: &str,
    introduction: &str,
    head: &[&str],
    rows: &[Vec<String>],
) -> String {
    let mut page = format!("## {title}\n\n{introduction}\n\n");
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    page += &line(&head);
    let rule = |column: usize| if column == 0 { "---" } else { "---:" };
    let rules: Vec<String> = (0..head.len())
        .map(|column| rule(column).to_owned())
        .collect();
    page += &line(&rules);
    for row in rows {
        page += &line(row);
    }
    page + "\n"
}

fn rates(report: &Report) -> String {
    let rows: Vec<_> = report
        .rates
        .iter()
        .map(|rate| {
            let cpu = |name: &str| {
                let share = rate.cost.by_function.get(name);
                share.map_or(0.0, |share| share.cpu_ms)
            };
            let others = rate.cost.sum(|share| share.cpu_ms) - cpu("api");
            let refused = rate.answers.iter().filter(|(name, _)| *name != "done");
            let refused: Vec<_> = refused
                .map(|(name, count)| format!("{count} × {name}"))
                .collect();
            vec![
                rate.name.clone(),
                rate.connections.to_string(),
                text(rate.per_second),
                text(rate.latency.p50),
                text(rate.latency.p99),
                if refused.is_empty() {
                    "none".to_owned()
                } else {
                    refused.join(", ")
                },
                text(cpu("api")),
                text(others),
                text(rate.cost.emulator_cpu_ms),
            ]
        })
        .collect();
    table(
        "How much a second",
        "Connections stay open, and each asks again as soon as it was answered. Only what was done counts. Latency in \
        milliseconds; CPU time in milliseconds for each that was done, of the function that answers, of the others until \
        everything has followed from it, and of the emulator.",
        &[
            "",
            "connections",
            "a second",
            "p50",
            "p99",
            "not done",
            "CPU: api",
            "CPU: others",
            "CPU: emulator",
        ],
        &rows,
    )
}

fn growth(report: &Report) -> String {
    let rows: Vec<_> = report
        .growth
        .iter()
        .map(|grown| {
            let cost = &grown.cost;
            let api = cost.by_function.get("api").cloned().unwrap_or_default();
            vec![
                format!("{} seats", grown.seats),
                grown.events.to_string(),
                text(api.calls.values().sum()),
                text(cost.sum(|share| share.calls.values().sum())),
                text(api.write_units),
                text(relay_units(grown)),
                text(cost.sum(|share| share.write_units)),
                text(cost.sum(|share| share.read_units)),
                text(cost.answer_bytes),
                text(cost.sum(|share| share.cpu_ms)),
                text(cost.emulator_cpu_ms),
            ]
        })
        .collect();
    let alone = report.growth.iter().filter(|grown| grown.events == 0);
    let (least, most) = (
        alone
            .clone()
            .min_by_key(|grown| grown.seats)
            .map_or(0.0, relay_units),
        alone
            .max_by_key(|grown| grown.seats)
            .map_or(0.0, relay_units),
    );
    let introduction = format!(
        "One registration by its own, all that follows included, for events of different sizes, and in a table with many \
        other events. The relay notes what a bucket looks like in a shard of the event's availability, of 128 buckets, once \
        for each batch ([decision](decisions/0015-availability-in-shards.md)): one registration a batch, as here, it writes \
        {} units, statistics included, at the fewest seats and {} at the most. In a rush a batch has many registrations, and \
        they share them.",
        text(least),
        text(most),
    );
    table(
        "Growth",
        &introduction,
        &[
            "event of",
            "other events",
            "calls of `api`",
            "all calls",
            "`api` write units",
            "`relay` write units",
            "write units",
            "read units",
            "answer, bytes",
            "CPU ms",
            "emulator CPU ms",
        ],
        &rows,
    )
}

fn relay_units(grown: &Grown) -> f64 {
    let relay = grown.cost.by_function.get("relay");
    relay.map_or(0.0, |share| share.write_units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::report::{Cost, Operation, Rate, Share};

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
        let rate = Rate {
            name: "registrations".to_owned(),
            connections: 8,
            done: 3,
            per_second: 12.34,
            latency: super::super::figures::Latency::default(),
            answers: [("done".to_owned(), 3), ("503".to_owned(), 1)].into(),
            cost: cost.clone(),
        };
        Report {
            operations: vec![operation("registration"), operation("login")],
            rates: vec![rate],
            ..Report::default()
        }
    }

    #[test]
    fn the_page_has_the_figures() {
        let page = performance(&report());
        for line in [
            "| registrations | 8 | 12.34 | 0 | 0 | 1 × 503 | 20 | 0 | 0 |",
            "| api | 1 | 1 dynamodb UpdateItem | 2 | 0 | 20 | 0 |",
            "| login | 20 | 138.2 | 69.1 | 34.55 | 20 |",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
        assert!(!page.contains("## Functions"));
    }

    #[test]
    fn figures_of_binaries_are_told_where_there_are_any() {
        let figures = [("MB on disk".to_owned(), 5.5)].into();
        let report = Report {
            functions: [("api".to_owned(), figures)].into(),
            ..report()
        };
        assert!(performance(&report).contains("- api: MB on disk 5.5\n"));
    }
}
