//! The cost of a registration on a deployed stack. The test fails if the functions make more calls or writes than the design
//! allows.
//!
//! `cargo xtask test` runs this test after the suite, because nothing else may use the stack meanwhile.

#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

mod counts;

use tests::{Event, NewEvent, Stack, User, emulated};

use self::counts::{Counts, Share, at_rest, since};

/// Number of people who register.
const PEOPLE: usize = 30;
/// Number of registrations that are measured. One more person registers before them, so that the function `api` has cached the
/// event.
const MEASURED: f64 = 29.0;
/// Write units that each of these functions consumes for a registration: `ticket` writes the ticket, and `notify` writes the
/// claim of the mail and its state after sending.
const AFTERWARDS: [(&str, f64); 2] = [("ticket", 1.0), ("notify", 2.0)];
/// Write units that the relay consumes to write the availability and the statistics, once for each batch. A single registration
/// has one batch for its seat, one for its ticket and one for its mail.
const OF_RELAY: f64 = 6.0;
/// Number of calls of the table that the API makes when users log in (five), read their own registration (three), and request
/// both renderings of its ticket (three each).
const CALLS_OF_RENDERINGS: f64 = 14.0;
/// Number of people who log in and request both renderings of their ticket.
const RENDERED: usize = 10;
/// Number of seats of a large event, which has 600 buckets.
const MANY: usize = 30_000;
/// Tolerance for work that does not belong to the measured requests: a mail that is retried after a test, an event that is no
/// longer cached, or a process that starts. One more call or unit for each registration would be far more than this.
const SLACK: f64 = 0.34;

fn share(cost: &Counts, function: &str) -> Share {
    cost.get(function).cloned().unwrap_or_default()
}

fn of_request(cost: &Counts) -> Vec<String> {
    let api = share(cost, "api");
    let (calls, writes) = (api.all_calls(), api.write_units);
    let mut faults = Vec::new();
    // A registration makes two writes. Sometimes it also reads the event, because an event stays in the cache only for some
    // seconds.
    if !(2.0..2.0 + SLACK).contains(&calls) {
        faults.push(format!("the API makes {calls} calls: {:?}", api.calls));
    }
    if !(2.0..2.0 + 0.5 / MEASURED).contains(&writes) {
        faults.push(format!("the API writes {writes} units"));
    }
    faults
}

fn of_others(cost: &Counts) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, most) in AFTERWARDS.into_iter().chain([("relay", OF_RELAY)]) {
        let share = share(cost, name);
        let units = share.write_units;
        if share.invocations == 0.0 || units > most + SLACK {
            let calls = share.calls;
            faults.push(format!(
                "{name} writes {units} units, {most} at most: {calls:?}"
            ));
        }
    }
    faults
}

fn of_refusal(cost: &Counts) -> Vec<String> {
    let api = share(cost, "api");
    // A new process of the API tries one write before its cache shows that all seats are taken.
    let (calls, units) = (api.all_calls(), api.write_units);
    if api.invocations > 0.0 && units < SLACK && calls < 1.0 + SLACK {
        return Vec::new();
    }
    vec![format!(
        "a sold-out answer makes {calls} calls and writes {units} units: {:?}",
        api.calls
    )]
}

/// Checks the cost of a login, a read of the user's registration, and both renderings of the registration's ticket.
fn of_login_and_renderings(cost: &Counts) -> Vec<String> {
    let api = share(cost, "api");
    let (calls, writes) = (api.all_calls(), api.write_units);
    let well = (CALLS_OF_RENDERINGS..CALLS_OF_RENDERINGS + SLACK).contains(&calls)
        && (1.0..1.0 + SLACK).contains(&writes);
    let fault = || {
        format!(
            "the API makes {calls} calls and writes {writes} units: {:?}",
            api.calls
        )
    };
    if well { Vec::new() } else { vec![fault()] }
}

async fn event(organizer: &User, capacity: usize) -> Event {
    let event = NewEvent {
        capacity,
        ..NewEvent::default()
    };
    organizer.published_event(event).await
}

