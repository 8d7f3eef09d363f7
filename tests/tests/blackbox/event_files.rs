//! Tests of the folder `events`. They send each file of that folder to the deployed function that its trigger calls, and check
//! the answers.
//!
//! Each file contains an event that a trigger, such as a queue, once sent to a function. The ids in it belong to a stack that
//! no longer exists. The tests replace them by the ids of an event and a guest of this stack, so the function has something to
//! do.
#![expect(
    clippy::unwrap_used,
    reason = "a file that is not there fails the test"
)]

use std::collections::BTreeSet;
use std::fs;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tests::{
    Event, NewEvent, PATIENCE, Stack, User, Viewer, emulated, eventually, project_folder, unique,
};

use crate::mail_announcements;

/// Ids that the files contain, written without their prefixes.
const EVENT: &str = "01m83w2dw2ezxseemv5b3szhem";
const USER: &str = "01m83w2hjde2madv47ah31n1pc";
const ANNOUNCEMENT: &str = "01m83w2njceb595ktr3b59vyfa";
const CONNECTION: &str = "bc4e81bf6bb240d5";
const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery";
const ACCESS_TOKEN: &str = "ACCESS_TOKEN";

/// The path of every event file below `events`, without its extension.
const FILES: [&str; 17] = [
    "api/get-event",
    "api/log-in",
    "api/register-for-event",
    "notify/feedback",
    "notify/mail-account",
    "notify/mail-audience",
    "notify/mail-registrant",
    "relay/registration",
    "relay/seats",
    "ticket/tickets",
    "web/get-page",
    "ws-connect/connect",
    "ws-connect/disconnect",
    "ws-connect/ping",
    "ws-connect/subscribe",
    "ws-push/live-tick",
    "ws-push/push-shard",
];

/// An event with one guest, whose ticket was already mailed, and the replacements that make the files refer to them.
struct World {
    stack: Stack,
    organizer: User,
    guest: User,
    event: Event,
    /// Pairs of a text in the files and the text that replaces it.
    replaced: Vec<(String, String)>,
}

impl World {
    async fn of(stack: Stack) -> Self {
        let organizer = stack.register_organizer().await;
        let event = organizer.published_event(NewEvent::with_capacity(2)).await;
        let guest = stack.register_user().await;
        guest.register_for(&event).await.expect(201);
        stack.mail_to(&guest, "Your ticket for").await;
        let (event_id, user_id) = (bare(&event.id), bare(guest.id()));
        let credentials = guest.credentials();
        let replaced = [
            (EVENT, event_id),
            (USER, user_id),
            // Guest lists contain a user's id as its 16 bytes in base64.
            (
                &BASE64_STANDARD.encode(uuid(USER)),
                &BASE64_STANDARD.encode(uuid(user_id)),
            ),
            (EMAIL, &credentials.email),
            (PASSWORD, &credentials.password),
            (ACCESS_TOKEN, &guest.account.access_token),
        ];
        Self {
            replaced: replaced
                .map(|(from, to)| (from.to_owned(), to.to_owned()))
                .to_vec(),
            stack,
            organizer,
            guest,
            event,
        }
    }

    /// Returns this `World` with one more replacement.
    fn and(mut self, from: &str, to: &str) -> Self {
        self.replaced.push((from.to_owned(), to.to_owned()));
        self
    }

    /// Replaces the ids in an event file, sends the result to the function that the folder names, and returns the function's
    /// answer.
    async fn deliver(&self, file: &str) -> Value {
        let mut text = read(file);
        for (from, to) in &self.replaced {
            text = text.replace(from, to);
        }
        let function = file.split('/').next().unwrap_or_default();
        self.stack.invoke(function, &text).await
    }

    /// Sends an event file with a batch of messages to its function, and asserts that the function reports no failed message.
    async fn settle(&self, file: &str) {
        let answer = self.deliver(file).await;
        assert_eq!(answer["batchItemFailures"], json!([]), "{file}: {answer}");
    }

    /// Asserts that no dead letter of the queue contains the id of this event or of its guest.
    async fn assert_nothing_buried(&self, queue: &str) {
        let ids = [bare(&self.event.id), bare(self.guest.id())];
        for letter in self.stack.queue(queue).dead_letters().await {
            let is_ours = ids.iter().any(|id| letter.body.contains(id));
            assert!(!is_ours, "{queue}: {} {}", letter.reason, letter.body);
        }
    }
}

fn read(file: &str) -> String {
    fs::read_to_string(
        project_folder()
            .join("events")
            .join(file)
            .with_extension("json"),
    )
    .unwrap()
}

/// Returns an id without its prefix, such as `evt_`.
fn bare(id: &str) -> &str {
    id.rsplit('_').next().unwrap_or(id)
}

/// Returns the 16 bytes of an id that is written in Crockford's base32, in which each letter stands for five bits.
fn uuid(bare: &str) -> [u8; 16] {
    let letters = "0123456789abcdefghjkmnpqrstvwxyz";
    let digits = bare.chars().map(|letter| letters.find(letter).unwrap());
    let number = digits.fold(0_u128, |number, digit| (number << 5) | digit as u128);
    number.to_be_bytes()
}

#[test]
fn every_file_is_delivered_in_a_test() {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(project_folder().join("events")).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path().with_extension("");
            let name = file.strip_prefix(folder.parent().unwrap()).unwrap();
            found.insert(name.to_str().unwrap().to_owned());
        }
    }
    assert_eq!(found, FILES.map(str::to_owned).into());
}

