//! Test of what happens when the sender's identity is deleted, so that SES refuses all mail. The cause is the deployment and
//! not a recipient, so each mail is retried.

use tests::{NewEvent, PATIENCE, emulated, eventually};

#[tokio::test]
async fn mail_that_was_refused_for_its_sender_comes_late_once() {
    let stack = emulated!("SES refuses all mail; a folder takes all");
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [early, user] = [stack.register_user().await, stack.register_user().await];
    early.register_for(&event).await.expect(201);
    let mail = stack.mail_to(&early, "Your ticket for").await;

    let mails = stack.queue("mail");
    let ticket = stack
        .without_sender_of(&mail, async {
            user.register_for(&event).await.expect(201);
            let ticket = user.ticket_of(&event).await;
            organizer
                .announce_by_mail(&event, "Hello.")
                .await
                .expect(201);
            // Waits until a function has received a message from the queue and tries to send its mail. SES refuses that mail.
            eventually(PATIENCE, async || match mails.in_flight().await {
                0 => Err("nothing is in flight".to_owned()),
                _ => Ok(()),
            })
            .await;
            stack.assert_no_mail(&user, "Your ticket for");
            stack.assert_no_mail(&early, "News about");
            ticket
        })
        .await;

    let late = stack.mail_to(&user, "Your ticket for").await;
    assert_eq!(late.ticket_code(), ticket.code);
    for guest in [&early, &user] {
        stack.mail_to(guest, "News about").await;
    }
    organizer.cancel(&event).await.expect(200);
    for guest in [&early, &user] {
        stack.mail_to(guest, "was cancelled").await;
        stack.only_mail_to(guest, "Your ticket for");
        stack.only_mail_to(guest, "News about");
    }
}
