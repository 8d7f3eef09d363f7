//! Tests of the reminders that are mailed an hour and a day before an event starts.

use tests::{NewEvent, Stack, in_days, in_hours, in_seconds};

#[tokio::test]
async fn a_day_before_the_start_there_is_a_reminder_too() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer
        .published_event(NewEvent {
            starts_at: in_seconds(24 * 3_600 + 10),
            ends_at: in_hours(30),
            ..NewEvent::default()
        })
        .await;
    user.register_for(&event).await.expect(201);

    let mail = stack.mail_to(&user, "24 hours").await;
    let ticket = user.ticket_of(&event).await;
    assert_eq!(mail.ticket_code(), ticket.code);
}

/// Returns an event that starts in an hour plus `seconds`. So its reminder is due `seconds` from now.
fn soon(seconds: i64) -> NewEvent {
    NewEvent {
        starts_at: in_seconds(3_600 + seconds),
        ends_at: in_hours(5),
        ..NewEvent::default()
    }
}

#[tokio::test]
async fn whoever_has_a_seat_is_reminded_an_hour_before_the_start() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let [early, late, waiting] = [
        stack.register_user().await,
        stack.register_user().await,
        stack.register_user().await,
    ];
    let event = organizer
        .published_event(NewEvent {
            capacity: 2,
            ..soon(15)
        })
        .await;
    for user in [&early, &late] {
        user.register_for(&event).await.expect(201);
    }
    waiting.wait_for(&event).await.expect(201);
    // The organizer postpones one event and cancels another, before their reminders are due. So neither event sends a reminder.
    let moved = organizer.published_event(soon(15)).await;
    let cancelled = organizer.published_event(soon(15)).await;
    for event in [&moved, &cancelled] {
        early.register_for(event).await.expect(201);
    }
    organizer
        .patch_event(
            &moved,
            serde_json::json!({"startsAt": in_days(20), "endsAt": in_days(21)}),
        )
        .await
        .expect(200);
    organizer.cancel(&cancelled).await.expect(200);

    for user in [&early, &late] {
        let mail = stack.mail_to(user, "1 hour").await;
        assert!(
            mail.subject
                .contains(event.json["title"].as_str().unwrap_or("?"))
        );
    }
    // The guest `early` gets only one reminder. The event starts in less than a day, so no reminder is due a day before its
    // start. The postponed and the cancelled event send none.
    let reminders = stack.mails_to(&early);
    let reminders = reminders
        .iter()
        .filter(|mail| mail.subject.contains("1 hour") || mail.subject.contains("24 hours"));
    assert_eq!(reminders.count(), 1);
    let waits = stack.mails_to(&waiting);
    assert!(!waits.iter().any(|mail| mail.subject.contains("1 hour")));
}
