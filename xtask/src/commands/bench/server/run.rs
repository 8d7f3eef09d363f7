//! Runs the steps that measure a server.

use std::cell::RefCell;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use hyper::StatusCode;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::connection::request;
use super::load;
use super::report::{Load, Report};
use super::scene::{Plan, Scene};
use super::viewers;
use crate::cli::bench::Bench;
use crate::progress::Steps;

/// The numbers of connections with which loads are measured. Each load runs once with each of these numbers.
const CONNECTIONS: [usize; 3] = [1, 8, 32];
/// An assumed rate of registrations that this machine cannot reach. The run makes so many events that seats are left even at
/// this rate.
const MOST_PER_SECOND: usize = 1_500;
/// Number of registrations in the data file when the run measures restarts of the server.
const REGISTRATIONS: usize = 10_000;
const STARTS: usize = 3;
/// The time that the run waits after a start of the server, before it reads the memory of the idle server.
const REST: Duration = Duration::from_secs(3);
const READS: [(&str, &str); 2] = [
    ("event reads", "/v1/events/"),
    ("pages of 10 events", "/v1/events?limit=10"),
];

/// The indexes of the event and of the person of an accepted registration.
type Registered = (usize, usize);

/// Starts a server with a new data folder, and runs all measurements on it.
pub(super) fn measure(options: &Bench) -> Result<Report> {
    let (people, registrations, seconds, viewers) = if options.quick {
        (100, 500, 1, 100)
    } else {
        (1_000, REGISTRATIONS, 5, 1_000)
    };
    let lasts = Duration::from_secs(options.seconds.unwrap_or(seconds));
    let mut report = Report::default();
    let mut steps = Steps::new(6);
    let mut scene = steps.noisy_step("people", || Scene::new(people))?;
    report.signing_up = scene.server.memory()?;
    scene.server.forget_most_memory()?;
    let mut events = Vec::new();
    let mut tickets = steps.noisy_step("registrations", || {
        let tickets = RefCell::new(Vec::new());
        for connections in CONNECTIONS {
            let load = registrations_of(&mut scene, &mut events, connections, lasts, &tickets)?;
            report.loads.push(load);
        }
        fill(&mut scene, &mut events, registrations, &tickets)?;
        codes(&scene, &events, &tickets.into_inner())
    })?;
    report.registrations = tickets.len();
    steps.noisy_step("check-ins", || {
        let share = tickets.len() / CONNECTIONS.len();
        for connections in CONNECTIONS {
            let some = tickets.split_off(tickets.len() - share);
            let load = check_ins(&mut scene, &events, connections, lasts, &some)?;
            report.loads.push(load);
        }
        Ok(())
    })?;
    let event = format!("{}{}", READS[0].1, events[0]);
    steps.noisy_step("reads", || {
        for (name, path) in [(READS[0].0, event.as_str()), READS[1]] {
            for connections in CONNECTIONS {
                report
                    .loads
                    .push(reads(&scene, name, path, connections, lasts)?);
            }
        }
        report.loaded = scene.server.memory()?;
        Ok(())
    })?;
    steps.noisy_step("viewers", || {
        scene.stay_signed_in()?;
        report.live = viewers::measure(&scene, options.viewers.unwrap_or(viewers))?;
        Ok(())
    })?;
    steps.noisy_step("starts", || {
        for _ in 0..STARTS {
            scene.server.stop()?;
            let took = scene.server.start(&event)?.as_secs_f64() * 1_000.0;
            report.start_ms = report.start_ms.max(took);
        }
        sleep(REST);
        report.at_rest = scene.server.memory()?;
        Ok(())
    })?;
    Ok(report)
}

