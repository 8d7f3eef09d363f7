//! Tables of what one of a thing costs.

use super::table;
use crate::commands::bench::figures::text;
use crate::commands::bench::report::{Cost, Report, Share};

/// Calls by name, as text.
fn calls(share: &Share) -> String {
    let calls = share
        .calls
        .iter()
        .map(|(name, count)| format!("{} {name}", text(*count)));
    let calls: Vec<_> = calls.collect();
    if calls.is_empty() {
        "none".to_owned()
    } else {
        calls.join(", ")
    }
}

fn share_rows(cost: &Cost) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = cost
        .by_function
        .iter()
        .map(|(name, share)| {
            vec![
                name.clone(),
                text(share.invocations),
                calls(share),
                text(share.write_units),
                text(share.read_units),
                text(share.cpu_ms),
                text(share.log_bytes),
            ]
        })
        .collect();
    rows.push(vec![
        "**all**".to_owned(),
        text(cost.sum(|share| share.invocations)),
        text(cost.sum(|share| share.calls.values().sum())),
        text(cost.sum(|share| share.write_units)),
        text(cost.sum(|share| share.read_units)),
        text(cost.sum(|share| share.cpu_ms)),
        text(cost.sum(|share| share.log_bytes)),
    ]);
    rows
}

/// One registration and what follows from it, function by function: alone, and in a rush.
pub(super) fn registration(report: &Report) -> String {
    let head = [
        "function",
        "invocations",
        "calls",
        "write units",
        "read units",
        "CPU ms",
        "log bytes",
    ];
    let mut page = String::new();
    if let Some(alone) = report.operation("registration") {
        let introduction = format!(
            "Each of {} by its own, with nothing else going on: the seat and the registration (`api`), what the stream \
            causes (`relay`), the ticket (`ticket`), its mail (`notify`).",
            alone.times
        );
        page += &table(
            "One registration",
            &introduction,
            &head,
            &share_rows(&alone.cost),
        );
    }
    let rush = report
        .rates
        .iter()
        .filter(|rate| rate.name == "registrations");
    if let Some(rush) = rush.max_by_key(|rate| rate.connections) {
        let introduction = format!(
            "The same in a rush with {} connections, where batches share what the relay does.",
            rush.connections
        );
        page += &table(
            "One registration in a rush",
            &introduction,
            &head,
            &share_rows(&rush.cost),
        );
    }
    page
}

pub(super) fn operations(report: &Report) -> String {
    let rows: Vec<_> = report
        .operations
        .iter()
        .map(|operation| {
            let cost = &operation.cost;
            let api = cost.by_function.get("api").cloned().unwrap_or_default();
            let of_others = |of: fn(&Share) -> f64| text(cost.sum(of) - of(&api));
            vec![
                operation.name.clone(),
                calls(&api),
                text(api.write_units),
                text(api.read_units),
                of_others(|share| share.write_units),
                of_others(|share| share.read_units),
                of_others(|share| share.calls_of("sqs")),
                text(api.cpu_ms),
                of_others(|share| share.cpu_ms),
                text(cost.answer_bytes),
            ]
        })
        .collect();
    table(
        "What one of each thing costs",
        "With nothing else going on, all that follows included. `W` and `R` are write and read units, those of the index \
        included.",
        &[
            "",
            "calls of `api`",
            "`api` W",
            "R",
            "others W",
            "R",
            "SQS sends",
            "`api` CPU ms",
            "others CPU ms",
            "answer, bytes",
        ],
        &rows,
    )
}
