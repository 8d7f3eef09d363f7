//! `docs/cost.md`

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};

use super::cost::{CALL_MS, Line, MIB_OF_A_VCPU, Prices};
use super::figures::text;
use super::report::{Cost, Report};

/// The design's limit of the cost without SES, in dollars for a million registrations.
const WANTED: f64 = 4.0;

/// The page.
///
/// # Errors
/// If the run has not measured what it needs.
pub(super) fn cost(report: &Report) -> Result<String> {
    let prices = Prices::read()?;
    let memory = report.memory.iter();
    let memory: BTreeMap<String, f64> = memory
        .map(|(name, memory)| (name.clone(), memory.size))
        .collect();
    let of = |name: &str| {
        let operation = report.operation(name);
        let operation = operation.with_context(|| format!("the run has no {name}"));
        Ok::<&Cost, anyhow::Error>(&operation?.cost)
    };
    let rush = report
        .rates
        .iter()
        .filter(|rate| rate.name == "registrations");
    let rush = rush.max_by_key(|rate| rate.connections);
    let rush = rush.context("the run has no rush")?;
    let alone = of("registration")?;
    // A load reads no bodies: an answer is as long as in the other.
    let rush_cost = Cost {
        answer_bytes: alone.answer_bytes,
        ..rush.cost.clone()
    };
    let columns = [
        ("one at a time".to_owned(), alone),
        (
            "all seats of an event".to_owned(),
            of("registration, all seats of an event")?,
        ),
        (
            format!("in a rush, {} connections", rush.connections),
            &rush_cost,
        ),
    ];
    let news = of("delivery of a mail, as SES tells it")?;
    let mut bills = Vec::new();
    for (name, cost) in &columns {
        for function in cost.by_function.keys() {
            let known = memory.get(function).is_some_and(|mib| *mib > 0.0);
            ensure!(known, "the run does not tell the memory of {function}");
        }
        let bill = prices.bill(cost, &memory)?;
        let mail = prices.mail(cost, news, &memory)?;
        bills.push((name.as_str(), bill, mail));
    }
    Ok(format!(
        "# Cost\n\n\
        <!-- Written by `cargo xtask bench --write`: change the text in xtask/src/commands/bench/cost_page.rs. -->\n\n\
        What a million registrations cost on AWS, in US dollars: list prices of {region}, looked up on {as_of}, times what \
        was counted on the wire at commit {commit} ({at}). Nothing was billed by AWS. The counts are those of \
        [performance.md](performance.md).\n\n\
        {table}\n{verdict}\n\n{assumptions}{by_the_month}{prices_table}",
        region = prices.region,
        as_of = prices.as_of,
        commit = report.run.commit,
        at = report.run.at,
        table = bills_table(&bills),
        verdict = verdict(&bills),
        assumptions = assumptions(),
        by_the_month = by_the_month(&prices),
        prices_table = prices_table(&prices),
    ))
}

type Bill<'a> = (&'a str, Vec<Line>, Vec<Line>);

fn sum(lines: &[Line]) -> f64 {
    lines.iter().map(|line| line.usd).sum()
}

fn bills_table(bills: &[Bill]) -> String {
    let mut table = "## A million registrations\n\n|  |".to_owned();
    for (name, ..) in bills {
        let _ = write!(table, " {name}: each | $ |");
    }
    let _ = writeln!(table, "\n| --- |{}", " ---: | ---: |".repeat(bills.len()));
    let lines = |of: fn(&Bill) -> Vec<Line>| {
        let mut rows = String::new();
        let columns: Vec<Vec<Line>> = bills.iter().map(of).collect();
        for (index, first) in columns[0].iter().enumerate() {
            let _ = write!(rows, "| {}: {} |", first.service, first.what);
            for column in &columns {
                let line = &column[index];
                let _ = write!(rows, " {} | {:.2} |", text(line.amount), line.usd);
            }
            rows += "\n";
        }
        rows
    };
    let total = |name: &str, of: &dyn Fn(&Bill) -> f64| {
        let mut row = format!("| **{name}** |");
        for bill in bills {
            let _ = write!(row, "  | **{:.2}** |", of(bill));
        }
        row + "\n"
    };
    table += &lines(|(_, bill, _)| bill.clone());
    table += &total("without SES", &|(_, bill, _)| sum(bill));
    table += &lines(|(_, _, mail)| mail.clone());
    table += &total("with SES", &|(_, bill, mail)| sum(bill) + sum(mail));
    table
}

