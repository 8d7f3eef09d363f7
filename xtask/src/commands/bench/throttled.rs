//! A rush while the table and the queues turn calls away.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::json;

use super::load::{self, Loaded};
use super::report::Throttled;
use super::scene::{Scene, register};
use crate::client::{Answer, Client};

/// Of the calls of functions to `DynamoDB` and SQS.
const SHARE: f64 = 0.1;
const SEED: u32 = 7;
const CONNECTIONS: usize = 8;
const EVENTS: usize = 2;
/// Everybody is served long before.
const WITHIN: Duration = Duration::from_mins(3);
/// A message whose every attempt was throttled comes again after its queue's visibility timeout, three minutes for tickets;
/// no access token lives longer than this.
const ISSUED_WITHIN: Duration = Duration::from_mins(8);
/// The emulator looks at its script ten times a second.
const SEEN_WITHIN: Duration = Duration::from_millis(500);
const ATTEMPTS: usize = 20;

/// The rush without faults, then with them. Afterwards everybody who was turned away asks again, as clients do.
///
/// # Errors
/// If somebody was told that they have a seat and has none, if a seat is lost, a ticket or a mail.
pub(super) fn measure(scene: &mut Scene, faults: &Path) -> Result<Throttled> {
    scene.stay_signed_in()?;
    let (_, without) = rush(scene)?;
    scene.mark()?;
    scene.stay_signed_in()?;
    let before = scene.mark()?;
    let script = Script::play(faults)?;
    let rushed = rush(scene);
    drop(script);
    sleep(SEEN_WITHIN);
    let (rush, with) = rushed?;
    let told = rush
        .told
        .into_inner()
        .map_err(|_| anyhow!("a thread panicked"))?;
    for (event, id) in rush.events.iter().enumerate() {
        for person in 0..scene.crowd.people.len() {
            if !told.contains(&(event, person)) {
                insist(scene, id, person)?;
            }
        }
    }
    let after = scene.mark()?;
    scene.stay_signed_in()?;
    let seated = told.iter().filter(|(event, person)| {
        has_seat(scene, &rush.events[*event], *person).unwrap_or_default()
    });
    let seated = seated.count();
    ensure!(
        seated == told.len(),
        "{} were told that they have a seat, {seated} have one",
        told.len()
    );
    let (tickets, last_ticket_seconds) = tickets(scene, &rush.events)?;
    scene.stay_signed_in()?;
    let mails = mails(scene, &rush.events)?;
    let mut turned_away: BTreeMap<String, f64> = BTreeMap::new();
    for called in Scene::counts(&before, &after).calls {
        if called.outcome.contains("Throttl") || called.outcome.contains("ThroughputExceeded") {
            *turned_away.entry(called.function).or_default() += called.times;
        }
    }
    ensure!(!turned_away.is_empty(), "no call was throttled");
    Ok(Throttled {
        share: SHARE,
        connections: CONNECTIONS,
        without: without.latency,
        with: with.latency,
        answers: with.answers,
        turned_away,
        told: told.len(),
        seated,
        tickets,
        last_ticket_seconds,
        mails,
    })
}

/// Events that everybody asked for, and who was told that they have a seat: number of the event, number of the person.
struct Rush {
    events: Vec<String>,
    told: Mutex<BTreeSet<(usize, usize)>>,
}

fn rush(scene: &Scene) -> Result<(Rush, Loaded)> {
    let people = &scene.crowd.people;
    let events = (0..EVENTS)
        .map(|_| event(scene, 2 * people.len()))
        .collect::<Result<Vec<_>>>()?;
    let rush = Rush {
        events,
        told: Mutex::default(),
    };
    let send = |client: &Client, index: usize| {
        let (event, person) = (index / people.len(), index % people.len());
        let answer = register(client, &rush.events[event], &people[person].token)?;
        if answer.status == 201 {
            let mut told = rush.told.lock().map_err(|_| anyhow!("a thread panicked"))?;
            told.insert((event, person));
        }
        Ok(answer)
    };
    let is_done = |answer: &Answer| answer.status == 201;
    let count = EVENTS * people.len();
    let base = &scene.stack.http_url;
    let loaded = load::run(base, CONNECTIONS, WITHIN, count, send, is_done)?;
    Ok((rush, loaded))
}

/// A published event, though calls may be turned away while it is made.
fn event(scene: &Scene, capacity: usize) -> Result<String> {
    let mut made = scene.event(capacity);
    for _ in 1..ATTEMPTS {
        if made.is_ok() {
            break;
        }
        made = scene.event(capacity);
    }
    made
}

fn insist(scene: &Scene, event: &str, person: usize) -> Result<()> {
    for _ in 0..ATTEMPTS {
        if matches!(scene.register(event, person)?.status, 200 | 201) {
            return Ok(());
        }
    }
    Err(anyhow!(
        "somebody gets no seat, though calls are served again"
    ))
}

fn has_seat(scene: &Scene, event: &str, person: usize) -> Result<bool> {
    let path = format!("/v1/events/{event}/registrations/me");
    let token = &scene.crowd.people[person].token;
    let answer = scene.client.get(&path, Some(token))?;
    Ok(answer.status == 200 && answer.json["status"] == "confirmed")
}

/// Tickets of these events, when everybody has one; and how many seconds that took.
fn tickets(scene: &Scene, events: &[String]) -> Result<(usize, u64)> {
    let people = scene.crowd.people.len();
    let begun = Instant::now();
    for event in events {
        loop {
            let seats = scene.invariants(event)?;
            let has = |name: &str| seats[name] == people;
            ensure!(
                seats["ok"] == true && has("guests") && has("registrations"),
                "of {people} people: {seats}"
            );
            if has("tickets") {
                break;
            }
            ensure!(begun.elapsed() < ISSUED_WITHIN, "tickets are lost: {seats}");
            sleep(Duration::from_secs(1));
        }
    }
    Ok((people * events.len(), begun.elapsed().as_secs()))
}

/// Mails with the tickets of these events, when SES took one for everybody.
fn mails(scene: &Scene, events: &[String]) -> Result<usize> {
    let people = scene.crowd.people.len();
    let begun = Instant::now();
    for event in events {
        let path = format!("/v1/events/{event}/stats");
        loop {
            let stats = scene.client.get(&path, Some(&scene.admin.token))?;
            let mail = &stats.expect_status(200, "the statistics")?.json["mail"];
            let sent = mail["sent"].as_u64().context("statistics without mails")?;
            let expected = u64::try_from(people)?;
            ensure!(sent <= expected, "of {people} people: {mail}");
            if sent == expected {
                break;
            }
            ensure!(begun.elapsed() < ISSUED_WITHIN, "mails are lost: {mail}");
            sleep(Duration::from_secs(1));
        }
    }
    Ok(people * events.len())
}

/// Faults are made as long as it lives.
struct Script(PathBuf);

impl Script {
    fn play(folder: &Path) -> Result<Self> {
        let path = folder.join("script.json");
        let beside = folder.join("script.json.new");
        let text = json!({"seed": SEED, "throttled": SHARE}).to_string();
        fs::write(&beside, text)
            .and_then(|()| fs::rename(&beside, &path))
            .with_context(|| format!("writing {}", path.display()))?;
        sleep(SEEN_WITHIN);
        Ok(Self(path))
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
