//! Measures the cost of operations on a stack with signed-in people.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::counts::{Counter, Counts};
use super::figures::float;
use super::report::{Cost, Operation, Share};
use crate::client::{Answer, Client};
use crate::crowd::{Crowd, Person, new_event, register};
use crate::function_processes::cpu_of_group;
use crate::stack::Stack;

/// The stack, the users and the counters that every measurement needs.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) stack: &'a Stack,
    pub(super) client: Client,
    pub(super) crowd: Crowd,
    pub(super) organizer: Person,
    pub(super) admin: Person,
    counter: Counter,
}

/// The counts of calls and the CPU times of processes, both read at the same moment.
#[derive(Debug)]
pub(super) struct Mark {
    counts: Counts,
    /// CPU time of the processes in milliseconds, by Lambda name.
    cpu: BTreeMap<String, f64>,
}

impl<'a> Scene<'a> {
    /// Creates a scene with `people` new accounts.
    pub(super) fn new(stack: &'a Stack, people: usize) -> Result<Self> {
        let client = stack.client();
        let of = |account: &crate::credentials::Account| Person::log_in(&client, account);
        Ok(Self {
            organizer: of(&stack.organizer)?,
            admin: of(&stack.admin)?,
            crowd: Crowd::sign_up(&client, people)?,
            counter: Counter::of(stack),
            client,
            stack,
        })
    }

    /// Renews all sessions if they are old. Call this before a long measurement.
    pub(super) fn stay_signed_in(&mut self) -> Result<()> {
        self.crowd.stay_signed_in(&self.client)?;
        self.organizer = self.organizer.renew(&self.client)?;
        self.admin = self.admin.renew(&self.client)?;
        Ok(())
    }

    /// Waits until no call or invocation is running, and reads the counters.
    pub(super) fn mark(&self) -> Result<Mark> {
        let counts = self.counter.settled()?;
        let cpu = cpu_of_group(self.stack.pid).context("this machine does not tell CPU times")?;
        Ok(Mark { counts, cpu })
    }

    /// Returns the counts of the calls and invocations that happened between the marks `before` and `after`.
    pub(super) fn counts(before: &Mark, after: &Mark) -> Counts {
        after.counts.since(&before.counts)
    }

    /// Returns the cost of one operation if `times` operations ran between the marks `before` and `after`.
    pub(super) fn cost(&self, before: &Mark, after: &Mark, times: usize, bytes: usize) -> Cost {
        let mut cost = cost_of(&Self::counts(before, after), float(times));
        cost.answer_bytes = float(bytes) / float(times);
        let used = |lambda: &str| {
            let at = |mark: &Mark| mark.cpu.get(lambda).copied().unwrap_or_default();
            // A process that has ended is missing from the later mark, so the difference of its CPU times would be negative.
            (at(after) - at(before)).max(0.0) / float(times)
        };
        cost.emulator_cpu_ms = used("");
        for (name, lambda) in &self.stack.functions {
            if used(lambda) > 0.0 {
                cost.by_function.entry(name.clone()).or_default().cpu_ms = used(lambda);
            }
        }
        cost
    }

    /// Runs an operation `times` times, one after the other. Returns the cost of one operation. Each answer must have the
    /// status `status`.
    pub(super) fn operation(
        &self,
        name: &str,
        times: usize,
        status: u16,
        act: impl Fn(usize) -> Result<Answer>,
    ) -> Result<Operation> {
        eprintln!("  {name}");
        let before = self.mark()?;
        let mut bytes = 0;
        for index in 0..times {
            bytes += act(index)?.expect_status(status, name)?.bytes();
        }
        let after = self.mark()?;
        Ok(Operation {
            name: name.to_owned(),
            times,
            cost: self.cost(&before, &after, times, bytes),
        })
    }

    /// Publishes an event and returns its id. The event starts about a month from now, but its doors are open already.
    pub(super) fn event(&self, capacity: usize) -> Result<String> {
        new_event(&self.client, &self.organizer, capacity)
    }

    /// Sends a person's request for a seat.
    pub(crate) fn register(&self, event: &str, person: usize) -> Result<Answer> {
        let token = &self.crowd.people[person].token;
        register(&self.client, event, token)
    }

    /// Reads the result of the check whether the counts of `event` satisfy the invariants of the guest list.
    pub(super) fn invariants(&self, event: &str) -> Result<Value> {
        let path = format!("/v1/admin/events/{event}/invariants");
        let answer = self.client.get(&path, Some(&self.admin.token))?;
        Ok(answer.expect_status(200, "the invariants")?.json)
    }
}

/// Returns a cost that contains only the calls, units and bytes that the emulator counted, without CPU times.
fn cost_of(counts: &Counts, times: f64) -> Cost {
    let mut by_function: BTreeMap<String, Share> = BTreeMap::new();
    for called in &counts.calls {
        let share = by_function.entry(called.function.clone()).or_default();
        share.read_units += called.read_units / times;
        share.write_units += called.write_units / times;
        if called.service == "ses" {
            share.mail_bytes += called.bytes / times;
        }
        if called.times > 0.0 {
            let mut name = format!("{} {}", called.service, called.operation);
            if called.outcome != "ok" {
                name = format!("{name} {}", called.outcome);
            }
            *share.calls.entry(name).or_default() += called.times / times;
        }
    }
    for ran in &counts.invocations {
        let share = by_function.entry(ran.function.clone()).or_default();
        share.invocations = ran.times / times;
        share.log_bytes = ran.log_bytes / times;
    }
    Cost {
        by_function,
        ..Cost::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cost_is_told_by_function_and_for_one() {
        let called = |function: &str, service: &str, outcome: &str, times: f64, units: f64| {
            json!({"function": function, "service": service, "operation": "Do", "outcome": outcome, "on": "t",
                "calls": times, "readUnits": 0.5 * times, "writeUnits": units, "bytes": 10.0 * times})
        };
        let counts = json!({
            "calls": [
                called("api", "dynamodb", "ok", 8.0, 8.0),
                called("api", "dynamodb", "Refused", 4.0, 4.0),
                // A write to an index uses write units, but is not a call.
                called("api", "dynamodb", "ok", 0.0, 2.0),
                called("notify", "ses", "ok", 4.0, 0.0),
            ],
            "invocations": [
                {"function": "api", "invocations": 4.0, "records": 0.0, "logBytes": 400.0},
            ],
        });
        let counts: Counts = serde_json::from_value(counts).unwrap();
        let cost = cost_of(&counts, 4.0);
        let api = Share {
            invocations: 1.0,
            calls: [
                ("dynamodb Do".to_owned(), 2.0),
                ("dynamodb Do Refused".to_owned(), 1.0),
            ]
            .into(),
            read_units: 1.5,
            write_units: 3.5,
            log_bytes: 100.0,
            ..Share::default()
        };
        assert_eq!(cost.by_function["api"], api);
        assert_eq!((api.calls_of("dynamodb"), api.calls_of("ses")), (3.0, 0.0));
        let notify = &cost.by_function["notify"];
        assert_eq!((notify.mail_bytes, notify.calls_of("ses")), (10.0, 1.0));
    }
}
