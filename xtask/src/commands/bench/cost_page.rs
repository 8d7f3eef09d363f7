//! Renders `docs/cost.md`: what a million registrations cost. The text of the page is in `xtask/templates/cost.md`.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use askama::Template;

use super::cost::{CALL_MS, Line, Prices};
use super::figures::text;
use super::page::filters;
use super::report::{Cost, RUSH, Report, Run};

/// The maximum cost, in dollars, of a million registrations without SES that the design allows.
const WANTED: f64 = 4.0;

/// The values that the page's template `xtask/templates/cost.md` needs.
#[derive(Template)]
#[template(path = "cost.md")]
struct Page<'a> {
    run: &'a Run,
    prices: &'a Prices,
    bills: &'a [Bill],
    rows: Vec<Row>,
    /// The most expensive line in the bill for registrations in a rush.
    dearest: &'a Line,
}

/// A row of the page's table: the row's title, and two texts for each bill. The first text is how many units one registration
/// uses. The second text is what a million registrations cost, in dollars.
type Row = (String, Vec<(String, String)>);

/// The bill for a million registrations of one kind.
struct Bill {
    name: String,
    lines: Vec<Line>,
    mail: Vec<Line>,
}

impl Bill {
    fn without_ses(&self) -> f64 {
        self.lines.iter().map(|line| line.usd).sum()
    }

    fn with_ses(&self) -> f64 {
        let mail: f64 = self.mail.iter().map(|line| line.usd).sum();
        self.without_ses() + mail
    }

    fn is_within(&self) -> bool {
        self.without_ses() <= WANTED
    }
}

/// Returns the page `docs/cost.md` with the results of a benchmark run.
///
/// # Errors
/// The run lacks a measurement that the page needs.
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
    let alone = of("registration")?;
    let news = of("delivery of a mail, as SES tells it")?;
    let bill = |(name, cost): (&str, &Cost)| {
        for function in cost.by_function.keys() {
            let known = memory.get(function).is_some_and(|mib| *mib > 0.0);
            ensure!(known, "the run does not tell the memory of {function}");
        }
        Ok(Bill {
            name: name.to_owned(),
            lines: prices.bill(cost, &memory)?,
            mail: prices.mail(cost, news, &memory)?,
        })
    };
    let bills = [("one at a time", alone), ("in a rush", of(RUSH)?)];
    let bills = bills.into_iter().map(bill).collect::<Result<Vec<_>>>()?;
    page(&report.run, &prices, &bills)
}

fn page(run: &Run, prices: &Prices, bills: &[Bill]) -> Result<String> {
    let lines = bills.last().map(|bill| &bill.lines);
    let dearest = lines.and_then(|lines| lines.iter().max_by(|a, b| a.usd.total_cmp(&b.usd)));
    let page = Page {
        run,
        prices,
        bills,
        rows: rows(bills),
        dearest: dearest.context("there is no bill")?,
    };
    Ok(page.render()? + "\n")
}

fn rows(bills: &[Bill]) -> Vec<Row> {
    let lines = |of: fn(&Bill) -> &[Line]| {
        let first = bills.first().map(of).unwrap_or_default();
        let row = |(index, line): (usize, &Line)| {
            let cells = bills.iter().map(|bill| &of(bill)[index]);
            let cells = cells.map(|line| (text(line.amount), format!("{:.2}", line.usd)));
            (format!("{}: {}", line.service, line.what), cells.collect())
        };
        first.iter().enumerate().map(row).collect::<Vec<Row>>()
    };
    let total = |title: &str, of: fn(&Bill) -> f64| {
        let cells = bills.iter().map(of);
        let cells = cells.map(|usd| (String::new(), format!("**{usd:.2}**")));
        vec![(format!("**{title}**"), cells.collect())]
    };
    [
        lines(|bill| &bill.lines),
        total("without SES", Bill::without_ses),
        lines(|bill| &bill.mail),
        total("with SES", Bill::with_ses),
    ]
    .concat()
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
        let bill = |name: &str, lines: [f64; 2], mail: f64| Bill {
            name: name.to_owned(),
            lines: lines.map(line).into(),
            mail: vec![line(mail)],
        };
        let bills = [
            bill("alone", [1.25, 2.5], 100.0),
            bill("in a rush", [3.0, 2.0], 90.0),
        ];
        let page = page(&Run::default(), &Prices::read().unwrap(), &bills).unwrap();
        for lines in [
            "|  | alone: each | $ | in a rush: each | $ |\n| --- | ---: | ---: | ---: | ---: |\n| DynamoDB: write units | 2 | 1.25 | 2 | 3.00 |\n",
            "| **without SES** |  | **3.75** |  | **5.00** |\n",
            "| **with SES** |  | **103.75** |  | **95.00** |\n\nThe design's goal is $4.00",
            "alone it is $3.75, within; in a rush it is $5.00, over. The most expensive line of a rush is DynamoDB's write units ($3.00).",
            "requests of SQS in 30 days, $1.30.",
        ] {
            assert!(page.contains(lines), "{lines}\n{page}");
        }
    }
}
