//! Formats the figures of simulated sales as text.

use super::tally::SaleOutcome;

const HEAD: [&str; 15] = [
    "design",
    "confirmed/s",
    "sold",
    "left",
    "over",
    "stranded",
    "units/seat",
    "in all",
    "p50 ms",
    "p99 ms",
    "conflicts",
    "throttled",
    "refused",
    "429",
    "gave up",
];

/// Formats a table in Markdown, which is also legible in a terminal.
pub(crate) fn table(outcomes: &[SaleOutcome]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(outcomes.iter().map(row));
    let widths: Vec<usize> = (0..HEAD.len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut lines: Vec<String> = rows.iter().map(|row| line(row, &widths)).collect();
    let rule: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(column, width)| {
            if column == 0 {
                "-".repeat(*width)
            } else {
                format!("{}:", "-".repeat(width - 1))
            }
        })
        .collect();
    lines.insert(1, format!("| {} |", rule.join(" | ")));
    lines.join("\n")
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(column, (cell, width))| {
            if column == 0 {
                format!("{cell:width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

fn row(outcome: &SaleOutcome) -> [String; 15] {
    [
        outcome.design.to_owned(),
        format!("{:.0}", outcome.confirmed_per_second),
        outcome.sold.to_string(),
        outcome.left.to_string(),
        outcome.over.to_string(),
        outcome.stranded.to_string(),
        format!("{:.2}", outcome.units_per_seat),
        format!("{:.2}", outcome.units_per_seat_in_all),
        format!("{:.0}", outcome.p50_ms),
        format!("{:.0}", outcome.p99_ms),
        outcome.conflicts.to_string(),
        outcome.throttled.to_string(),
        outcome.conditions_failed.to_string(),
        outcome.refused_at_gateway.to_string(),
        outcome.gave_up.to_string(),
    ]
}

/// Formats the means of several runs, and the lowest rate of confirmations among the runs.
pub(crate) fn means(outcomes: &[SaleOutcome]) -> String {
    let runs = u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
    let mean = |figure: fn(&SaleOutcome) -> f64| {
        outcomes.iter().map(figure).sum::<f64>() / f64::from(runs.max(1))
    };
    let least = outcomes
        .iter()
        .map(|outcome| outcome.confirmed_per_second)
        .fold(f64::INFINITY, f64::min);
    format!(
        "mean of {runs} runs: {:.0} confirmed/s (least {least:.0}), {:.2} units/seat, {:.2} in all, sold out said after {:.1} s, {:.0} gave up\n",
        mean(|outcome| outcome.confirmed_per_second),
        mean(|outcome| outcome.units_per_seat),
        mean(|outcome| outcome.units_per_seat_in_all),
        mean(|outcome| outcome.sold_out_p50_ms) / 1_000.0,
        mean(|outcome| outcome.gave_up.into()),
    )
}

/// The text that explains the columns of the table.
pub(crate) const LEGEND: &str = "\
confirmed/s: from the first confirmation to the one that sells 95 % of the seats, or to the last if fewer are sold.
units/seat: write units until then, the relay's included; in all: of the whole run. p50, p99: from a person's first
request to a confirmation. left: can still be got; stranded: neither sold nor left. refused: conditions that failed.
429: requests refused because all instances were busy. sold out said: half of those who got that answer had it sooner.
These are figures of a model, not of DynamoDB.";
