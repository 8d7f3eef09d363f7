//! Measures the cost of one operation of each kind, on a stack where nothing else happens.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::figures::float;
use super::report::{Operation, RUSH};
use super::scene::Scene;
use super::viewer::Viewer;
use crate::crowd::{PASSWORD, Person, at_once, register};

/// Number of repetitions of an operation whose cost is the same every time.
const TIMES: usize = 50;
/// Number of repetitions of an operation that hashes a password. A hash takes some 30 ms of CPU time.
const HASHED: usize = 20;
/// Pause between two registrations. It is longer than the wait of a tick of live counts, so that each registration causes its
/// own tick.
const BETWEEN_TICKS: Duration = Duration::from_millis(2_500);
const TICKS: usize = 10;

/// The id of an event, and the code of a ticket for this event.
type Ticket = (String, String);

/// Measures all operations.
pub(super) fn measure(scene: &mut Scene) -> Result<Vec<Operation>> {
    let mut operations = Vec::new();
    scene.stay_signed_in()?;
    let (registered, codes) = registrations(scene)?;
    operations.extend(registered);
    operations.push(sold_out(scene)?);
    operations.push(watched(scene)?);
    operations.push(news_of_mails(scene)?);
    operations.extend(sessions(scene)?);
    scene.stay_signed_in()?;
    operations.extend(reads(scene, &codes)?);
    operations.push(check_ins(scene, &codes)?);
    Ok(operations)
}

/// Measures registrations while an event has many free seats, repetitions of these registrations, the registrations that take
/// all seats of an event, and a rush. Returns the event and the ticket code of each of the first registrations.
fn registrations(scene: &Scene) -> Result<(Vec<Operation>, Vec<Ticket>)> {
    let people = scene.crowd.people.len();
    let event = scene.event(2 * people)?;
    // This request is not measured, because it makes the function cache the event.
    scene.register(&event, 0)?.expect_status(201, "registers")?;
    let alone = scene.operation("registration", people - 1, 201, |index| {
        scene.register(&event, index + 1)
    })?;
    let mut codes = Vec::new();
    let again = scene.operation("registration that stands", TIMES, 200, |index| {
        scene.register(&event, index % people)
    })?;
    for index in 0..people.min(2 * TIMES) {
        let code = scene.register(&event, index)?.text_at("/ticketCode")?;
        codes.push((event.clone(), code));
    }
    let full = scene.event(people)?;
    let last_seats = scene.operation(
        "registration, all seats of an event",
        people,
        201,
        |index| scene.register(&full, index),
    )?;
    let seats = scene.invariants(&full)?;
    ensure!(
        seats["ok"] == true && seats["guests"] == people,
        "an event that sold out stands at {seats}"
    );
    Ok((vec![alone, again, last_seats, rush(scene)?], codes))
}

/// Registers all people for one event. Several people register at the same time, so that each batch of the relay has several
/// records.
fn rush(scene: &Scene) -> Result<Operation> {
    eprintln!("  {RUSH}");
    let people = scene.crowd.people.len();
    let event = scene.event(2 * people)?;
    let before = scene.mark()?;
    let sizes = at_once(people, &ProgressBar::hidden(), |index| {
        let answer = scene.register(&event, index)?;
        Ok(answer.expect_status(201, "registers")?.bytes())
    })?;
    let after = scene.mark()?;
    Ok(Operation {
        name: RUSH.to_owned(),
        times: people,
        cost: scene.cost(&before, &after, people, sizes.iter().sum()),
    })
}

fn sold_out(scene: &Scene) -> Result<Operation> {
    let event = scene.event(5)?;
    for person in 0..5 {
        scene
            .register(&event, person)?
            .expect_status(201, "registers")?;
    }
    scene.mark()?;
    scene
        .register(&event, 5)?
        .expect_status(409, "is turned away")?;
    scene.operation("sold-out answer", TIMES, 409, |index| {
        scene.register(&event, 6 + index % (scene.crowd.people.len() - 6))
    })
}

/// Measures registrations for an event that one viewer watches. Each registration causes its own tick.
fn watched(scene: &Scene) -> Result<Operation> {
    let event = scene.event(100)?;
    let url = scene
        .stack
        .ws_url
        .as_deref()
        .context("the stack has no WebSocket API")?;
    let mut viewer = Viewer::of(url, &event)?;
    scene.register(&event, 0)?.expect_status(201, "registers")?;
    viewer.hear("count")?;
    let before = scene.mark()?;
    for person in 1..=TICKS {
        let token = &scene.crowd.people[person].token;
        register(&scene.client, &event, token)?.expect_status(201, "registers")?;
        viewer.hear("count")?;
        sleep(BETWEEN_TICKS);
    }
    let after = scene.mark()?;
    Ok(Operation {
        name: "registration that one viewer watches".to_owned(),
        times: TICKS,
        cost: scene.cost(&before, &after, TICKS, 0),
    })
}

