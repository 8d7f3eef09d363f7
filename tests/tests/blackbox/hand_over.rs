//! Tests of events that an administrator hands over to another organizer.

use serde_json::{Value, json};
use tests::{
    Event, Frame, NewEvent, PATIENCE, Stack, User, assert_invalid, assert_problem, assert_refused,
    audit_entry, eventually, unique,
};

const RECEIVED: &str = "You organize";
const HANDED_OVER: &str = "has another organizer now";

/// Asserts that every answer with an organizer names `organizer`, and that `former` has lost all rights in the event.
async fn assert_organizes(organizer: &User, former: &User, event: &Event) {
    let shown = organizer.read_event(event).await.expect(200);
    assert_eq!(shown["organizer"]["id"], organizer.id(), "{shown}");
    assert_eq!(
        shown["organizer"]["name"], organizer.account.name,
        "{shown}"
    );
    assert!(organizer.own_event_ids().await.contains(&json!(event.id)));
    assert!(!former.own_event_ids().await.contains(&json!(event.id)));
    organizer.staff_of(event).await.expect(200);
    let status = if shown["status"] == "draft" { 404 } else { 403 };
    assert_refused(&former.staff_of(event).await, status);
}

#[tokio::test]
async fn an_administrator_hands_an_event_over_and_everything_follows() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let former = stack.register_organizer_named("Grace Doe").await;
    let next = stack
        .register_organizer_named(&format!("Joan {}", unique()))
        .await;
    let event = former.published_event(NewEvent::default()).await;
    let guest = stack.register_user().await;
    guest.register_for(&event).await.expect(201);
    let viewer = stack.watch().await;
    viewer.subscribe(&event).await.expect("snapshot");

    let handed = admin.hand_over(&event, next.id()).await.expect(200);

    let now = Event::from_answer(&handed);
    assert_ne!(now.etag, event.etag);
    assert_eq!(
        handed["version"],
        event.json["version"].as_u64().unwrap() + 1
    );
    assert_eq!(handed["title"], event.json["title"]);
    assert_organizes(&next, &former, &event).await;
    let names_it = |frame: &Frame| frame.is("event") && frame["changed"] == json!(["organizer"]);
    let heard = viewer.frame_once(names_it).await;
    assert!(heard.is_about(&event), "{heard}");

    // The new organizer has all permissions for the event, and the former organizer has none.
    let changes = json!({"venue": "Harbour"});
    let edited = former.patch_event_at(&event, &now.etag, changes.clone());
    assert_refused(&edited.await, 403);
    let edited = next.patch_event_at(&event, &event.etag, changes.clone());
    assert_problem(&edited.await, 412, "precondition-failed");
    let edited = next.patch_event_at(&event, &now.etag, changes);
    edited.await.expect(200);
    let list = next.get(&event.registrations_path()).await.expect(200);
    assert_eq!(list.items().len(), 1, "{list}");
    assert_refused(&former.get(&event.registrations_path()).await, 403);
    guest.registration_for(&event).await.expect(200);

    // Both the new and the former organizer get a mail, and nobody else gets one.
    let mail = stack.mail_to(&next, RECEIVED).await;
    let title = event.json["title"].as_str().unwrap();
    assert!(mail.subject.contains(title), "{mail}");
    assert_eq!(mail.reply_to, None, "{mail}");
    let mail = stack.mail_to(&former, HANDED_OVER).await;
    assert!(mail.text.contains(&next.account.name), "{mail}");
    assert!(!mail.text.contains(&next.account.email), "{mail}");
    for (user, subject) in [
        (&guest, RECEIVED),
        (&guest, HANDED_OVER),
        (&former, RECEIVED),
        (&next, HANDED_OVER),
    ] {
        stack.assert_no_mail(user, subject);
    }

    // The audit log has only one entry of the hand-over, because the repeated request changes nothing.
    let again = admin.hand_over(&event, next.id()).await.expect(200);
    assert_eq!(again["version"], handed["version"].as_u64().unwrap() + 1);
    let query = [("object", &*event.id), ("action", "event.handed-over")];
    let mut log = admin.every_audit(&query, 100).await;
    let mut entry = log.pop().unwrap_or_default();
    assert_eq!(log, Vec::<Value>::new());
    for unforeseen in ["id", "at"] {
        entry[unforeseen].take();
    }
    let detail = json!({"from": former.id(), "to": next.id()});
    let of_event = ("event", &*event.id);
    let expected = audit_entry(
        (&admin, "admin"),
        "event.handed-over",
        of_event,
        &handed,
        &detail,
    );
    assert_eq!(entry, expected);
}

#[tokio::test]
async fn an_event_of_any_status_is_handed_over() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let former = stack.register_organizer().await;
    let next = stack.register_organizer().await;
    let draft = former.draft_event(NewEvent::default()).await;
    let cancelled = former.published_event(NewEvent::default()).await;
    former.cancel(&cancelled).await.expect(200);
    let completed = former.published_event(NewEvent::default()).await;
    former.complete(&completed).await.expect(200);

    for event in [&draft, &cancelled, &completed] {
        admin.hand_over(event, next.id()).await.expect(200);
        assert_organizes(&next, &former, event).await;
    }
    assert_refused(&former.read_event(&draft).await, 404);
    next.publish(&draft).await.expect(200);
    // The administrator becomes the event's organizer, and then hands the event to its former organizer.
    for user in [&admin, &former] {
        admin.hand_over(&draft, user.id()).await.expect(200);
    }
    assert_organizes(&former, &next, &draft).await;
}

