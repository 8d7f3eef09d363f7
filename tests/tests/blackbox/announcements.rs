//! Tests of the announcements that an event's organizer makes and anybody may read.

use serde_json::{Value, json};
use tests::{
    NewEvent, Stack, assert_invalid, assert_problem, assert_refused, assert_since, is_type_id,
    shape_of,
};

#[tokio::test]
async fn an_announcement_is_public_and_the_newest_is_first() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let other = organizer.published_event(NewEvent::default()).await;
    let begun = jiff::Timestamp::now();
    let messages = ["Doors open at seven.", "  At eight,\nsorry. ", "🎉 <b>"];

    let mut said = Vec::new();
    for message in messages {
        let answer = organizer.announce(&event, json!({"message": message}));
        let answer = answer.await.expect(201);
        assert_eq!(answer["message"], message.trim(), "{answer}");
        assert_eq!(answer["eventId"], event.id, "{answer}");
        assert!(is_type_id(answer.text_of("id"), "ann"), "{answer}");
        assert_since(begun, &answer["createdAt"]);
        said.push(answer.json);
    }
    let admin = stack.admin().await;
    let answer = admin.announce(&event, json!({"message": "By an admin.", "email": false}));
    said.push(answer.await.expect(201).json);
    said.reverse();

    for limit in [1, 3, 100] {
        let listed = stack
            .anyone()
            .every_item(&event.announcements_path(), limit)
            .await;
        assert_eq!(listed, said, "by {limit}");
    }
    let none = stack.anyone().get(&other.announcements_path()).await;
    assert_eq!(none.expect(200).items(), [] as [Value; 0]);
    insta::assert_json_snapshot!(shape_of(&said[0]), @r#"
    {
      "createdAt": "[time]",
      "eventId": "evt_[id]",
      "id": "ann_[id]",
      "message": "By an admin."
    }
    "#);
}

#[tokio::test]
async fn only_the_organizer_announces() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let guest = stack.register_user().await;
    guest.register_for(&event).await.expect(201);
    let staff = stack.register_user().await;
    tests::assert_done(&organizer.add_staff(&event, staff.id()).await);
    let other_organizer = stack.register_organizer().await;
    let body = || json!({"message": "Free beer."});

    let stranger = stack.anyone().announce(&event, body()).await;
    assert_problem(&stranger, 401, "unauthorized");
    for caller in [&guest, &staff, &other_organizer] {
        assert_problem(&caller.announce(&event, body()).await, 403, "forbidden");
    }
    // The service checks the caller's session and permission before it checks the request's body.
    let wrong = stack.anyone().announce(&event, json!({})).await;
    assert_refused(&wrong, 401);
    let wrong = guest.announce(&event, json!({"message": ""})).await;
    assert_refused(&wrong, 403);
    let listed = stack.anyone().get(&event.announcements_path()).await;
    assert!(listed.items().is_empty(), "{listed}");
}

#[tokio::test]
async fn nobody_announces_what_is_not_there() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let other_organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let body = || json!({"message": "Soon.", "email": true});

    let own = organizer.announce(&draft, body()).await;
    assert_problem(&own, 409, "not-published");
    assert_refused(&other_organizer.announce(&draft, body()).await, 404);
    let listed = stack.anyone().get(&draft.announcements_path()).await;
    assert_refused(&listed, 404);
    for unknown in ["evt_01h455vb4pex5vsknk084sn02q", "evt_x", "x"] {
        let path = format!("/v1/events/{unknown}/announcements");
        assert_refused(&organizer.post(&path, body()).await, 404);
        assert_refused(&stack.anyone().get(&path).await, 404);
    }
    // A cancelled event keeps its announcements, and its organizer may add more.
    let event = organizer.published_event(NewEvent::default()).await;
    organizer.announce(&event, json!({"message": "One."})).await;
    organizer.cancel(&event).await.expect(200);
    let two = organizer.announce(&event, json!({"message": "Two."}));
    two.await.expect(201);
    let listed = stack.anyone().get(&event.announcements_path()).await;
    assert_eq!(listed.expect(200).items().len(), 2);
}

#[tokio::test]
async fn what_is_no_announcement_is_refused() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    for (body, pointer) in [
        (json!({}), "/message"),
        (json!({"message": ""}), "/message"),
        (json!({"message": " \n "}), "/message"),
        (json!({"message": 1}), "/message"),
        (json!({"message": null}), "/message"),
        (json!({"message": "x".repeat(2_001)}), "/message"),
        (json!({"message": "a\u{0}b"}), "/message"),
        (json!({"message": "a\u{202e}b"}), "/message"),
        (json!({"message": "a", "email": "yes"}), "/email"),
        (json!({"message": "a", "email": null}), "/email"),
        (json!({"message": "a", "sms": true}), "/sms"),
    ] {
        assert_invalid(&organizer.announce(&event, body).await, pointer);
    }
    let path = event.announcements_path();
    assert_refused(&organizer.post(&path, "text").await, 422);
    let broken = organizer.call(tests::Method::POST, &path).body("{");
    let broken = broken.header("content-type", "application/json").send();
    assert_refused(&broken.await, 400);
    let longest = json!({"message": "é".repeat(2_000)});
    organizer.announce(&event, longest).await.expect(201);
    let cursor = stack.anyone().get(&format!("{path}?cursor=x")).await;
    assert_refused(&cursor, 400);
    let limit = stack.anyone().get(&format!("{path}?limit=101")).await;
    assert_refused(&limit, 422);
}