/// Measures how much it costs to process the delivery report that SES publishes for each mail.
fn news_of_mails(scene: &Scene) -> Result<Operation> {
    let folder = scene.stack.mail_dir.as_ref();
    let folder = folder.context("the stack keeps no mail")?;
    let mut files: Vec<_> = fs::read_dir(folder)?.flatten().collect();
    files.sort_by_key(fs::DirEntry::file_name);
    let mut keys = Vec::new();
    for file in files.iter().rev().take(TIMES) {
        let mail = String::from_utf8_lossy(&fs::read(file.path())?).into_owned();
        let id = mail
            .lines()
            .find_map(|line| line.strip_prefix("Message-ID: <"));
        let key = id.and_then(|id| id.split('@').next());
        keys.push(key.context("a mail without Message-ID")?.to_owned());
    }
    let queue = scene.stack.queues.get("feedback");
    let url = queue.and_then(|queue| queue.url.clone());
    let url = url.context("the stack has no queue of feedback")?;
    let sqs = crate::client::Client::new(&scene.stack.endpoint_url, Duration::from_secs(10));
    let now = crate::clock::rfc3339(crate::clock::now_millis() / 1000);
    let before = scene.mark()?;
    for key in &keys {
        let reported = json!({
            "eventType": "Delivery",
            "delivery": {"timestamp": now},
            "mail": {"timestamp": now, "tags": {"mail": [key]}},
        });
        let message = json!({"QueueUrl": url, "MessageBody": reported.to_string()});
        sqs.call_aws("AmazonSQS.SendMessage", &message)?
            .expect_status(200, "news of a mail")?;
    }
    let after = scene.mark()?;
    let counts = Scene::counts(&before, &after);
    let notify = counts
        .invocations
        .iter()
        .find(|ran| ran.function == "notify");
    ensure!(
        notify.is_some_and(|ran| ran.records >= float(keys.len())),
        "nobody heard what became of the mails"
    );
    Ok(Operation {
        name: "delivery of a mail, as SES tells it".to_owned(),
        times: keys.len(),
        cost: scene.cost(&before, &after, keys.len(), 0),
    })
}

fn sessions(scene: &Scene) -> Result<Vec<Operation>> {
    let client = &scene.client;
    let sign_up = scene.operation("sign-up", HASHED, 201, |index| {
        let email = format!("late-{index}-{}@em-connect.example", scene.stack.pid);
        let body = json!({"email": email, "password": PASSWORD, "name": "Bea Bench"});
        client.post("/v1/auth/register", None, &body)
    })?;
    let log_in = scene.operation("login", HASHED, 200, |index| {
        let email = format!("late-{index}-{}@em-connect.example", scene.stack.pid);
        client.post(
            "/v1/auth/login",
            None,
            &json!({"email": email, "password": PASSWORD}),
        )
    })?;
    let mut person = Person::sign_up(client, "renewed")?;
    let before = scene.mark()?;
    for _ in 0..TIMES {
        person = person.renew(client)?;
    }
    let after = scene.mark()?;
    let renewal = Operation {
        name: "renewal of a session".to_owned(),
        times: TIMES,
        cost: scene.cost(&before, &after, TIMES, 0),
    };
    Ok(vec![sign_up, log_in, renewal])
}

fn reads(scene: &Scene, codes: &[Ticket]) -> Result<Vec<Operation>> {
    let token = |index: usize| Some(scene.crowd.people[index % codes.len()].token.as_str());
    let get = |path: &str, index: usize| scene.client.get(path, token(index));
    let event = format!("/v1/events/{}", codes[0].0);
    let mine = format!("{event}/registrations/me");
    Ok(vec![
        scene.operation("event read", TIMES, 200, |index| get(&event, index))?,
        scene.operation("page of 20 events", TIMES, 200, |index| {
            get("/v1/events?limit=20", index)
        })?,
        scene.operation("own registration", TIMES, 200, |index| get(&mine, index))?,
        scene.operation("own registrations, a page", TIMES, 200, |index| {
            get("/v1/me/registrations", index)
        })?,
        scene.operation("ticket read", TIMES, 200, |index| {
            let index = index % codes.len();
            get(&format!("/v1/tickets/{}", codes[index].1), index)
        })?,
    ])
}

fn check_ins(scene: &Scene, codes: &[Ticket]) -> Result<Operation> {
    let token = scene.organizer.token.as_str();
    let scan = |index: usize| -> (String, Value) {
        let (event, code) = &codes[index];
        (
            format!("/v1/events/{event}/check-ins"),
            json!({"ticket": code}),
        )
    };
    scene.operation("check-in", codes.len(), 200, |index| {
        let (path, body) = scan(index);
        let answer = scene.client.post(&path, Some(token), &body)?;
        ensure!(
            answer.json["result"] == "admitted",
            "not admitted: {answer}"
        );
        Ok(answer)
    })
}
