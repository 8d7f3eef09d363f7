//! Tests of the mails to all guests and waiting users when an event changes or is cancelled.

use serde_json::json;
use tests::{Event, NewEvent, Stack, User};

const STARTS_AT: &str = "2031-05-01T18:00:00Z";
const ENDS_AT: &str = "2031-05-01T22:00:00Z";

/// An event with one seat, its organizer, its guest, and a user on the waitlist.
struct People {
    organizer: User,
    event: Event,
    guest: User,
    waits: User,
}

impl People {
    async fn gather(stack: &Stack) -> Self {
        let organizer = stack.register_organizer().await;
        let event = NewEvent {
            starts_at: time(STARTS_AT),
            ends_at: time(ENDS_AT),
            ..NewEvent::with_capacity(1)
        };
        let event = organizer.published_event(event).await;
        let [guest, waits] = [stack.register_user().await, stack.register_user().await];
        guest.register_for(&event).await.expect(201);
        waits.wait_for(&event).await.expect(201);
        Self {
            organizer,
            event,
            guest,
            waits,
        }
    }

    fn title(&self) -> &str {
        self.event.json["title"].as_str().unwrap_or_default()
    }

    /// Sends a `PATCH` of the event as its organizer.
    async fn change(&self, members: serde_json::Value) {
        let answer = self.organizer.patch_event(&self.event, members).await;
        answer.expect(200);
    }

    /// Sends an announcement by mail, and waits until the guest and the waiting user have it. All earlier mails have then
    /// arrived too.
    async fn settle(&self, stack: &Stack) {
        let answer = self.organizer.announce_by_mail(&self.event, "Later.");
        answer.await.expect(201);
        for user in [&self.guest, &self.waits] {
            stack.mail_to(user, "News about").await;
        }
    }
}

fn time(text: &str) -> jiff::Timestamp {
    match text.parse() {
        Ok(time) => time,
        Err(error) => panic!("{text}: {error}"),
    }
}

#[tokio::test]
async fn a_change_is_told_to_guests_and_to_those_who_wait() {
    let stack = Stack::from_env();
    let people = People::gather(&stack).await;
    let (guest, waits) = (&people.guest, &people.waits);
    let ticket_mail = stack.mail_to(guest, "Your ticket for").await;
    let title = people.title();
    let new_title = format!("Night {}", tests::unique());

    let changes = json!({
        "title": new_title, "venue": "Harbour", "startsAt": "2031-05-02T18:30:00Z", "endsAt": "2031-05-02T22:30:00Z",
    });
    people.change(changes).await;

    let subject = format!("{title} is now {new_title}");
    for user in [guest, waits] {
        let mail = stack.mail_to(user, &new_title).await;
        assert_eq!(mail.subject, subject);
        assert_eq!(
            mail.reply_to.as_ref(),
            Some(&people.organizer.account.email)
        );
        for line in [
            format!("  from: {title}"),
            format!("  to:   {new_title}"),
            "  from: Town hall".to_owned(),
            "  to:   Harbour".to_owned(),
        ] {
            assert!(
                mail.text.lines().any(|other| other == line),
                "{line} in {mail}"
            );
        }
        // The mail shows the times in the event's own time zone.
        let when: Vec<&str> = mail
            .text
            .lines()
            .filter(|line| line.contains("2031"))
            .collect();
        assert!(
            when.iter()
                .any(|line| line.contains("from:") && line.contains("20:00")),
            "{mail}"
        );
        assert!(
            when.iter()
                .any(|line| line.contains("to:") && line.contains("20:30")),
            "{mail}"
        );
    }

    let mail = stack.only_mail_to(guest, &subject);
    let (before, after) = (ticket_mail.invitation(), mail.invitation());
    assert_eq!(after.method, "REQUEST");
    assert_eq!(after.uid, before.uid);
    assert!(after.sequence > before.sequence, "{after:?}");
    assert_eq!(after.starts_at, "20310502T183000Z");
    assert_eq!(after.location, "Harbour");
    assert_eq!(after.summary, new_title);
    assert_eq!(mail.ticket_code(), ticket_mail.ticket_code());
    assert!(mail.part("application/pdf").content.starts_with(b"%PDF-"));
    assert!(!mail.qr().is_empty());
    let mail = stack.only_mail_to(waits, &subject);
    for part in ["text/calendar", "image/png", "application/pdf"] {
        assert!(!mail.has_part(part), "{mail}");
    }

    people.settle(&stack).await;
    for user in [guest, waits] {
        stack.only_mail_to(user, &subject);
    }
}

#[tokio::test]
async fn each_change_of_time_or_venue_is_a_mail_of_its_own() {
    let stack = Stack::from_env();
    let people = People::gather(&stack).await;
    let (guest, waits) = (&people.guest, &people.waits);
    let subject = format!("{} has changed", people.title());

    let mut sequences = vec![
        stack
            .mail_to(guest, "Your ticket for")
            .await
            .invitation()
            .sequence,
    ];
    let changes = [
        (json!({"venue": "Harbour"}), "Venue", "Time"),
        (json!({"endsAt": "2031-05-01T23:00:00Z"}), "Time", "Venue"),
        (json!({"timezone": "Europe/London"}), "Time", "Venue"),
    ];
    for (count, (members, reported, not_told)) in (1..).zip(changes) {
        people.change(members).await;
        for user in [guest, waits] {
            let mail = stack.nth_mail_to(user, &subject, count).await;
            assert!(mail.text.lines().any(|line| line == reported), "{mail}");
            assert!(!mail.text.lines().any(|line| line == not_told), "{mail}");
        }
        let mail = stack.mail_to(guest, &subject).await;
        sequences.push(mail.invitation().sequence);
    }
    assert!(
        sequences.is_sorted_by(|one, other| one < other),
        "{sequences:?}"
    );
}

