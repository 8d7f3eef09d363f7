//! Tests that the ticket of a cancelled registration becomes void, however soon the cancellation follows the registration.

use futures::future::join_all;
use serde_json::{Value, json};
use tests::{Event, NewEvent, PATIENCE, Stack, Ticket, User, eventually, is_ticket_code};

#[tokio::test]
async fn cancelling_makes_the_ticket_void_and_registering_again_gives_another() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let first = user.ticket_of(&event).await;

    user.cancel_registration_for(&event).await.expect(200);
    user.wait_for_status(&first, "void").await;

    user.register_for(&event).await.expect(201);
    let second = user.ticket_of(&event).await;
    assert_ne!(second.code, first.code);
    assert_ne!(second.qr, first.qr);
    assert_eq!(second.json["status"], "issued", "{}", second.json);
    assert_eq!(user.read_again(&first).await.json["status"], "void");
}

#[tokio::test]
async fn who_is_taken_off_the_list_has_a_void_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;

    let removed = organizer.remove_registrant(&event, user.id()).await;
    removed.expect(200);

    organizer.wait_for_status(&ticket, "void").await;
    user.wait_for_status(&ticket, "void").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_that_overtakes_the_issue_leaves_no_valid_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(50)).await;
    let mut crowd = stack.crowd(12).await;
    let markers = crowd.split_off(10);

    join_all(crowd.iter().map(async |user| {
        user.register_for(&event).await.expect(201);
        user.cancel_registration_for(&event).await.expect(200);
    }))
    .await;

    // A user who registers now gets a ticket only after all effects of the ten cancellations. So when this ticket exists, no
    // ticket of the ten users can become valid any more.
    marker_ticket(&markers[0], &event).await;
    for user in &crowd {
        eventually(PATIENCE, async || all_void(user, &event).await).await;
    }
    marker_ticket(&markers[1], &event).await;
    for user in &crowd {
        let checked = all_void(user, &event).await;
        assert_eq!(checked, Ok(()), "{} has a ticket again", user.id());
        let own = user.registration_for(&event).await.expect(200);
        assert_eq!(own["status"], "cancelled", "{own}");
        if let Some(code) = own["ticketCode"].as_str() {
            let ticket = user.read_ticket(code).await.expect(200);
            assert_eq!(ticket["status"], "void", "{ticket}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_registers_cancels_and_registers_at_once_has_one_valid_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(50)).await;
    let mut crowd = stack.crowd(11).await;
    let markers = crowd.split_off(10);

    join_all(crowd.iter().map(async |user| {
        user.register_for(&event).await.expect(201);
        user.cancel_registration_for(&event).await.expect(200);
        user.register_for(&event).await.expect(201);
    }))
    .await;

    for user in &crowd {
        eventually(PATIENCE, async || one_valid(user, &event).await).await;
    }
    marker_ticket(&markers[0], &event).await;
    for user in &crowd {
        let checked = one_valid(user, &event).await;
        assert_eq!(checked, Ok(()), "{} has it no longer", user.id());
    }
}

async fn marker_ticket(user: &User, event: &Event) -> Ticket {
    user.register_for(event).await.expect(201);
    user.ticket_of(event).await
}

/// Returns `Ok` if every ticket of the user for the event is void, or if the user has none.
async fn all_void(user: &User, event: &Event) -> Result<(), String> {
    let tickets = user.listed_tickets_for(event).await;
    if tickets.iter().all(is_void) {
        Ok(())
    } else {
        Err(format!("{tickets:?}"))
    }
}

/// Returns `Ok` if the user has exactly one valid ticket for the event, and the user's registration names that ticket.
async fn one_valid(user: &User, event: &Event) -> Result<(), String> {
    let registration = user.registration_for(event).await.when(200)?;
    let code = registration["ticketCode"].as_str().unwrap_or_default();
    let tickets = user.listed_tickets_for(event).await;
    let valid: Vec<&Value> = tickets.iter().filter(|ticket| !is_void(ticket)).collect();
    match valid[..] {
        [ticket] if ticket["code"] == json!(code) && is_ticket_code(code) => Ok(()),
        _ => Err(format!("{registration}\n{tickets:?}")),
    }
}

fn is_void(ticket: &Value) -> bool {
    ticket["status"] == "void"
}
