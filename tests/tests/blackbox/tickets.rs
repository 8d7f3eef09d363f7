//! Tests that every confirmed registration gets a ticket, and that any spelling of the ticket's code finds the ticket.

use std::collections::BTreeSet;

use futures::future::join_all;
use jiff::Timestamp;
use serde_json::json;
use tests::{
    NewEvent, PATIENCE, Stack, Ticket, assert_done, assert_refused, assert_since, eventually,
    guests_of, is_qr_content, is_ticket_code,
};

#[tokio::test]
async fn a_confirmed_registration_gets_its_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user_named("Grace Hopper").await;
    let event = organizer.published_event(NewEvent::default()).await;
    let begun = Timestamp::now();
    user.register_for(&event).await.expect(201);

    let ticket = user.ticket_of(&event).await;

    let json = &ticket.json;
    assert!(is_ticket_code(&ticket.code), "{json}");
    assert!(is_qr_content(&ticket.qr), "{json}");
    assert_eq!(json["eventId"], event.id, "{json}");
    assert_eq!(json["userId"], user.id(), "{json}");
    assert_eq!(json["holderName"], "Grace Hopper", "{json}");
    assert_eq!(json["status"], "issued", "{json}");
    assert_since(begun, &json["issuedAt"]);
    assert!(json["admittedAt"].is_null(), "{json}");
}

#[tokio::test]
async fn asking_again_for_a_seat_gives_no_second_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;

    let again = user.register_for(&event).await.expect(200);

    assert_eq!(again["ticketCode"], json!(ticket.code), "{again}");
    let listed = eventually(PATIENCE, async || {
        let listed = user.listed_tickets_for(&event).await;
        let none = || "no ticket is listed".to_owned();
        listed.first().map(|_| listed.len()).ok_or_else(none)
    })
    .await;
    assert_eq!(listed, 1);
}

#[tokio::test]
async fn a_code_is_found_however_it_is_typed() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(20).await;

    for guest in &doors.guests {
        let code = &guest.ticket.code;
        let without_hyphens = code.replace('-', "");
        let typed_badly = guest.ticket.code_typed_badly();
        for typed in [
            code.to_lowercase(),
            without_hyphens,
            typed_badly.to_uppercase(),
            typed_badly,
        ] {
            let found = doors.organizer.read_ticket(&typed).await.expect(200);
            assert_eq!(found["code"], json!(code), "{typed}: {found}");
            assert_eq!(found["userId"], guest.user.id(), "{typed}: {found}");
        }
    }
}

#[tokio::test]
async fn a_ticket_is_its_holders_and_the_doors() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let [guest, other_guest] = &doors.guests[..] else {
        panic!("{} guests", doors.guests.len());
    };
    let other_organizer = stack.register_organizer().await;
    let code = &guest.ticket.code;

    let own = guest.user.read_ticket(code).await.expect(200);
    for caller in [&doors.staff, &doors.organizer, &stack.admin().await] {
        let read = caller.read_ticket(code).await.expect(200);
        assert_eq!(read.json, own.json, "{read}");
    }
    assert_refused(&stack.anyone().read_ticket(code).await, 401);
    for stranger in [&other_guest.user, &other_organizer] {
        assert_refused(&stranger.read_ticket(code).await, 404);
    }

    let removed = doors.organizer.remove_staff(&doors.event, doors.staff.id());
    assert_done(&removed.await);
    assert_refused(&doors.staff.read_ticket(code).await, 404);
}

#[tokio::test]
async fn what_is_no_code_is_not_found() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let admin = stack.admin().await;
    let long = "0".repeat(300);
    let no_codes = [
        "0000-0000-0000",
        "000000000000",
        "UUUU-UUUU-UUUU",
        "x",
        "null",
        "%00",
        "%F0%9F%8E%89",
        "0000-0000-0000-0000",
        "evt_01h455vb4pex5vsknk084sn02q",
        &long,
    ];
    for code in no_codes {
        for caller in [&organizer, &admin] {
            assert_refused(&caller.read_ticket(code).await, 404);
            let drawn = caller.get(&format!("/v1/tickets/{code}/qr.svg")).await;
            assert_refused(&drawn, 404);
        }
        // A path with a zero byte is an unknown path. So the service answers 404 before it checks the session.
        if code != "%00" {
            assert_refused(&stack.anyone().read_ticket(code).await, 401);
        }
    }
}

#[tokio::test]
async fn own_tickets_are_listed_by_status_and_page_by_page() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let mut tickets: Vec<Ticket> = Vec::new();
    for _ in 0..5 {
        let event = organizer.published_event(NewEvent::default()).await;
        user.register_for(&event).await.expect(201);
        tickets.push(user.ticket_of(&event).await);
        if tickets.len() == 1 {
            user.cancel_registration_for(&event).await.expect(200);
        }
    }
    user.wait_for_status(&tickets[0], "void").await;

    let rows = [
        ("/v1/me/tickets", &tickets[..]),
        ("/v1/me/tickets?status=issued", &tickets[1..]),
        ("/v1/me/tickets?status=void", &tickets[..1]),
        ("/v1/me/tickets?status=admitted", &[]),
    ];
    for (path, expected) in rows {
        let expected: BTreeSet<&str> = expected.iter().map(|ticket| &*ticket.code).collect();
        eventually(PATIENCE, async || {
            let items = user.every_item(path, 2).await;
            let codes = items.iter().filter_map(|item| item["code"].as_str());
            let codes: BTreeSet<&str> = codes.collect();
            assert_eq!(codes.len(), items.len(), "listed twice: {items:?}");
            if codes == expected {
                Ok(())
            } else {
                Err(format!("{path} lists {items:?}"))
            }
        })
        .await;
    }
    assert_refused(&stack.anyone().get("/v1/me/tickets").await, 401);
}

#[tokio::test]
async fn a_listed_ticket_is_the_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;

    let listed = eventually(PATIENCE, async || {
        let mut listed = user.listed_tickets_for(&event).await;
        listed.pop().ok_or("no ticket is listed".to_owned())
    })
    .await;
    assert_eq!(listed, ticket.json);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_registrations_get_a_ticket_each_and_no_more() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let admin = stack.admin().await;
    let event = organizer
        .published_event(NewEvent::with_capacity(100))
        .await;

    let guests = guests_of(&event, stack.crowd(30).await).await;

    let codes: BTreeSet<&str> = guests.iter().map(|guest| &*guest.ticket.code).collect();
    let contents: BTreeSet<&str> = guests.iter().map(|guest| &*guest.ticket.qr).collect();
    assert_eq!((codes.len(), contents.len()), (30, 30), "{codes:?}");
    for guest in &guests {
        assert_eq!(guest.ticket.json["userId"], guest.user.id());
        assert_eq!(guest.ticket.json["eventId"], event.id);
    }
    eventually(PATIENCE, async || {
        match admin.tickets_counted_for(&event).await {
            tickets if tickets == 30 => Ok(()),
            tickets => Err(format!("{tickets} tickets")),
        }
    })
    .await;
    let listed = guests
        .iter()
        .map(|guest| guest.user.listed_tickets_for(&event));
    for (guest, listed) in guests.iter().zip(join_all(listed).await) {
        assert_eq!(listed.len(), 1, "tickets of {}", guest.user.id());
    }
}
