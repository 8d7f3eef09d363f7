//! Calculates costs in dollars from counted units and list prices (`prices.json`).

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::report::Cost;
use super::vcpu::cpu_wall_ms;

/// The time that a function waits for one call of an AWS service, in milliseconds. The value is assumed, not measured. All
/// calls are counted as sequential, though some are concurrent.
pub(crate) const CALL_MS: f64 = 5.0;
/// Assumed number of SQS requests for each batch that triggers a function: one request receives the batch, and another deletes
/// it.
const REQUESTS_OF_A_BATCH: f64 = 2.0;
/// The names of the functions that messages on SQS queues trigger.
const OF_QUEUES: [&str; 3] = ["ticket", "notify", "ws-push"];
/// Number of bytes of a mail for each byte of its base64 text. The requests to SES contain mails in base64.
const OF_BASE64: f64 = 3.0 / 4.0;

/// Content of `prices.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Prices {
    pub(crate) region: String,
    /// The date on which the prices were looked up.
    pub(crate) as_of: String,
    pub(crate) note: String,
    pub(crate) items: BTreeMap<String, Price>,
}

/// The price of one unit. In the file, each price also has the name of its unit and its source, for people who read it.
#[derive(Debug, Deserialize)]
pub(crate) struct Price {
    pub(crate) usd: f64,
    per: f64,
}

/// One line of the bill for a million operations.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) service: &'static str,
    pub(crate) what: &'static str,
    /// The number of units that one operation uses.
    pub(crate) amount: f64,
    /// Dollars for a million operations.
    pub(crate) usd: f64,
}

impl Prices {
    /// Parses `prices.json`.
    pub(crate) fn read() -> Result<Self> {
        serde_json::from_str(include_str!("prices.json")).context("reading prices.json")
    }

    /// Returns the cost of an idle stack in 30 days, in dollars. The stack has five queues with five pollers each, and each
    /// request of a poller waits for 20 seconds ("Using Lambda with Amazon SQS", AWS Lambda Developer Guide).
    pub(crate) fn idle(&self) -> f64 {
        let polls = 5.0 * 5.0 * 3.0 * 60.0 * 24.0 * 30.0;
        let price = self.items.get("sqsRequests");
        price.map_or(0.0, |price| polls * price.usd / price.per)
    }

    fn line(
        &self,
        service: &'static str,
        what: &'static str,
        price: &str,
        amount: f64,
    ) -> Result<Line> {
        let price = self.items.get(price);
        let price = price.with_context(|| format!("no price of {what}"))?;
        let usd = amount * 1_000_000.0 * price.usd / price.per;
        Ok(Line {
            service,
            what,
            amount,
            usd,
        })
    }

    /// Returns the bill for a million registrations, of which each has the cost `cost`, without the charges of SES. `memory`
    /// contains each function's memory size in MiB.
    pub(crate) fn bill(&self, cost: &Cost, memory: &BTreeMap<String, f64>) -> Result<Vec<Line>> {
        let queued = OF_QUEUES.iter();
        let batches: f64 = queued
            .filter_map(|name| cost.by_function.get(*name))
            .map(|share| share.invocations)
            .sum();
        let sent = cost.sum(|share| share.calls_of("sqs"));
        let from = [
            ("API Gateway", "requests", "httpRequests", 1.0),
            (
                "Lambda",
                "invocations",
                "invocations",
                cost.sum(|share| share.invocations),
            ),
            (
                "Lambda",
                "GB-seconds, arm64",
                "gbSecondsArm64",
                gb_seconds(cost, memory),
            ),
            (
                "DynamoDB",
                "write units",
                "writeUnits",
                cost.sum(|share| share.write_units),
            ),
            (
                "DynamoDB",
                "read units",
                "readUnits",
                cost.sum(|share| share.read_units),
            ),
            (
                "SQS",
                "requests",
                "sqsRequests",
                sent + batches * REQUESTS_OF_A_BATCH,
            ),
            (
                "CloudWatch Logs",
                "bytes",
                "logBytes",
                cost.sum(|share| share.log_bytes),
            ),
            (
                "data transfer",
                "bytes of answers",
                "bytesOut",
                cost.answer_bytes,
            ),
        ];
        from.into_iter()
            .map(|(service, what, price, amount)| self.line(service, what, price, amount))
            .collect()
    }

