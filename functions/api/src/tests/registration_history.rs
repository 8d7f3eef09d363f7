//! Tests a registrant's history while a new seat has no ticket yet. On a running product, that lasts a moment.

use std::time::Duration;

use domain::{
    door::{Ticket, TicketStatus},
    mail::{key::MailKey, state::MailState},
    seats::claim::SeatRev,
    tickets::code::TicketCode,
};
use serde_json::json;
use store::MailClaim;

use super::{public::host::Host, *};

#[tokio::test]
async fn a_new_seat_does_not_show_the_ticket_of_the_former_one() {
    let host = Host::reporting();
    let store = &host.app.store;
    let event = published(&host.app, 10).await;
    let user = person(&host.app).await;
    let now = Timestamp::now();
    let seat = |rev| store.record_seat(event.id, user, SeatRev::Written(rev), now, "test");
    let first = seat(1).await.unwrap().into_registration();
    let removal = store.record_removal(event.id, user, SeatRev::Written(2), user, now, "test");
    removal.await.unwrap();
    let second = seat(3).await.unwrap().into_registration();
    assert_eq!((first.generation, second.generation), (1, 2));
    let ticket = Ticket {
        code: TicketCode::of(&host.app.keyrings(), &first),
        event_id: event.id,
        user_id: user,
        generation: first.generation,
        status: TicketStatus::Issued,
        issued_at: now,
        ended_at: None,
        scans: vec![],
        undone: vec![],
        undone_at: None,
        mail_again_at: None,
        rev: 0,
    };
    assert!(store.issue_ticket(&ticket, "test").await.unwrap());
    let mail = MailKey::last_of(&ticket);
    let claim = store.claim_mail(&mail, now, Duration::from_mins(1)).await;
    assert_eq!(claim.unwrap(), MailClaim::Yours);
    assert!(
        store
            .settle_mail(&mail, MailState::Sent, now)
            .await
            .unwrap()
    );

    let path = format!("/v1/events/{}/registrations/{user}", event.id);
    let request = Request::get(path).body(Body::empty()).unwrap();
    let history = host.by_organizer(&event, request).await;

    assert_eq!(history.status, StatusCode::OK, "{}", history.body);
    let history = history.body;
    assert_eq!(history["status"], "confirmed", "{history}");
    assert_eq!(history["ticketCode"], Value::Null, "{history}");
    assert_eq!(history["ticketMail"], Value::Null, "{history}");
    // Both are in the history all the same.
    assert_eq!(history["tickets"][0]["code"], ticket.code.to_string());
    assert_eq!(history["mails"][0]["state"], json!("sent"), "{history}");
}
