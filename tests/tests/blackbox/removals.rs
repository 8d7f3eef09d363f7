//! Tests of the reason that an organizer gives for taking away a registration.

use serde_json::{Value, json};
use tests::{NewEvent, PATIENCE, Stack, assert_done, assert_refused, eventually};

#[tokio::test]
async fn the_reason_is_in_the_mail_the_registration_and_the_audit_log() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let [guest, waits] = [stack.register_user().await, stack.register_user().await];
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    guest.register_for(&event).await.expect(201);
    waits.wait_for(&event).await.expect(201);
    let reasons = [
        (&waits, "Members only.", "You are no longer on the waitlist"),
        (
            &guest,
            "You are here twice.\nSorry!",
            "Your registration for",
        ),
    ];
    for (user, reason, subject) in reasons {
        let removed = organizer.remove_because(&event, user.id(), reason).await;
        let removed = removed.expect(200);
        assert_eq!(removed["status"], "cancelled", "{removed}");
        assert_eq!(removed["cancelReason"], reason, "{removed}");
        // The request can be repeated, and the first reason stays.
        let again = organizer.remove_because(&event, user.id(), "No.").await;
        assert_eq!(again.expect(200)["cancelReason"], reason);
        let own = user.registration_for(&event).await.expect(200);
        assert_eq!(own["cancelReason"], reason, "{own}");
        let mail = stack.mail_to(user, subject).await;
        for line in reason.lines() {
            assert!(mail.text.contains(&format!("> {line}")), "{mail}");
        }
        assert!(!mail.text.contains("For the reason"), "{mail}");
    }
    let admin = stack.admin().await;
    let of_event = [("object", &*event.id), ("action", "registration.cancelled")];
    let entries = admin.every_audit(&of_event, 100).await;
    let details: Vec<&Value> = entries.iter().map(|entry| &entry["detail"]).collect();
    let expected = reasons.map(|(user, reason, _)| json!({"userId": user.id(), "reason": reason}));
    assert_eq!(details, expected.iter().rev().collect::<Vec<_>>());

    // A new registration has nothing to do with the earlier reason.
    eventually(PATIENCE, async || {
        guest.register_for(&event).await.when(201)
    })
    .await;
    let own = guest.registration_for(&event).await.expect(200);
    assert!(own["cancelReason"].is_null(), "{own}");
}

#[tokio::test]
async fn a_reason_is_optional_and_has_at_most_five_hundred_characters() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let guest = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    guest.register_for(&event).await.expect(201);
    for wrong in ["", " ", "a\u{0}", &"a".repeat(501)] {
        let refused = organizer.remove_because(&event, guest.id(), wrong).await;
        assert_eq!(refused.expect(422)["errors"][0]["pointer"], "/reason");
    }
    let path = format!("{}/{}/cancel", event.registrations_path(), guest.id());
    for wrong in [json!({"reason": 1}), json!({"why": "x"}), json!([])] {
        assert_refused(&organizer.post(&path, wrong).await, 422);
    }
    let own = guest.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "confirmed");

    let removed = organizer
        .post(&path, json!({"reason": null}))
        .await
        .expect(200);
    assert_eq!(removed["status"], "cancelled", "{removed}");
    assert!(removed["cancelReason"].is_null(), "{removed}");
    let stranger = stack.register_user().await;
    let none = organizer.remove_because(&event, stranger.id(), "x").await;
    assert_refused(&none, 404);
}

#[tokio::test]
async fn an_erased_account_leaves_no_reason_at_the_registration() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let [removed, erased] = [stack.register_user().await, stack.register_user().await];
    let event = organizer.published_event(NewEvent::default()).await;
    for user in [&removed, &erased] {
        user.register_for(&event).await.expect(201);
    }
    let first = organizer
        .remove_because(&event, removed.id(), "First.")
        .await;
    assert_eq!(first.expect(200)["cancelReason"], "First.");
    for user in [&removed, &erased] {
        assert_done(&user.delete("/v1/me").await);
        // The account is erased, so a reason is not stored, and the stored one is gone.
        let again = organizer.remove_because(&event, user.id(), "Late.").await;
        let again = again.expect(200);
        assert_eq!(again["status"], "cancelled", "{again}");
        assert!(again["cancelReason"].is_null(), "{again}");
    }
}
