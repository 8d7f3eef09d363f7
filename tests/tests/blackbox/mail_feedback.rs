//! Tests of the reports by which SES says whether a mail was delivered. Organizers see the state of a mail, and an address that
//! cannot be reached gets no more mail.

use serde_json::{Value, json};
use tests::feedback::{bounce, complaint, delivery};
use tests::{Event, Mail, NewEvent, Stack, User, unique};

/// Registers a new user, and waits for the mail with the ticket. Returns both.
async fn guest(stack: &Stack, event: &Event) -> (User, Mail) {
    let user = stack.register_user().await;
    user.register_for(event).await.expect(201);
    let mail = stack.mail_to(&user, "Your ticket for").await;
    (user, mail)
}

async fn tell(stack: &Stack, news: &[Value]) {
    let bodies: Vec<String> = news.iter().map(Value::to_string).collect();
    stack.queue("feedback").send_all(&bodies).await;
}

#[tokio::test]
async fn the_organizer_sees_what_became_of_a_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let (user, mail) = guest(&stack, &event).await;
    organizer
        .ticket_mail_becomes(&event, user.id(), "sent")
        .await;
    // The user's own view of the registration does not show the state of the mail.
    let own = user.registration_for(&event).await.expect(200);
    assert_eq!(own.json.get("ticketMail"), None, "{own}");

    for (news, state) in [
        (delivery(&mail), "delivered"),
        (bounce(&mail, "Permanent"), "bounced"),
        (complaint(&mail), "complained"),
    ] {
        tell(&stack, &[news]).await;
        organizer
            .ticket_mail_becomes(&event, user.id(), state)
            .await;
    }
}

#[tokio::test]
async fn news_that_come_twice_or_late_change_nothing() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let (delivered, delivered_mail) = guest(&stack, &event).await;
    let (bounced, bounced_mail) = guest(&stack, &event).await;
    let (complained, complained_mail) = guest(&stack, &event).await;
    let (last, last_mail) = guest(&stack, &event).await;

    let twice = delivery(&delivered_mail);
    tell(
        &stack,
        &[
            twice.clone(),
            bounce(&bounced_mail, "Permanent"),
            complaint(&complained_mail),
        ],
    )
    .await;
    let states = [
        (&delivered, "delivered"),
        (&bounced, "bounced"),
        (&complained, "complained"),
    ];
    for (user, state) in states {
        organizer
            .ticket_mail_becomes(&event, user.id(), state)
            .await;
    }

    let late = [
        twice,
        delivery(&bounced_mail),
        bounce(&bounced_mail, "Permanent"),
        delivery(&complained_mail),
        bounce(&complained_mail, "Permanent"),
    ];
    tell(&stack, &late).await;
    // Sends one more report through the same queue. When it is processed, all earlier reports have been processed too.
    tell(&stack, &[delivery(&last_mail)]).await;
    organizer
        .ticket_mail_becomes(&event, last.id(), "delivered")
        .await;
    for (user, state) in states {
        let now = organizer.ticket_mail_of(&event, user.id()).await;
        assert_eq!(now, state);
    }
}

#[tokio::test]
async fn who_cannot_be_reached_or_complained_gets_no_more_mail() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let (bounced, bounced_mail) = guest(&stack, &event).await;
    let (complained, complained_mail) = guest(&stack, &event).await;
    let (full, full_mail) = guest(&stack, &event).await;
    let news = [
        bounce(&bounced_mail, "Permanent"),
        complaint(&complained_mail),
        // A transient bounce means, for example, that the mailbox is full.
        bounce(&full_mail, "Transient"),
    ];
    tell(&stack, &news).await;
    for (user, state) in [
        (&bounced, "bounced"),
        (&complained, "complained"),
        (&full, "bounced"),
    ] {
        organizer
            .ticket_mail_becomes(&event, user.id(), state)
            .await;
    }

    organizer
        .announce_by_mail(&event, "Hello.")
        .await
        .expect(201);
    stack.mail_to(&full, "News about").await;
    let next = organizer.published_event(NewEvent::default()).await;
    for user in [&bounced, &complained] {
        user.register_for(&next).await.expect(201);
        // Although the ticket was not mailed, the user has it, and the organizer sees the reason why there was no mail.
        user.ticket_of(&next).await;
        organizer
            .ticket_mail_becomes(&next, user.id(), "suppressed")
            .await;
        let old = &user.account.password;
        user.change_password(old, "another horse battery")
            .await
            .expect(204);
    }
    let old = &full.account.password;
    full.change_password(old, "another horse battery")
        .await
        .expect(204);
    stack.mail_to(&full, "password was changed").await;
    for user in [&bounced, &complained] {
        stack.assert_no_mail(user, "News about");
        stack.assert_no_mail(user, "password was changed");
        stack.only_mail_to(user, "Your ticket for");
    }
}

#[tokio::test]
async fn news_of_mail_that_is_not_ours_and_of_no_interest_hold_up_nothing() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let (user, mail) = guest(&stack, &event).await;

    let mut elsewhere = delivery(&mail);
    elsewhere["mail"]["tags"] = json!({"campaign": ["spring"]});
    let mut never_sent = bounce(&mail, "Permanent");
    let key = mail.key().replace("ticket_", "reminder-day_");
    never_sent["mail"]["tags"]["mail"] = json!([key]);
    let mut opened = delivery(&mail);
    opened["eventType"] = json!("Open");
    tell(&stack, &[elsewhere, opened, delivery(&mail), never_sent]).await;
    organizer
        .ticket_mail_becomes(&event, user.id(), "delivered")
        .await;
}

#[tokio::test]
async fn news_that_nobody_understands_are_put_aside() {
    let stack = Stack::from_env();
    let queue = stack.queue("feedback");
    let poison = format!("no JSON {}", unique());
    queue.send(&poison).await;
    let letter = queue.dead_letter(|body| body == poison).await;
    assert!(!letter.reason.is_empty(), "{letter:?}");
}
