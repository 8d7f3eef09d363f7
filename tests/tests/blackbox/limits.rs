//! Tests of the limits that the contract states, with values at each limit and just beyond it.

use serde_json::json;
use tests::{NewEvent, Stack, unique};

#[tokio::test]
async fn the_limits_themselves_are_allowed_and_count_characters() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = NewEvent {
        title: "ü".repeat(200),
        description: Some("🎈".repeat(5_000)),
        venue: "é".repeat(255),
        capacity: 100_000,
        tags: (0..10).map(|n| format!("{n}{}", "ß".repeat(29))).collect(),
        ..NewEvent::default()
    };
    let made = organizer.create_event(&event).await.expect(201);
    assert_eq!(made["title"], event.title);
    assert_eq!(made["description"], json!(event.description));

    for length in [10, 128] {
        let account = json!({
            "email": format!("kim.{}@example.com", unique()),
            "password": password(length),
            "name": "ß".repeat(100),
        });
        let made = stack.anyone().post("/v1/auth/register", &account).await;
        made.expect(201);
    }
}

/// Returns a password of `length` characters that no list of common passwords contains.
fn password(length: usize) -> String {
    let unique = unique();
    unique.chars().rev().cycle().take(length).collect()
}