    /// Returns the cost of mail: the charges of SES, and the cost of delivery reports. `news` is the cost of one delivery
    /// report.
    pub(crate) fn mail(
        &self,
        cost: &Cost,
        news: &Cost,
        memory: &BTreeMap<String, f64>,
    ) -> Result<Vec<Line>> {
        let mails = cost.sum(|share| share.calls.get("ses SendEmail").copied().unwrap_or(0.0));
        let bytes = cost.sum(|share| share.mail_bytes) * OF_BASE64;
        let reported: f64 = self
            .bill(news, memory)?
            .iter()
            .filter(|line| line.service != "API Gateway" && line.service != "data transfer")
            .map(|line| line.usd)
            .sum();
        Ok(vec![
            self.line("SES", "mails", "mails", mails)?,
            self.line("SES", "bytes of mails", "mailBytes", bytes)?,
            self.line("SNS", "news of mails", "snsPublishes", mails)?,
            Line {
                service: "all others",
                what: "news of mails taken in",
                amount: mails,
                usd: reported * mails,
            },
        ])
    }
}

/// Returns the GB-seconds of one operation. A function is billed for two parts: the wall time that its CPU time takes at its
/// share of a vCPU, and the time that it waits for its calls.
fn gb_seconds(cost: &Cost, memory: &BTreeMap<String, f64>) -> f64 {
    let of = |(name, share): (&String, &super::report::Share)| {
        let mib = memory.get(name).copied().unwrap_or_default();
        let calls: f64 = share.calls.values().sum();
        let billed_ms = cpu_wall_ms(share.cpu_ms, mib) + calls * CALL_MS;
        billed_ms / 1000.0 * mib / 1024.0
    };
    cost.by_function.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::report::Share;

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    fn cost() -> Cost {
        let api = Share {
            invocations: 1.0,
            cpu_ms: 1.0,
            calls: [("dynamodb UpdateItem".to_owned(), 2.0)].into(),
            write_units: 2.0,
            log_bytes: 1000.0,
            ..Share::default()
        };
        let ticket = Share {
            invocations: 0.5,
            calls: [("ses SendEmail".to_owned(), 1.0)].into(),
            mail_bytes: 4000.0,
            ..Share::default()
        };
        Cost {
            answer_bytes: 500.0,
            by_function: [("api".to_owned(), api), ("ticket".to_owned(), ticket)].into(),
            ..Cost::default()
        }
    }

    #[test]
    fn a_bill_of_a_million() {
        let prices = Prices::read().unwrap();
        let memory = [("api".to_owned(), 1_769.0), ("ticket".to_owned(), 0.0)].into();
        let bill = prices.bill(&cost(), &memory).unwrap();
        let usd = |service: &str, what: &str| {
            let line = bill
                .iter()
                .find(|line| line.service == service && line.what == what);
            line.unwrap().usd
        };
        assert!(close(usd("API Gateway", "requests"), 1.0));
        assert!(close(usd("Lambda", "invocations"), 0.3));
        // In this example the function runs for 11 ms with 1.7275 GB.
        assert!(close(
            usd("Lambda", "GB-seconds, arm64"),
            11_000.0 * 1_769.0 / 1_024.0 * 0.000_013_333_4
        ));
        assert!(close(usd("DynamoDB", "write units"), 1.25));
        // Half a million batches need two requests each: one to receive the message, and one to delete it.
        assert!(close(usd("SQS", "requests"), 0.4));
        assert!(close(usd("CloudWatch Logs", "bytes"), 0.5));
        let mail = prices.mail(&cost(), &Cost::default(), &memory).unwrap();
        assert!(close(mail[0].usd, 100.0));
        assert!(close(mail[1].usd, 0.36));
    }
}