#[tokio::test]
async fn an_event_goes_to_those_only_who_may_make_one() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let owner = stack.register_organizer().await;
    let other = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = owner.published_event(NewEvent::default()).await;
    let draft = owner.draft_event(NewEvent::default()).await;

    assert_refused(&stack.anyone().hand_over(&event, other.id()).await, 401);
    for caller in [&owner, &other, &user] {
        assert_refused(&caller.hand_over(&event, other.id()).await, 403);
    }
    assert_refused(&other.hand_over(&draft, other.id()).await, 404);
    let nobody = "usr_01h455vb4pex5vsknk084sn02q";
    for unfit in [user.id(), nobody, "usr_x", "", &event.id] {
        assert_invalid(&admin.hand_over(&event, unfit).await, "/userId");
    }
    let path = format!("{}/organizer", event.path());
    assert_invalid(&admin.put(&path, json!({})).await, "/userId");
    assert_invalid(&admin.put(&path, json!({"userId": null})).await, "/userId");
    let unknown = format!("/v1/events/{}/organizer", "evt_01h455vb4pex5vsknk084sn02q");
    let unknown = admin.put(&unknown, json!({"userId": other.id()})).await;
    assert_refused(&unknown, 404);

    // If a user has lost the role `organizer`, an administrator cannot hand events to that user.
    admin.grant_role(other.id(), "user").await.expect(200);
    assert_invalid(&admin.hand_over(&event, other.id()).await, "/userId");
    let standing = owner.read_event(&event).await.expect(200);
    assert_eq!(standing.json, event.json);
}

#[tokio::test]
async fn of_two_hand_overs_at_once_the_later_one_holds() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let owner = stack.register_organizer().await;
    let heirs = [
        stack.register_organizer().await,
        stack.register_organizer().await,
    ];
    let event = owner.published_event(NewEvent::default()).await;

    let (one, other) = tokio::join!(
        admin.hand_over(&event, heirs[0].id()),
        admin.hand_over(&event, heirs[1].id())
    );

    for answer in [&one, &other] {
        assert!([200, 503].contains(&answer.status), "{answer}");
    }
    assert!(one.status == 200 || other.status == 200, "{one} {other}");
    let standing = owner.read_event(&event).await.expect(200);
    let (holder, loser) = if standing["organizer"]["id"] == heirs[0].id() {
        (&heirs[0], &heirs[1])
    } else {
        (&heirs[1], &heirs[0])
    };
    assert_organizes(holder, loser, &event).await;
    // In each entry of the audit log, the former organizer is the user to whom the previous entry gave the event.
    let query = [("object", &*event.id), ("action", "event.handed-over")];
    let log = admin.every_audit(&query, 100).await;
    let mut organizer = json!(owner.id());
    for entry in log.iter().rev() {
        assert_eq!(entry["detail"]["from"], organizer, "{log:?}");
        organizer = entry["detail"]["to"].clone();
    }
    assert_eq!(organizer, holder.id(), "{log:?}");
}

#[tokio::test]
async fn who_hands_their_events_over_can_be_erased() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let leaves = stack.register_organizer_named("Grace Hopper").await;
    let next = stack.register_organizer().await;
    let event = leaves.published_event(NewEvent::default()).await;
    let past = leaves.published_event(NewEvent::default()).await;
    leaves.complete(&past).await.expect(200);
    let guest = stack.register_user().await;
    guest.register_for(&event).await.expect(201);

    let refused = leaves.delete("/v1/me").await;
    assert_problem(&refused, 409, "has-published-events");
    admin.hand_over(&event, next.id()).await.expect(200);
    leaves.delete("/v1/me").await.expect(204);

    assert_eq!(next.own_event_ids().await, [json!(event.id)]);
    guest.registration_for(&event).await.expect(200);
    // An administrator can also hand over an event whose organizer's account was erased.
    let erased = stack.anyone().read_event(&past).await.expect(200);
    assert_eq!(erased["organizer"]["name"], "(erased)");
    admin.hand_over(&past, next.id()).await.expect(200);
    // An answer to a request without an access token may be up to a second old.
    stack
        .anyone()
        .event_once(&past, |shown| {
            shown["organizer"]["name"] == next.account.name
        })
        .await;
    next.get(&past.registrations_path()).await.expect(200);
    eventually(PATIENCE, async || {
        match stack.count_mails(&next.account.email, RECEIVED) {
            2 => Ok(()),
            count => Err(format!("{count} mails")),
        }
    })
    .await;
}

/// A user who has lost the role `organizer` cannot cancel events. So before the user's account can be erased, an administrator
/// must hand the user's events over.
#[tokio::test]
async fn a_demoted_organizer_is_erased_once_the_events_are_handed_over() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let owner = stack.register_organizer().await;
    let next = stack.register_organizer().await;
    let event = owner.published_event(NewEvent::default()).await;
    admin.grant_role(owner.id(), "user").await.expect(200);
    let demoted = stack.log_in(&owner.credentials()).await;

    assert_refused(&demoted.cancel(&event).await, 403);
    let refused = demoted.delete("/v1/me").await;
    assert_problem(&refused, 409, "has-published-events");
    admin.hand_over(&event, next.id()).await.expect(200);
    demoted.delete("/v1/me").await.expect(204);
    next.read_event(&event).await.expect(200);
}