/// Measures registrations. All people register for one event, then all people register for the next event.
fn registrations_of(
    scene: &mut Scene,
    events: &mut Vec<String>,
    connections: usize,
    lasts: Duration,
    registered: &RefCell<Vec<Registered>>,
) -> Result<Load> {
    scene.stay_signed_in()?;
    let people = scene.crowd.people.len();
    let seconds = usize::try_from(lasts.as_secs())?;
    let wanted = (MOST_PER_SECOND * seconds).div_ceil(people);
    let first = events.len();
    for _ in 0..wanted {
        events.push(scene.event()?);
    }
    let of = |index: usize| (first + index / people, index % people);
    scene.load(&Plan {
        name: "registrations",
        connections,
        lasts,
        count: wanted * people,
        make: |index| scene.registration(&events[of(index).0], of(index).1),
        is_done: |index, status, _: &Bytes| {
            let done = status == StatusCode::CREATED;
            if done {
                registered.borrow_mut().push(of(index));
            }
            done
        },
        mails: true,
    })
}

/// Registers people until there are `wanted` registrations.
fn fill(
    scene: &mut Scene,
    events: &mut Vec<String>,
    wanted: usize,
    registered: &RefCell<Vec<Registered>>,
) -> Result<()> {
    scene.stay_signed_in()?;
    while registered.borrow().len() < wanted {
        events.push(scene.event()?);
        let event = events.len() - 1;
        let make = |person: usize| scene.registration(&events[event], person);
        let is_done = |person: usize, status: StatusCode, _: &Bytes| {
            registered.borrow_mut().push((event, person));
            status == StatusCode::CREATED
        };
        let people = scene.crowd.people.len();
        let filling = load::run(
            &scene.server.address,
            8,
            Duration::MAX,
            people,
            make,
            is_done,
        );
        let filled = scene.block_on(filling)?;
        ensure!(
            filled.done == people,
            "not all register: {:?}",
            filled.others
        );
    }
    scene.settle()
}

/// Returns the codes of all tickets. Each code comes with the index of the ticket's event.
fn codes(
    scene: &Scene,
    events: &[String],
    registered: &[Registered],
) -> Result<Vec<(usize, String)>> {
    let codes = RefCell::new(Vec::with_capacity(registered.len()));
    let make = |index: usize| {
        let (event, person) = registered[index];
        let token = scene.crowd.people[person].token.as_str();
        let path = format!("/v1/events/{}/registrations/me", events[event]);
        request("GET", &path, Some(token), &Value::Null)
    };
    let is_done = |index: usize, _, body: &Bytes| {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let code = answer["ticketCode"].as_str();
        let found = code.map(|code| (registered[index].0, code.to_owned()));
        codes.borrow_mut().extend(found);
        code.is_some()
    };
    let count = registered.len();
    let reading = load::run(
        &scene.server.address,
        8,
        Duration::MAX,
        count,
        make,
        is_done,
    );
    let read = scene.block_on(reading)?;
    ensure!(
        read.done == count,
        "not all have tickets: {:?}",
        read.others
    );
    Ok(codes.into_inner())
}

/// Measures check-ins. The organizer scans each ticket once.
fn check_ins(
    scene: &mut Scene,
    events: &[String],
    connections: usize,
    lasts: Duration,
    tickets: &[(usize, String)],
) -> Result<Load> {
    scene.stay_signed_in()?;
    let token = scene.organizer.token.as_str();
    scene.load(&Plan {
        name: "check-ins",
        connections,
        lasts,
        count: tickets.len(),
        make: |index| {
            let (event, code) = &tickets[index];
            let path = format!("/v1/events/{}/check-ins", events[*event]);
            request("POST", &path, Some(token), &json!({"ticket": code}))
        },
        is_done: |_, status, body: &Bytes| {
            let answer: Value = serde_json::from_slice(body).unwrap_or_default();
            status == StatusCode::OK && answer["result"] == "admitted"
        },
        mails: false,
    })
}

/// Measures reads of `path` without a token.
fn reads(
    scene: &Scene,
    name: &'static str,
    path: &str,
    connections: usize,
    lasts: Duration,
) -> Result<Load> {
    scene.load(&Plan {
        name,
        connections,
        lasts,
        count: usize::MAX,
        make: |_| request("GET", path, None, &Value::Null),
        is_done: |_, status, _: &Bytes| status == StatusCode::OK,
        mails: false,
    })
}