fn verdict(bills: &[Bill]) -> String {
    let mut text = format!("The design wants ${WANTED:.2} at most without SES: ");
    let parts = bills.iter().map(|(name, bill, _)| {
        let total = sum(bill);
        let word = if total <= WANTED { "within" } else { "over" };
        format!("{name} it is ${total:.2}, {word}")
    });
    text += &parts.collect::<Vec<_>>().join("; ");
    let dearest = bills.last().and_then(|(_, bill, _)| {
        bill.iter()
            .max_by(|left, right| left.usd.total_cmp(&right.usd))
    });
    if let Some(line) = dearest {
        let _ = write!(
            text,
            ". The dearest line of a rush is {}'s {} (${:.2})",
            line.service, line.what, line.usd
        );
    }
    text + "."
}

fn assumptions() -> String {
    format!(
        "## How it is computed\n\n\
        - *Counted*: calls, units, invocations, bytes of logs, mails and answers, for the registration itself and for all that \
        follows from it: relay, ticket, mail. Logs have Lambda's own three lines for each invocation. Signing up, logging in \
        and looking at events are not in it; [performance.md](performance.md#what-one-of-each-thing-costs) has their counts.\n\
        - *Duration of functions*: CPU time measured on the machine of the run, times {MIB_OF_A_VCPU} MB ÷ memory below a \
        whole vCPU, plus {CALL_MS} ms for each call of an AWS service, one after the other. The {CALL_MS} ms are an \
        assumption, and so is it that an arm64 processor is as fast. Starts of processes are not in it.\n\
        - *SQS*: messages sent as counted; two requests for each batch that a function is called with, one to receive and one \
        to delete it.\n\
        - *The table's stream*: Lambda's reads of it are free.\n\
        - *With SES*: that it tells what became of each mail (SNS, SQS, a function, a write) is added. Bytes of mails are \
        those of the requests, less what base64 adds.\n\
        - *Not in it*: free tiers, taxes, storage, backups, X-Ray, headers of answers, and what grows with time rather than with \
        registrations: every busy process reads the secret three times a minute.\n\n"
    )
}

/// The cost of a deployment that nobody uses, as far as it can be computed.
fn by_the_month(prices: &Prices) -> String {
    const QUEUES: f64 = 5.0;
    // Five pollers, each of which waits for 20 seconds ("Using Lambda with Amazon SQS", AWS Lambda Developer Guide).
    let polls = QUEUES * 5.0 * 3.0 * 60.0 * 24.0 * 30.0;
    let usd = prices
        .items
        .get("sqsRequests")
        .map_or(0.0, |price| price.usd);
    format!(
        "## What is paid when nobody comes\n\n\
        Five queues have triggers. Lambda asks each with five pollers that wait up to 20 s for an answer, so an idle stack \
        makes about {:.1} million requests of SQS in 30 days: ${:.2}. Alarms, the dashboard, the secret and metrics are paid \
        by the month as well ([AWS](aws.md#where-costs-come-from)); their prices were not looked up.\n\n",
        polls / 1_000_000.0,
        polls / 1_000_000.0 * usd,
    )
}

fn prices_table(prices: &Prices) -> String {
    let mut table = format!(
        "## Prices\n\n{} They are in `xtask/src/commands/bench/prices.json`; prices of other Regions were not found and are \
        left out.\n\n| $ | for | source |\n| ---: | --- | --- |\n",
        prices.note
    );
    for price in prices.items.values() {
        let _ = writeln!(
            table,
            "| {} | {} | {} |",
            price.usd, price.unit, price.source
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(usd: f64) -> Line {
        Line {
            service: "DynamoDB",
            what: "write units",
            amount: 2.0,
            usd,
        }
    }

    #[test]
    fn bills_stand_side_by_side() {
        let bills = [
            ("alone", vec![line(1.25), line(2.5)], vec![line(100.0)]),
            ("in a rush", vec![line(3.0), line(2.0)], vec![line(90.0)]),
        ];
        let table = bills_table(&bills);
        assert!(
            table.contains("| DynamoDB: write units | 2 | 1.25 | 2 | 3.00 |\n"),
            "{table}"
        );
        assert!(
            table.contains("| **without SES** |  | **3.75** |  | **5.00** |\n"),
            "{table}"
        );
        assert!(
            table.contains("| **with SES** |  | **103.75** |  | **95.00** |\n"),
            "{table}"
        );
        let verdict = verdict(&bills);
        assert!(
            verdict.contains("alone it is $3.75, within; in a rush it is $5.00, over"),
            "{verdict}"
        );
    }
}
