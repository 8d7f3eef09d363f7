//! Tests that create, read and change events.

use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{
    Event, Method, NewEvent, PATIENCE, Stack, assert_refused, eventually, in_days, in_hours,
    is_type_id, unique,
};

/// The names of all members that an event has in the contract.
const MEMBERS: [&str; 23] = [
    "id",
    "title",
    "description",
    "venue",
    "startsAt",
    "endsAt",
    "timezone",
    "capacity",
    "category",
    "tags",
    "picture",
    "status",
    "registrationOpensAt",
    "registrationClosesAt",
    "doorsOpenAt",
    "organizer",
    "registered",
    "remaining",
    "waitlisted",
    "visitorAction",
    "version",
    "createdAt",
    "updatedAt",
];

#[tokio::test]
async fn a_new_event_is_a_draft_with_a_place_and_a_version() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer_named("Ada Lovelace").await;
    let new = NewEvent {
        description: Some("Über engines ⚙️\nand more".to_owned()),
        category: Some("talks".to_owned()),
        tags: vec!["engines".to_owned(), "history".to_owned()],
        registration_opens_at: Some(in_days(1)),
        registration_closes_at: Some(in_days(29)),
        doors_open_at: Some(in_hours(30 * 24 - 2)),
        ..NewEvent::default()
    };

    let made = organizer.create_event(&new).await.expect(201);

    let id = made.text_of("id");
    assert!(is_type_id(id, "evt"), "{made}");
    let location = made.header("location");
    assert!(
        location.ends_with(&format!("/v1/events/{id}")),
        "{location}"
    );
    let etag = made.header("etag");
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    assert_eq!(made["status"], "draft");
    assert_eq!(made["organizer"]["id"], organizer.id());
    assert_eq!(made["organizer"]["name"], "Ada Lovelace");
    let sent = serde_json::to_value(&new).unwrap();
    for (member, value) in sent.as_object().unwrap() {
        let answered = &made[member.as_str()];
        if member.ends_with("At") {
            assert_eq!(instant(answered), instant(value), "{member}");
        } else {
            assert_eq!(answered, value, "{member}");
        }
    }
}

/// Parses a UTC time, which may have any number of fraction digits.
#[track_caller]
fn instant(time: &Value) -> Timestamp {
    let text = time.as_str().unwrap_or_default();
    assert!(text.ends_with('Z'), "expected a time in UTC, got {time}");
    match text.parse() {
        Ok(instant) => instant,
        Err(error) => panic!("{time}: {error}"),
    }
}

#[tokio::test]
async fn an_event_has_every_member_of_the_contract_even_where_little_was_said() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let answer = organizer.create_event(&NewEvent::default()).await;
    let answer = answer.expect(201);

    let found: Vec<&String> = answer.json.as_object().unwrap().keys().collect();
    for member in MEMBERS {
        assert!(found.iter().any(|name| *name == member), "no {member}");
    }
    assert_eq!(found.len(), MEMBERS.len(), "{found:?}");
    assert_eq!(answer["tags"], json!([]));
    for figure in ["registered", "waitlisted"] {
        assert_eq!(answer[figure], 0, "{figure}");
    }
    assert!(answer["version"].is_u64(), "{answer}");
}

#[tokio::test]
async fn a_time_with_an_offset_is_answered_in_utc() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let mut body = serde_json::to_value(NewEvent::default()).unwrap();
    let starts_at: Timestamp = body["startsAt"].as_str().unwrap().parse().unwrap();
    let offset = jiff::tz::offset(2);
    body["startsAt"] = json!(starts_at.display_with_offset(offset).to_string());

    let made = organizer.post("/v1/events", body).await.expect(201);

    assert_eq!(instant(&made["startsAt"]), starts_at);
}