/// Measures the cost of requests on a stack that nothing else uses.
struct Meter<'a> {
    stack: &'a Stack,
    /// The counts when all earlier work was done.
    at_rest: Counts,
}

impl Meter<'_> {
    /// Sends one request for each of `people`, one after the other. Returns the average cost of a request, including all work
    /// that follows from it.
    async fn cost_of(&mut self, people: &[User], request: impl AsyncFn(&User)) -> Counts {
        for user in people {
            request(user).await;
        }
        let before = std::mem::replace(&mut self.at_rest, at_rest(self.stack).await);
        let times = u32::try_from(people.len()).unwrap_or(u32::MAX);
        since(&self.at_rest, &before, times.into())
    }
}

#[tokio::test]
async fn a_registration_keeps_to_its_budget() {
    let stack = emulated!("counts calls of functions");
    let organizer = stack.register_organizer().await;
    let people = stack.crowd(PEOPLE).await;
    let (first, rest) = people.split_first().unwrap();

    let few_seats = event(&organizer, 4 * PEOPLE).await;
    let many_seats = event(&organizer, MANY).await;
    let full = event(&organizer, 1).await;
    for event in [&few_seats, &many_seats, &full] {
        first.register_for(event).await.expect(201);
    }
    let mut meter = Meter {
        stack: &stack,
        at_rest: at_rest(&stack).await,
    };

    let register = async |user: &User| drop(user.register_for(&few_seats).await.expect(201));
    let cost = meter.cost_of(rest, register).await;
    assert_eq!(
        of_request(&cost),
        [""; 0],
        "it writes twice and reads nothing"
    );
    assert_eq!(of_others(&cost), [""; 0], "what follows is written once");

    let register = async |user: &User| drop(user.register_for(&many_seats).await.expect(201));
    let cost = meter.cost_of(rest, register).await;
    let faults = [of_request(&cost), of_others(&cost)].concat();
    assert_eq!(
        faults, [""; 0],
        "it costs no more where there are many seats"
    );

    let register = async |user: &User| drop(user.register_for(&full).await.expect(409));
    let cost = meter.cost_of(rest, register).await;
    assert_eq!(
        of_refusal(&cost),
        [""; 0],
        "a sold-out answer reads once and writes nothing"
    );

    let log_in_and_render = async |user: &User| {
        stack.log_in(&user.credentials()).await;
        let code = user.ticket_code_for(&few_seats).await;
        for file in ["qr.png", "ticket.pdf"] {
            let path = format!("/v1/tickets/{code}/{file}");
            user.get(&path).await.expect(200);
        }
    };
    let cost = meter.cost_of(&rest[..RENDERED], log_in_and_render).await;
    assert_eq!(
        of_login_and_renderings(&cost),
        [""; 0],
        "a login writes once, a rendering nothing"
    );
}

fn cost(calls: f64, writes: f64, of_ticket: f64) -> Counts {
    let share = |units: f64| Share {
        invocations: 1.0,
        write_units: units,
        calls: [("UpdateItem ok".to_owned(), calls)].into(),
    };
    let shares = [
        ("api", writes),
        ("ticket", of_ticket),
        ("notify", 2.0),
        ("relay", 3.0),
    ];
    let shares = shares.map(|(name, units)| (name.to_owned(), share(units)));
    shares.into()
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
    assert_eq!(of_refusal(&cost(2.0, 0.0, 1.0)).len(), 1);
}

#[test]
fn what_was_not_counted_is_not_within_a_budget() {
    let nothing = Counts::new();
    assert!(!of_request(&nothing).is_empty());
    assert_eq!(of_others(&nothing).len(), 3);
    assert!(!of_refusal(&nothing).is_empty());
}

#[test]
fn a_cost_is_what_came_between_for_one() {
    let (before, after) = (cost(2.0, 4.0, 1.0), cost(8.0, 10.0, 4.0));
    let between = since(&after, &before, 3.0);
    assert_eq!(share(&between, "api").all_calls(), 2.0);
    assert_eq!(share(&between, "ticket").write_units, 1.0);
    assert_eq!(share(&between, "notify").write_units, 0.0);
}