#[test]
fn no_file_has_a_token() {
    for file in FILES {
        let text = read(file);
        assert!(!text.contains("eyJ"), "{file}");
        for header in ["authorization", "Authorization"] {
            let event: Value = serde_json::from_str(&text).unwrap();
            let value = event["headers"][header].as_str();
            let expected = format!("Bearer {ACCESS_TOKEN}");
            assert!(value.is_none_or(|value| value == expected), "{file}");
        }
    }
}

#[tokio::test]
async fn requests_of_the_http_api() {
    let world = World::of(emulated!("calls a function as its trigger does")).await;
    for file in ["api/get-event", "api/log-in", "api/register-for-event"] {
        let answer = world.deliver(file).await;
        assert_eq!(answer["statusCode"], 200, "{file}: {answer}");
    }
    let event = world.deliver("api/get-event").await;
    assert!(
        event["body"].as_str().unwrap().contains(&world.event.id),
        "{event}"
    );
}

#[tokio::test]
async fn requests_for_pages() {
    let world = World::of(emulated!("calls a function as its trigger does")).await;
    let answer = world.deliver("web/get-page").await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert_eq!(answer["headers"]["content-encoding"], "gzip", "{answer}");
}

#[tokio::test]
async fn records_of_the_stream() {
    let world = World::of(emulated!("calls a function as its trigger does")).await;
    for file in ["relay/seats", "relay/registration"] {
        world.deliver(file).await;
    }
    world.assert_nothing_buried("relay").await;
    let seats = world.stack.admin().await.seats_of(&world.event).await;
    seats.assert_balanced(2);
    assert_eq!(seats.guests, 1, "{seats:?}");
}

#[tokio::test]
async fn messages_about_tickets() {
    let world = World::of(emulated!("calls a function as its trigger does")).await;
    world.settle("ticket/tickets").await;
    world.assert_nothing_buried("tickets").await;
    let tickets = world.guest.listed_tickets_for(&world.event).await;
    assert_eq!(tickets.len(), 1, "{tickets:?}");
}

#[tokio::test]
async fn messages_about_mail() {
    let world = World::of(emulated!("calls a function as its trigger does")).await;
    let message = json!({"message": "Doors open at 19:30."});
    let announced = world
        .organizer
        .announce(&world.event, message)
        .await
        .expect(201);
    let world = world.and(ANNOUNCEMENT, bare(announced.text_of("id")));

    world.settle("notify/mail-audience").await;
    world.settle("notify/mail-account").await;
    // The ticket was already mailed, so these deliveries do not mail it again.
    world.settle("notify/mail-registrant").await;
    world.settle("notify/feedback").await;
    world.assert_nothing_buried("mail").await;
    world.assert_nothing_buried("feedback").await;

    let (stack, guest) = (&world.stack, &world.guest);
    stack
        .mail_to(guest, &mail_announcements::subject(&world.event))
        .await;
    // The file `mail-account` requests the mail for a code that was made at an earlier time. The guest's present code is newer,
    // so the function mailed nothing for this file.
    stack.only_mail_to(guest, "Your verification code");
    stack.only_mail_to(guest, "Your ticket for");
    let (organizer, event) = (&world.organizer, &world.event);
    organizer
        .ticket_mail_becomes(event, guest.id(), "delivered")
        .await;
}

/// Returns a `World` whose files name the connection of a new viewer of the event, and that viewer.
async fn watched(stack: Stack) -> (World, Viewer) {
    let world = World::of(stack).await;
    let viewer = world.stack.watch().await;
    viewer.subscribe(&world.event).await.expect("snapshot");
    let connections = world.stack.connections_of(&world.event).await;
    let [connection] = &connections[..] else {
        panic!("one viewer, {connections:?}")
    };
    (world.and(CONNECTION, connection), viewer)
}

async fn connection_is(world: &World, file: &str) {
    let answer = world.deliver(file).await;
    assert_eq!(answer["statusCode"], 200, "{file}: {answer}");
}

#[tokio::test]
async fn connections_of_the_web_socket_api() {
    let (world, viewer) = watched(emulated!("calls a function as its trigger does")).await;

    connection_is(&world, "ws-connect/ping").await;
    viewer.frame("pong").await;

    connection_is(&world, "ws-connect/subscribe").await;
    eventually(PATIENCE, async || {
        match viewer.frames_of("snapshot").len() {
            2 => Ok(()),
            count => Err(format!("{count} snapshots")),
        }
    })
    .await;

    connection_is(&world, "ws-connect/disconnect").await;
    assert_eq!(world.stack.stored_viewers_of(&world.event).await, 0);

    let other = World::of(world.stack).await.and(CONNECTION, &unique());
    connection_is(&other, "ws-connect/connect").await;
}

#[tokio::test]
async fn messages_about_counts() {
    let (world, viewer) = watched(emulated!("calls a function as its trigger does")).await;
    world.settle("ws-push/live-tick").await;
    let counts = viewer.frames_of("count").len();
    world.settle("ws-push/push-shard").await;
    eventually(PATIENCE, async || match viewer.frames_of("count").len() {
        count if count > counts => Ok(()),
        count => Err(format!("{count} counts")),
    })
    .await;
}