#[tokio::test]
async fn a_draft_does_not_exist_for_others() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (other, user) = (
        stack.register_organizer().await,
        stack.register_user().await,
    );
    let category = unique();
    let draft = organizer
        .draft_event(NewEvent {
            category: Some(category.clone()),
            ..NewEvent::default()
        })
        .await;

    for caller in [stack.anyone(), &user.client, &other.client] {
        assert_refused(&caller.read_event(&draft).await, 404);
        let path = format!("/v1/events?category={category}");
        assert!(caller.every_item(&path, 100).await.is_empty());
    }
    organizer.read_event(&draft).await.expect(200);
    stack.admin().await.read_event(&draft).await.expect(200);
}

#[tokio::test]
async fn a_published_event_is_there_for_everybody() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let category = unique();
    let draft = organizer
        .draft_event(NewEvent {
            category: Some(category.clone()),
            ..NewEvent::default()
        })
        .await;

    let published = organizer.publish(&draft).await.expect(200);

    assert_eq!(published["status"], "published");
    let seen = stack.anyone().read_event(&draft).await.expect(200);
    assert_eq!(seen["status"], "published");
    assert_eq!(seen["remaining"], 10);
    assert_eq!(seen.header("etag"), published.header("etag"));
    let path = format!("/v1/events?category={category}");
    eventually(PATIENCE, async || {
        let listed = stack.anyone().every_item(&path, 100).await;
        match listed.as_slice() {
            [event] if event["id"] == draft.id => Ok(()),
            other => Err(format!("listed: {other:?}")),
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_needs_the_version_that_it_changes() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let change = json!({"title": "Another evening"});

    let unconditional = organizer.call(Method::PATCH, &draft.path()).json(&change);
    assert_refused(&unconditional.send().await, 428);

    let changed = organizer
        .patch_event_at(&draft, &draft.etag, change.clone())
        .await
        .expect(200);
    assert_eq!(changed["title"], "Another evening");
    assert_eq!(changed["venue"], draft.json["venue"]);
    assert_eq!(version(&changed.json), version(&draft.json) + 1);
    let now = Event::from_answer(&changed);
    assert_ne!(now.etag, draft.etag);

    let stale = organizer.patch_event_at(&draft, &draft.etag, change).await;
    assert_refused(&stale, 412);
    let read = organizer.read_event(&draft).await.expect(200);
    assert_eq!(read.header("etag"), now.etag);
    assert_eq!(read["version"], now.json["version"]);
}

fn version(event: &Value) -> u64 {
    event["version"].as_u64().unwrap_or_default()
}

#[tokio::test]
async fn of_two_changes_to_the_same_version_one_is_made() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;

    let change = |venue: &str| {
        let body = json!({"venue": venue});
        organizer.patch_event_at(&draft, &draft.etag, body)
    };
    let (one, other) = futures::join!(change("Cellar"), change("Roof"));

    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{one}\n{other}");
}

#[tokio::test]
async fn others_may_not_change_an_event() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (other, user) = (
        stack.register_organizer().await,
        stack.register_user().await,
    );
    let draft = organizer.draft_event(NewEvent::default()).await;
    let published = organizer.published_event(NewEvent::default()).await;

    for (event, status) in [(&draft, 404), (&published, 403)] {
        for caller in [&other, &user] {
            let change = json!({"title": "Mine now"});
            let patched = caller.patch_event_at(event, &event.etag, change).await;
            assert_refused(&patched, status);
            assert_refused(&caller.publish(event).await, status);
            assert_refused(&caller.cancel(event).await, status);
            assert_refused(&caller.complete(event).await, status);
            assert_refused(&caller.delete_event(event).await, status);
        }
    }
    let admin = stack.admin().await;
    let change = json!({"title": "Moderated"});
    for event in [&draft, &published] {
        admin.patch_event(event, change.clone()).await.expect(200);
    }
}

#[tokio::test]
async fn events_are_made_by_who_is_signed_in_only() {
    let stack = Stack::from_env();
    let anyone = stack.anyone();
    assert_refused(&anyone.create_event(&NewEvent::default()).await, 401);
    assert_refused(&anyone.get("/v1/me/events").await, 401);
}
