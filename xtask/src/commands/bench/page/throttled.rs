//! The table of the rush with throttled calls.

use super::table;
use crate::commands::bench::figures::{Latency, text};
use crate::commands::bench::report::Report;

pub(super) fn throttled(report: &Report) -> String {
    let throttled = &report.throttled;
    let retries: Vec<_> = throttled
        .turned_away
        .iter()
        .map(|(name, calls)| format!("{name} {}", text(*calls)))
        .collect();
    let answers: Vec<_> = throttled
        .answers
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    let row = |name: &str, latency: Latency| {
        vec![
            name.to_owned(),
            text(latency.p50),
            text(latency.p99),
            text(latency.max),
        ]
    };
    let introduction = format!(
        "A rush with {} connections, while {:.0} % of the functions' calls of DynamoDB and SQS are answered as if they were \
        throttled. Answers of the rush: {}. {} people were told that they have a seat, and {} of them have it when all is \
        over; who was turned away asked again, and then everybody has exactly one of {} tickets, {} s after the stack had come \
        to rest: a message whose attempts all fail comes again after its queue's visibility timeout. {} mails with them were \
        sent, by the statistics of the events. Calls that were throttled, by function, each of which the SDK made again if it \
        had attempts left: {}. Latency in milliseconds.",
        throttled.connections,
        throttled.share * 100.0,
        answers.join(", "),
        throttled.told,
        throttled.seated,
        throttled.tickets,
        throttled.last_ticket_seconds,
        throttled.mails,
        retries.join(", "),
    );
    table(
        "A rush with throttled calls",
        &introduction,
        &["", "p50", "p99", "longest"],
        &[
            row("served", throttled.without),
            row("throttled", throttled.with),
        ],
    )
}
