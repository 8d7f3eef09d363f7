//! Budgets of a registration, as tests: they fail when the code calls or writes more than the design allows.

use anyhow::Result;

use super::figures::{float, text};
use super::report::{Cost, Operation, Share};
use super::scene::Scene;
use crate::stack::Stack;

/// People of a check.
const PEOPLE: usize = 30;
/// Write units that follow from a registration, by function: the ticket; the mail is claimed and then sent.
const AFTERWARDS: [(&str, f64); 2] = [("ticket", 1.0), ("notify", 2.0)];
/// Of the relay, for its availability and statistics, each once for a batch. Alone, a registration has a batch of its own
/// for its seat, its ticket and its mail.
const OF_RELAY: f64 = 6.0;
/// Seats of an event that is large: 600 buckets.
const MANY: usize = 30_000;
/// For what else goes on: a mail that comes again after a test, an event that is not remembered any more, a process that
/// starts. One call or unit more for each registration is far above it.
const SLACK: f64 = 0.34;

/// Returns the figures that exceed a budget, by the name of the test. Nothing else may happen on the stack.
///
/// # Errors
/// If it cannot be measured.
pub(crate) fn check(stack: &Stack) -> Result<Vec<(&'static str, Vec<String>)>> {
    let scene = Scene::new(stack, PEOPLE)?;
    let event = scene.event(4 * PEOPLE)?;
    scene.register(&event, 0)?.expect_status(201, "registers")?;
    let Operation { cost, .. } = scene.operation("registration", PEOPLE - 1, 201, |index| {
        scene.register(&event, index + 1)
    })?;
    let large = scene.event(MANY)?;
    scene.register(&large, 0)?.expect_status(201, "registers")?;
    let among_many = scene.operation("registration", PEOPLE - 1, 201, |index| {
        scene.register(&large, index + 1)
    })?;
    let full = scene.event(1)?;
    scene.register(&full, 0)?.expect_status(201, "registers")?;
    scene.mark()?;
    scene
        .register(&full, 1)?
        .expect_status(409, "is turned away")?;
    let turned_away = scene.operation("sold-out answer", PEOPLE - 2, 409, |index| {
        scene.register(&full, index + 2)
    })?;
    Ok(vec![
        (
            "registration::writes_twice_and_reads_nothing",
            of_request(&cost),
        ),
        (
            "registration::what_follows_is_written_once",
            of_others(&cost),
        ),
        (
            "registration::costs_no_more_where_there_are_many_seats",
            [of_request(&among_many.cost), of_others(&among_many.cost)].concat(),
        ),
        (
            "registration::sold_out_writes_nothing",
            of_refusal(&turned_away.cost),
        ),
    ])
}

fn api(cost: &Cost) -> Share {
    cost.by_function.get("api").cloned().unwrap_or_default()
}

fn of_request(cost: &Cost) -> Vec<String> {
    let api = api(cost);
    let calls = api.calls_of("dynamodb");
    let writes = api.write_units;
    let mut faults = Vec::new();
    // Two writes; an event is read again when it was remembered for some seconds.
    if !(2.0..2.0 + SLACK).contains(&calls) {
        faults.push(format!(
            "the API makes {} calls: {:?}",
            text(calls),
            api.calls
        ));
    }
    if !(2.0..2.0 + 1.0 / float(PEOPLE)).contains(&writes) {
        faults.push(format!("the API writes {} units", text(writes)));
    }
    faults
}

fn of_others(cost: &Cost) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, most) in AFTERWARDS.into_iter().chain([("relay", OF_RELAY)]) {
        let share = cost.by_function.get(name).cloned().unwrap_or_default();
        if share.invocations == 0.0 || share.write_units > most + SLACK {
            let units = text(share.write_units);
            faults.push(format!(
                "{name} writes {units} units, {most} at most: {:?}",
                share.calls
            ));
        }
    }
    faults
}

fn of_refusal(cost: &Cost) -> Vec<String> {
    let api = api(cost);
    // A process that has just started tries a write before it knows.
    if api.invocations > 0.0 && api.write_units < SLACK {
        return Vec::new();
    }
    let units = text(api.write_units);
    vec![format!(
        "a sold-out answer writes {units} units: {:?}",
        api.calls
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(calls: f64, writes: f64, of_ticket: f64) -> Cost {
        let share = |units: f64| Share {
            invocations: 1.0,
            calls: [("dynamodb UpdateItem".to_owned(), calls)].into(),
            write_units: units,
            ..Share::default()
        };
        let shares = [
            ("api", writes),
            ("ticket", of_ticket),
            ("notify", 2.0),
            ("relay", 3.0),
        ];
        let shares = shares.map(|(name, units)| (name.to_owned(), share(units)));
        Cost {
            by_function: shares.into(),
            ..Cost::default()
        }
    }

    #[test]
    fn one_call_or_unit_more_is_too_many() {
        let well = cost(2.0, 2.0, 1.0);
        assert!(of_request(&well).is_empty() && of_others(&well).is_empty());
        assert_eq!(of_request(&cost(3.0, 2.0, 1.0)).len(), 1);
        assert_eq!(of_request(&cost(2.0, 3.0, 1.0)).len(), 1);
        assert_eq!(of_others(&cost(2.0, 2.0, 2.0)).len(), 1);
        assert!(of_refusal(&cost(1.0, 0.0, 1.0)).is_empty());
        assert_eq!(of_refusal(&cost(1.0, 1.0, 1.0)).len(), 1);
    }

    #[test]
    fn what_was_not_counted_is_not_within_a_budget() {
        let nothing = Cost::default();
        assert!(!of_request(&nothing).is_empty());
        assert_eq!(of_others(&nothing).len(), 3);
        assert!(!of_refusal(&nothing).is_empty());
    }
}
