//! Tests of the mail that contains a ticket, and of the mail that says that the ticket is cancelled.

use tests::{Event, Invitation, LONG_PATIENCE, Mail, NewEvent, Stack, eventually};

fn ticket_subject(event: &Event) -> String {
    format!("Your ticket for {}", title(event))
}

fn cancelled_subject(event: &Event) -> String {
    format!("Your registration for {} is cancelled", title(event))
}

fn title(event: &Event) -> &str {
    event.json["title"].as_str().unwrap_or_default()
}

/// Asserts that the mail contains no ticket, neither as an image nor as a PDF.
#[track_caller]
fn assert_no_ticket_in(mail: &Mail) {
    assert!(!mail.has_part("image/png"), "{mail}");
    assert!(!mail.has_part("application/pdf"), "{mail}");
}

#[tokio::test]
async fn a_registration_brings_one_mail_with_the_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user_named("Grace Hopper").await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;

    let mail = stack.mail_to(&user, title(&event)).await;

    assert_eq!(mail.subject, ticket_subject(&event));
    let email = &user.account.email;
    assert_eq!(mail.to, ("Grace Hopper".to_owned(), email.clone()));
    assert_eq!(mail.reply_to.as_ref(), Some(&organizer.account.email));
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("MIME-Version"), "1.0");
    assert!(!mail.header("Date").is_empty(), "{mail}");
    assert!(mail.from.1.contains('@'), "{mail}");
    assert_eq!(mail.ticket_code(), ticket.code, "{mail}");
    assert!(mail.html.contains(&ticket.code), "{}", mail.html);
    assert_eq!(mail.qr(), ticket.qr);
    let pdf = mail.part("application/pdf");
    assert_eq!(pdf.disposition.as_deref(), Some("attachment"), "{mail}");
    assert_eq!(pdf.file_name.as_deref(), Some("ticket.pdf"), "{mail}");
    assert!(pdf.content.starts_with(b"%PDF-"), "{mail}");
    // Neither a repeated request for a seat nor an announcement causes a second mail with the ticket.
    user.register_for(&event).await.expect(200);
    organizer
        .announce_by_mail(&event, "Later.")
        .await
        .expect(201);
    stack.mail_to(&user, "News about").await;
    stack.only_mail_to(&user, &ticket_subject(&event));
}

#[tokio::test]
async fn the_invitation_is_the_entry_that_can_be_downloaded() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;

    let mail = stack.mail_to(&user, title(&event)).await;

    let invited = mail.invitation();
    assert_eq!(invited.method, "REQUEST");
    assert_eq!(invited.status, "CONFIRMED");
    assert_eq!(invited.summary, title(&event));
    assert_eq!(invited.location, "Town hall");
    let mailto = |email: &str| format!("mailto:{email}");
    assert_eq!(invited.organizer, mailto(&organizer.account.email));
    assert_eq!(invited.attendee, mailto(&user.account.email));
    let path = format!("{}/calendar.ics", ticket.path());
    let downloaded = Invitation::parse(&user.get(&path).await.expect(200).text);
    assert_eq!(invited.uid, downloaded.uid);
    assert_eq!(invited.sequence, downloaded.sequence);
    assert_eq!(invited.starts_at, downloaded.starts_at);
    // The event has no description. So the calendar entry's description is only the ticket code, without an empty line before
    // it.
    let description = format!("Ticket {}", ticket.code);
    for entry in [&invited, &downloaded] {
        assert_eq!(entry.description, description, "{entry:?}");
    }
    // The mail contains the calendar entry a second time, as an attached file, for mail programs that ignore the entry in the
    // text parts.
    let file = mail.part("application/ics");
    assert_eq!(file.file_name.as_deref(), Some("event.ics"), "{mail}");
    let attached = Invitation::parse(&String::from_utf8_lossy(&file.content));
    assert_eq!(attached, invited);
}

