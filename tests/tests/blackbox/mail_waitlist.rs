//! Tests of the mails to users who join, leave or wait on the waitlist.

use tests::{Event, NewEvent, Stack, User};

fn title(event: &Event) -> &str {
    event.json["title"].as_str().unwrap_or_default()
}

/// Makes an event with one seat, which is taken. Returns the event, its guest, and two waiting users in the order in which they
/// joined.
async fn full_event(stack: &Stack, organizer: &User) -> (Event, User, [User; 2]) {
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let guest = stack.register_user().await;
    guest.register_for(&event).await.expect(201);
    let waiting = [stack.register_user().await, stack.register_user().await];
    for user in &waiting {
        user.wait_for(&event).await.expect(201);
    }
    (event, guest, waiting)
}

#[tokio::test]
async fn who_waits_is_told_the_place() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, _, waiting) = full_event(&stack, &organizer).await;

    let subject = format!("You are on the waitlist for {}", title(&event));
    for (position, user) in (1..).zip(&waiting) {
        let mail = stack.mail_to(user, title(&event)).await;
        assert_eq!(mail.subject, subject);
        assert_eq!(mail.reply_to.as_ref(), Some(&organizer.account.email));
        let place = format!("you are number {position}.");
        assert!(mail.text.contains(&place), "{mail}");
        assert!(mail.html.contains(&place), "{}", mail.html);
        for part in ["text/calendar", "image/png", "application/pdf"] {
            assert!(!mail.has_part(part), "{mail}");
        }
        user.wait_for(&event).await.expect(200);
    }
    organizer
        .announce_by_mail(&event, "Later.")
        .await
        .expect(201);
    for user in &waiting {
        stack.mail_to(user, "News about").await;
        stack.only_mail_to(user, &subject);
    }
}

#[tokio::test]
async fn a_seat_that_becomes_free_brings_the_ticket_to_the_next_in_line() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, guest, [first, second]) = full_event(&stack, &organizer).await;

    guest.cancel_registration_for(&event).await.expect(200);
    let subject = format!("A seat for you: {}", title(&event));
    let mail = stack.mail_to(&first, &subject).await;

    let ticket = first.ticket_of(&event).await;
    assert_eq!(mail.ticket_code(), ticket.code, "{mail}");
    assert_eq!(mail.qr(), ticket.qr);
    assert!(mail.part("application/pdf").content.starts_with(b"%PDF-"));
    assert_eq!(mail.invitation().method, "REQUEST");

    // Neither the user who still waits nor the guest who gave the seat back gets a mail that offers a seat.
    organizer
        .announce_by_mail(&event, "Later.")
        .await
        .expect(201);
    for user in [&first, &second] {
        stack.mail_to(user, "News about").await;
    }
    stack.only_mail_to(&first, &subject);
    stack.assert_no_mail(&first, "Your ticket for");
    for user in [&guest, &second] {
        stack.assert_no_mail(user, "A seat for you");
    }
    stack.assert_no_mail(&guest, "News about");
}

#[tokio::test]
async fn who_leaves_the_line_or_is_taken_off_it_is_told() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, _, [leaves, is_taken_off]) = full_event(&stack, &organizer).await;
    for user in [&leaves, &is_taken_off] {
        stack.mail_to(user, "You are on the waitlist").await;
    }

    leaves.cancel_registration_for(&event).await.expect(200);
    let removed = organizer.remove_registrant(&event, is_taken_off.id());
    removed.await.expect(200);

    let subject = format!("You are no longer on the waitlist for {}", title(&event));
    for (user, reported) in [
        (&leaves, "You have left the waitlist"),
        (
            &is_taken_off,
            "The organizer has taken you off the waitlist",
        ),
    ] {
        let mail = stack.mail_to(user, &subject).await;
        assert!(mail.text.contains(reported), "{mail}");
        assert!(!mail.has_part("text/calendar"), "{mail}");
    }

    // The user has left the waitlist and joins it again at the end. So the user gets a second mail about being on it.
    leaves.wait_for(&event).await.expect(201);
    let again = stack
        .nth_mail_to(&leaves, "You are on the waitlist", 2)
        .await;
    assert!(again.text.contains("you are number 1."), "{again}");
    stack.only_mail_to(&leaves, &subject);
}