#[tokio::test]
async fn what_changes_nobodys_plans_is_no_news() {
    let stack = Stack::from_env();
    let people = People::gather(&stack).await;
    for changes in [
        json!({"description": "With cake."}),
        json!({"category": "talks", "tags": ["rust"]}),
        json!({"venue": "Town hall"}),
        json!({"registrationClosesAt": "2031-04-30T18:00:00Z", "doorsOpenAt": "2031-05-01T17:00:00Z"}),
    ] {
        people.change(changes).await;
    }
    // A larger capacity causes no mail, except to the user who gets a new seat.
    let raised = json!({"capacity": 2});
    people.change(raised).await;
    stack.mail_to(&people.waits, "A seat for you").await;

    people.settle(&stack).await;
    for user in [&people.guest, &people.waits] {
        stack.assert_no_mail(user, "has changed");
        stack.assert_no_mail(user, " is now ");
    }
}

#[tokio::test]
async fn who_came_after_a_change_or_has_left_before_hears_nothing_of_it() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [stays, leaves, comes] = [
        stack.register_user().await,
        stack.register_user().await,
        stack.register_user().await,
    ];
    stays.register_for(&event).await.expect(201);
    leaves.register_for(&event).await.expect(201);
    leaves.cancel_registration_for(&event).await.expect(200);

    let moved = organizer.patch_event(&event, json!({"venue": "Harbour"}));
    moved.await.expect(200);
    comes.register_for(&event).await.expect(201);
    stack.mail_to(&stays, "has changed").await;
    organizer
        .announce_by_mail(&event, "Later.")
        .await
        .expect(201);
    for user in [&stays, &comes] {
        stack.mail_to(user, "News about").await;
    }
    stack.only_mail_to(&stays, "has changed");
    stack.assert_no_mail(&comes, "has changed");
    stack.assert_no_mail(&leaves, "has changed");
    stack.assert_no_mail(&leaves, "News about");
    organizer.cancel(&event).await.expect(200);
    for user in [&stays, &comes] {
        stack.mail_to(user, "was cancelled").await;
    }
    stack.assert_no_mail(&leaves, "was cancelled");
}

#[tokio::test]
async fn a_change_that_is_taken_back_at_once_never_tells_of_none() {
    let stack = Stack::from_env();
    let people = People::gather(&stack).await;
    for venue in ["Harbour", "Town hall"] {
        let change = json!({ "venue": venue });
        people.change(change).await;
    }

    people.settle(&stack).await;
    for user in [&people.guest, &people.waits] {
        let mails = stack.mails_about(user, "has changed");
        assert!(mails.len() <= 2, "{mails:?}");
        for mail in &mails {
            let reported =
                |prefix: &str| mail.text.lines().find_map(|line| line.strip_prefix(prefix));
            assert_ne!(reported("  from: "), reported("  to:   "), "{mail}");
        }
    }
}

#[tokio::test]
async fn a_cancelled_event_is_told_with_its_reason_once() {
    let stack = Stack::from_env();
    let people = People::gather(&stack).await;
    let (guest, waits) = (&people.guest, &people.waits);
    let invited = stack.mail_to(guest, "Your ticket for").await.invitation();

    people.organizer.cancel(&people.event).await.expect(200);

    let subject = format!("{} was cancelled", people.title());
    for user in [guest, waits] {
        let mail = stack.mail_to(user, &subject).await;
        assert_eq!(mail.subject, subject);
        assert!(mail.text.contains("> The hall is flooded."), "{mail}");
        assert!(mail.html.contains("The hall is flooded."), "{mail}");
        assert!(!mail.has_part("application/pdf"), "{mail}");
        assert!(!mail.has_part("image/png"), "{mail}");
    }
    let uninvited = stack.only_mail_to(guest, &subject).invitation();
    assert_eq!(uninvited.method, "CANCEL");
    assert_eq!(uninvited.uid, invited.uid);
    assert!(uninvited.sequence > invited.sequence, "{uninvited:?}");
    let mail = stack.only_mail_to(waits, &subject);
    assert!(!mail.has_part("text/calendar"), "{mail}");

    // After the event is cancelled, the guest cancels the registration, and the organizer makes an announcement. Neither action
    // causes a second mail about the event's cancellation.
    guest
        .cancel_registration_for(&people.event)
        .await
        .expect(200);
    let answer = people.organizer.announce_by_mail(&people.event, "Later.");
    answer.await.expect(201);
    stack.mail_to(waits, "News about").await;
    for user in [guest, waits] {
        stack.only_mail_to(user, &subject);
    }
    stack.assert_no_mail(guest, "Your registration for");
}
