//! Tests that send generated bodies. The service must answer every request, and never with a server error.

use fastrand::Rng;
use futures::StreamExt;
use serde_json::{Value, json};
use tests::{Method, NewEvent, Stack, check_refused};

/// Seed for generating the bodies. It is fixed, so every run sends the same bodies.
const SEED: u64 = 20_261_122;
const BODIES: usize = 200;
/// The environment variable that overrides the number of bodies, [`BODIES`].
const BODIES_VARIABLE: &str = "EM_CONNECT_STRANGE_BODIES";
const AT_ONCE: usize = 8;

const MEMBERS: [&str; 17] = [
    "title",
    "venue",
    "startsAt",
    "endsAt",
    "timezone",
    "capacity",
    "tags",
    "email",
    "password",
    "name",
    "refreshToken",
    "ticket",
    "gate",
    "deviceId",
    "scans",
    "scannedAt",
    "__proto__",
];

fn strange_value(rng: &mut Rng) -> Value {
    match rng.u8(..14) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(rng.f64() * 1e40),
        4 => json!(u64::MAX),
        5 => json!(""),
        6 => json!("x".repeat(rng.usize(..8_000))),
        7 => json!(
            (0..rng.usize(1..40))
                .map(|_| rng.char(..))
                .collect::<String>()
        ),
        8 => json!("'; DROP TABLE events; --"),
        9 => json!("9999-12-31T23:59:59.999999999Z"),
        10 => json!("-009999-01-01T00:00:00Z"),
        11 => json!("\u{202e}gpj.\u{0}exe\u{feff}"),
        12 => json!([[], {}, null, "EVENT#x"]),
        _ => json!({"S": "x", "N": "1", "$ne": null}),
    }
}

fn strange_body(rng: &mut Rng, right: &Value) -> Vec<u8> {
    let mut body = right.clone();
    for _ in 0..rng.usize(1..=3) {
        let member = MEMBERS[rng.usize(..MEMBERS.len())];
        body[member] = strange_value(rng);
    }
    let mut bytes = body.to_string().into_bytes();
    if rng.u8(..4) == 0 {
        for _ in 0..rng.usize(1..=4) {
            let place = rng.usize(..bytes.len());
            bytes[place] = rng.u8(..);
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_makes_the_service_fail() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let published = organizer.published_event(NewEvent::default()).await;
    let event = serde_json::to_value(NewEvent::default()).unwrap();
    let account = json!({"email": "fuzz", "password": "a long enough pass", "name": "Kim"});
    let login = json!({"email": "fuzz@example.com", "password": "a long enough pass"});
    let targets = [
        (
            organizer.clone().client,
            Method::POST,
            "/v1/events".to_owned(),
            event,
        ),
        (
            organizer.clone().client,
            Method::PATCH,
            draft.path(),
            json!({}),
        ),
        (
            stack.anyone().clone(),
            Method::POST,
            "/v1/auth/register".to_owned(),
            account,
        ),
        (
            stack.anyone().clone(),
            Method::POST,
            "/v1/auth/login".to_owned(),
            login,
        ),
        (
            stack.anyone().clone(),
            Method::POST,
            "/v1/auth/refresh".to_owned(),
            json!({}),
        ),
        (
            organizer.clone().client,
            Method::POST,
            published.check_ins_path(),
            json!({"ticket": "0000-0000-0000"}),
        ),
        (
            organizer.clone().client,
            Method::POST,
            format!("{}/sync", published.check_ins_path()),
            json!({"scans": []}),
        ),
    ];
    let bodies = std::env::var(BODIES_VARIABLE)
        .map_or(BODIES, |count| count.parse().expect(BODIES_VARIABLE));
    let mut rng = Rng::with_seed(SEED);
    let calls = (0..bodies).map(|index| {
        let (client, method, path, right) = &targets[index % targets.len()];
        let body = strange_body(&mut rng, right);
        let call = client
            .call(method.clone(), path)
            .header("content-type", "application/json")
            .header("if-match", &draft.etag)
            .body(body.clone());
        (body, call)
    });

    let wrong: Vec<String> = futures::stream::iter(calls)
        .map(async |(body, call)| {
            let answer = call.send().await;
            let wrong = match answer.status {
                200..300 => return None,
                400..500 => check_refused(&answer, answer.status).err()?,
                _ => answer.to_string(),
            };
            let sent = String::from_utf8_lossy(&body);
            Some(format!("{sent:.400}\n{wrong}"))
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(std::future::ready)
        .collect()
        .await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
