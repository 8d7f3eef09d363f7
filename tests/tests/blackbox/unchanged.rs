//! Tests of requests that set fields to the values they already have. The service writes nothing then.

use serde_json::{Value, json};
use tests::{Event, NewEvent, Stack, User, in_days};

/// Returns the current values of the fields that an organizer may change in `event`.
fn fields_of(event: &Event) -> Value {
    let mut fields = event.json.as_object().cloned().unwrap_or_default();
    for field in [
        "id",
        "status",
        "organizer",
        "registered",
        "remaining",
        "waitlisted",
        "visitorAction",
        "picture",
        "version",
        "createdAt",
        "updatedAt",
    ] {
        assert!(fields.remove(field).is_some(), "no {field} in an event");
    }
    fields.into()
}

/// Asserts that a request with `changes` succeeds, and that the event and its version stay as they are.
async fn assert_unchanged(organizer: &User, event: &Event, changes: Value) {
    let kept = organizer
        .patch_event_at(event, &event.etag, changes.clone())
        .await
        .expect(200);
    assert_eq!(kept.json, event.json, "{changes}");
    assert_eq!(kept.header("etag"), event.etag, "{changes}");
    let read = organizer.read_event(event).await.expect(200);
    assert_eq!(read.json, event.json, "{changes}");
}

#[tokio::test]
async fn an_event_that_is_changed_to_what_it_is_keeps_its_version() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let new = || NewEvent {
        description: Some("Grüße".to_owned()),
        category: Some("talks".to_owned()),
        tags: vec!["one".to_owned(), "two".to_owned()],
        registration_closes_at: Some(in_days(29)),
        doors_open_at: Some(in_days(30)),
        ..NewEvent::default()
    };
    let draft = organizer.draft_event(new()).await;
    let published = organizer.published_event(new()).await;
    for event in [&draft, &published] {
        let title = event.json["title"].as_str().unwrap();
        let starts_at = event.json["startsAt"].as_str().unwrap();
        for changes in [
            json!({}),
            fields_of(event),
            json!({"title": format!("  {title} ")}),
            json!({"description": "Gru\u{308}ße"}),
            json!({"startsAt": starts_at.replace(".000Z", "+00:00")}),
            json!({"timezone": "europe/BERLIN", "capacity": 10, "tags": ["one", "two", "one"]}),
            json!({"registrationOpensAt": null}),
        ] {
            assert_unchanged(&organizer, event, changes).await;
        }
    }
    let admin = stack.admin().await;
    let entries = admin.every_audit(&[("object", &published.id)], 100).await;
    let actions: Vec<_> = entries.iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["event.published"]);

    // This request sends the `ETag` from before the requests that changed nothing, and it is not refused. Those requests did
    // not increase the event's version, but this request does.
    let changed = organizer
        .patch_event_at(&published, &published.etag, json!({"title": "Renamed"}))
        .await
        .expect(200);
    let version = published.json["version"].as_u64().unwrap();
    assert_eq!(changed["version"], version + 1);
}

#[tokio::test]
async fn what_could_not_be_changed_is_refused_as_ever() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let stale = organizer.patch_event_at(&event, "\"0\"", json!({})).await;
    assert_eq!(stale.status, 412, "{stale}");
    organizer.cancel(&event).await.expect(200);
    let closed = organizer.patch_event(&event, json!({})).await;
    assert!(closed.is_conflict("not-editable"), "{closed}");
}

#[tokio::test]
async fn an_account_that_is_changed_to_what_it_is_stays() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let before = user.me().await.expect(200).json;
    for changes in [json!({}), json!({"name": before["name"]})] {
        assert_eq!(user.patch_me(changes).await.expect(200).json, before);
    }
    let admin = stack.admin().await;
    let role = before["role"].as_str().unwrap();
    let same = admin.grant_role(user.id(), role).await.expect(200);
    assert_eq!(same.json, before);
    let entries = admin.every_audit(&[("object", user.id())], 100).await;
    assert_eq!(entries, Vec::<Value>::new());
}