#[tokio::test]
async fn who_cancels_is_uninvited_and_who_comes_back_is_invited_anew() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let first = stack.mail_to(&user, &ticket_subject(&event)).await;

    user.cancel_registration_for(&event).await.expect(200);
    let cancelled = stack.mail_to(&user, &cancelled_subject(&event)).await;

    assert_no_ticket_in(&cancelled);
    assert!(cancelled.text.contains("You have given up your seat."));
    assert_eq!(cancelled.reply_to.as_ref(), Some(&organizer.account.email));
    let (invited, uninvited) = (first.invitation(), cancelled.invitation());
    assert_eq!(uninvited.method, "CANCEL");
    assert_eq!(uninvited.status, "CANCELLED");
    assert_eq!(uninvited.uid, invited.uid);
    assert!(uninvited.sequence > invited.sequence, "{uninvited:?}");

    user.register_for(&event).await.expect(201);
    let second = stack.nth_mail_to(&user, &ticket_subject(&event), 2).await;
    let again = second.invitation();
    assert_eq!(again.method, "REQUEST");
    assert_eq!(again.uid, invited.uid);
    assert!(again.sequence > uninvited.sequence, "{again:?}");
    assert_ne!(second.ticket_code(), first.ticket_code());
    let ticket = user.ticket_of(&event).await;
    assert_eq!(second.ticket_code(), ticket.code);
    assert_eq!(second.qr(), ticket.qr);
    stack.only_mail_to(&user, &cancelled_subject(&event));
}

#[tokio::test]
async fn who_is_taken_off_the_list_is_told_by_whom() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let invited = stack.mail_to(&user, &ticket_subject(&event)).await;

    let removed = organizer.remove_registrant(&event, user.id()).await;
    removed.expect(200);
    // The organizer removes the registrant a second time, which changes nothing.
    organizer.remove_registrant(&event, user.id()).await;
    let mail = stack.mail_to(&user, &cancelled_subject(&event)).await;

    assert_no_ticket_in(&mail);
    let reported = "The organizer has cancelled your registration.";
    assert!(mail.text.contains(reported), "{mail}");
    let (invited, uninvited) = (invited.invitation(), mail.invitation());
    assert_eq!(uninvited.method, "CANCEL");
    assert_eq!(uninvited.uid, invited.uid);
    assert!(uninvited.sequence > invited.sequence, "{uninvited:?}");
    // This later ticket mail passes through the same queue. When it has arrived, a second mail about the cancellation would
    // have arrived too.
    user.register_for(&event).await.expect(201);
    stack.nth_mail_to(&user, &ticket_subject(&event), 2).await;
    stack.only_mail_to(&user, &cancelled_subject(&event));
}

#[tokio::test]
async fn who_changes_their_mind_at_once_ends_with_the_ticket_that_is_valid() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;

    user.register_for(&event).await.expect(201);
    user.cancel_registration_for(&event).await.expect(200);
    user.register_for(&event).await.expect(201);

    let (ticket, mail) = eventually(LONG_PATIENCE, async || {
        let ticket = user.ticket_of(&event).await;
        let mail = stack.mails_about(&user, &ticket_subject(&event)).pop();
        mail.filter(|mail| mail.ticket_code() == ticket.code && ticket.json["status"] == "issued")
            .map(|mail| (ticket, mail))
            .ok_or_else(|| "no mail with the ticket that is valid".to_owned())
    })
    .await;
    assert_eq!(mail.qr(), ticket.qr);
    organizer
        .announce_by_mail(&event, "Later.")
        .await
        .expect(201);
    stack.mail_to(&user, "News about").await;
    let codes: Vec<_> = stack
        .mails_about(&user, &ticket_subject(&event))
        .iter()
        .map(|mail| mail.ticket_code().to_owned())
        .collect();
    let valid = codes.iter().filter(|code| **code == ticket.code).count();
    assert_eq!(valid, 1, "{codes:?}");
    assert_eq!(codes.last(), Some(&ticket.code), "{codes:?}");
    assert!(codes.len() <= 2, "{codes:?}");
}
