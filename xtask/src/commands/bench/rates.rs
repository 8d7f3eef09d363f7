//! Registrations, check-ins and reads a second.

use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use indicatif::ProgressBar;
use serde_json::json;

use super::load::{self, Loaded};
use super::report::Rate;
use super::scene::Scene;
use crate::client::{Answer, Client};
use crate::crowd::at_once;
use crate::crowd::register;

/// Open connections of the loads.
pub(super) const CONNECTIONS: [usize; 3] = [1, 8, 32];
/// More registrations a second than this machine can do; events are made for this rate.
const MOST_PER_SECOND: usize = 200;
/// The warm-up before each load, in which the processes of functions start.
pub(super) const WARM_UP: Duration = Duration::from_secs(2);

/// Measures all rates, with loads that last `seconds`.
pub(super) fn measure(scene: &mut Scene, seconds: u64) -> Result<Vec<Rate>> {
    let lasts = Duration::from_secs(seconds);
    let mut rates = Vec::new();
    let mut tickets: Vec<(String, String)> = Vec::new();
    for connections in CONNECTIONS {
        scene.stay_signed_in()?;
        let (rate, more) = registrations(scene, connections, lasts)?;
        rates.push(rate);
        tickets.extend(more);
    }
    let share = tickets.len() / CONNECTIONS.len();
    ensure!(share > 0, "nobody has a ticket");
    for (connections, some) in CONNECTIONS.into_iter().zip(tickets.chunks_exact(share)) {
        scene.stay_signed_in()?;
        rates.push(check_ins(scene, connections, lasts, some)?);
    }
    let event = scene.event(100)?;
    let paths = [
        ("event reads", format!("/v1/events/{event}")),
        ("list reads", "/v1/events?limit=20".to_owned()),
    ];
    for (name, path) in &paths {
        for connections in CONNECTIONS {
            let read = |client: &Client, _: usize| client.get(path, None);
            rates.push(rate(
                scene,
                name,
                connections,
                lasts,
                usize::MAX,
                read,
                |answer| answer.status == 200,
            )?);
        }
    }
    Ok(rates)
}

/// Measures registrations for events with twice as many seats as people. Also returns the tickets: event and code.
fn registrations(
    scene: &Scene,
    connections: usize,
    lasts: Duration,
) -> Result<(Rate, Vec<(String, String)>)> {
    let people = &scene.crowd.people;
    let seconds = usize::try_from((lasts + WARM_UP).as_secs())?;
    let wanted = (MOST_PER_SECOND * seconds).div_ceil(people.len());
    let events = (0..wanted)
        .map(|_| scene.event(2 * people.len()))
        .collect::<Result<Vec<_>>>()?;
    let registered = Mutex::new(Vec::new());
    let send = |client: &Client, index: usize| {
        let (event, person) = (&events[index / people.len()], index % people.len());
        let answer = register(client, event, &people[person].token)?;
        if answer.status == 201 {
            let mut registered = registered
                .lock()
                .map_err(|_| anyhow!("a thread panicked"))?;
            registered.push((event.clone(), person));
        }
        Ok(answer)
    };
    let count = events.len() * people.len();
    let is_done = |answer: &Answer| answer.status == 201;
    let rate = rate(
        scene,
        "registrations",
        connections,
        lasts,
        count,
        send,
        is_done,
    )?;
    let registered = registered
        .into_inner()
        .map_err(|_| anyhow!("a thread panicked"))?;
    // The code is known once the ticket is issued, which has happened by now.
    let tickets = at_once(registered.len(), &ProgressBar::hidden(), |index| {
        let (event, person) = &registered[index];
        let path = format!("/v1/events/{event}/registrations/me");
        let answer = scene.client.get(&path, Some(&people[*person].token))?;
        Ok((event.clone(), answer.text_at("/ticketCode")?))
    })?;
    Ok((rate, tickets))
}

/// Measures check-ins: door staff scan each ticket once.
fn check_ins(
    scene: &Scene,
    connections: usize,
    lasts: Duration,
    tickets: &[(String, String)],
) -> Result<Rate> {
    let token = &scene.organizer.token;
    let scan = |client: &Client, index: usize| {
        let (event, code) = &tickets[index];
        let path = format!("/v1/events/{event}/check-ins");
        client.post(&path, Some(token), &json!({"ticket": code}))
    };
    let admitted = |answer: &Answer| answer.status == 200 && answer.json["result"] == "admitted";
    rate(
        scene,
        "check-ins",
        connections,
        lasts,
        tickets.len(),
        scan,
        admitted,
    )
}

/// Runs one load after a warm-up; its cost includes all work that follows.
fn rate(
    scene: &Scene,
    name: &str,
    connections: usize,
    lasts: Duration,
    count: usize,
    send: impl Fn(&Client, usize) -> Result<Answer> + Sync,
    is_done: impl Fn(&Answer) -> bool + Sync,
) -> Result<Rate> {
    eprintln!("  {name}, {connections} connections");
    let base = &scene.stack.http_url;
    // Requests that can be made only once are few: some of them are for the warm-up.
    let warm = (count / 6).min(connections * 20);
    load::run(base, connections, WARM_UP, warm, &send, &is_done)?;
    let before = scene.mark()?;
    let rest = |client: &Client, index: usize| send(client, warm + index);
    let Loaded {
        done,
        per_second,
        latency,
        answers,
    } = load::run(base, connections, lasts, count - warm, rest, &is_done)?;
    let after = scene.mark()?;
    ensure!(
        done > 0,
        "none of the {name} was done; the answers: {answers:?}"
    );
    Ok(Rate {
        name: name.to_owned(),
        connections,
        done,
        per_second,
        latency,
        answers,
        cost: scene.cost(&before, &after, done, 0),
    })
}
