//! Tests that an erased account can do nothing, holds no seat or place, and blocks nobody.

use std::collections::BTreeSet;

use futures::join;
use serde_json::{Value, json};
use tests::{
    Event, Method, NewEvent, PATIENCE, Stack, User, assert_problem, check_refused, eventually,
    in_hours, in_seconds, wait_until,
};

/// Operations that accept the access token of an erased account, because they do not read the account. The relay takes the seat
/// or the place of the erased account back afterwards.
const OF_A_RUSH: [&str; 2] = [
    "POST /v1/events/{id}/registrations",
    "POST /v1/events/{id}/waitlist",
];
/// Operations that anybody may call without an access token. If the request has a token, they check it.
const PUBLIC: [&str; 2] = ["GET /v1/events/{id}", "GET /v1/events/{id}/announcements"];

/// Makes a user and erases the account. The access token in the result stays valid for some minutes.
async fn erased(stack: &Stack) -> User {
    let user = stack.register_user().await;
    user.delete("/v1/me").await.expect(204);
    user
}

/// Returns a user id that no account has now or had before.
fn nobody() -> String {
    let alphabet = b"0123456789abcdefghjkmnpqrstvwxyz";
    let random = (0..22).map(|_| char::from(alphabet[fastrand::usize(..alphabet.len())]));
    format!("usr_01h4{}", random.collect::<String>())
}

/// Returns the ids of the people who have a seat or a place, as the organizer's list of registrants shows them. The list also
/// contains admitted people whose registration was cancelled, but the result leaves them out.
async fn listed(organizer: &User, event: &Event) -> BTreeSet<String> {
    let all = organizer.every_item(&event.registrations_path(), 100).await;
    let standing = all.iter().filter(|row| row["status"] != "cancelled");
    let ids = standing.filter_map(|row| row["userId"].as_str());
    ids.map(str::to_owned).collect()
}

/// Requests a seat for `user` repeatedly, until the service grants it.
async fn gets_a_seat(user: &User, event: &Event) {
    eventually(PATIENCE, async || {
        let answer = user.register_for(event).await;
        match answer.status {
            200 | 201 => Ok(()),
            _ => Err(answer.to_string()),
        }
    })
    .await;
}

/// Waits until the event counts as many guests as `seated` and as many waiting users as `waiting`, and the organizer's list
/// contains exactly these users.
async fn settles(organizer: &User, event: &Event, seated: &[&User], waiting: &[&User]) {
    let expected: BTreeSet<String> = seated
        .iter()
        .chain(waiting)
        .map(|user| user.id().to_owned())
        .collect();
    // The event's counts may be two seconds old, so each attempt also reads the organizer's list, which is up to date.
    eventually(PATIENCE, async || {
        organizer
            .event_once(event, |event| {
                event["registered"] == seated.len() && event["waitlisted"] == waiting.len()
            })
            .await;
        let listed = listed(organizer, event).await;
        if listed == expected {
            Ok(())
        } else {
            Err(format!("{listed:?}"))
        }
    })
    .await;
}

#[tokio::test]
async fn the_token_of_an_erased_account_is_refused_by_every_operation() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent::with_open_doors(10))
        .await;
    let gone = stack.register_organizer().await;
    gone.register_for(&event).await.expect(201);
    let code = gone.ticket_code_for(&event).await;
    gone.delete("/v1/me").await.expect(204);

    let contract = stack.anyone().get("/openapi.json").await.expect(200);
    let (mut tried, mut wrong) = (0, Vec::new());
    for (path, members) in contract["paths"].as_object().unwrap() {
        for (method, operation) in members.as_object().unwrap() {
            let name = format!("{} {path}", method.to_uppercase());
            let wants_token = operation["security"]
                .as_array()
                .is_some_and(|ways| !ways.is_empty());
            let asks_who = wants_token || PUBLIC.contains(&&*name);
            if !asks_who || OF_A_RUSH.contains(&&*name) {
                continue;
            }
            let of_account = path.starts_with("/v1/users");
            let id = if of_account { gone.id() } else { &event.id };
            let called = path
                .replace("{id}", id)
                .replace("{userId}", gone.id())
                .replace("{code}", &code)
                .replace("{queue}", "push");
            let method: Method = method.to_uppercase().parse().unwrap();
            let call = gone.call(method, &called).header("if-match", "*");
            let answer = call.json(&json!({})).send().await;
            tried += 1;
            if let Err(found) = check_refused(&answer, 401) {
                wrong.push(format!("{name}: {found}"));
            }
        }
    }
    assert!(tried > 40, "{tried} operations");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_seat_that_an_erased_account_takes_goes_to_the_next() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let gone = erased(&stack).await;
    let next = stack.register_user().await;

    let answer = gone.register_for(&event).await;
    assert!([201, 401].contains(&answer.status), "{answer}");

    gets_a_seat(&next, &event).await;
    settles(&organizer, &event, &[&next], &[]).await;
    let admin = stack.admin().await;
    let seats = admin.seats_of(&event).await;
    assert!(seats.ok && seats.guests == 1, "{seats:?}");
    let csv = format!("{}/attendees.csv", event.path());
    let csv = organizer.get(&csv).await.expect(200);
    assert_eq!(csv.text.lines().count(), 2, "{csv}");
    // Waits until the next user has a ticket. If the service had mailed the erased account, that mail would have been sent
    // before.
    next.ticket_code_for(&event).await;
    let title = event.json["title"].as_str().unwrap_or_default();
    assert_eq!(stack.count_mails(&gone.account.email, title), 0);
}

#[tokio::test]
async fn a_place_that_an_erased_account_takes_holds_nobody_up() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let [first, next] = [stack.register_user().await, stack.register_user().await];
    first.register_for(&event).await.expect(201);
    let gone = erased(&stack).await;

    let answer = gone.wait_for(&event).await;
    assert!([201, 401].contains(&answer.status), "{answer}");
    next.wait_for(&event).await.expect(201);

    settles(&organizer, &event, &[&first], &[&next]).await;
    let own = next.registration_for(&event).await.expect(200);
    assert_eq!(own["waitlistPosition"], 1, "{own}");
    first.cancel_registration_for(&event).await.expect(200);
    eventually(PATIENCE, async || {
        let own = next.registration_for(&event).await.when(200)?;
        own.once(|own| own["status"] == "confirmed")
    })
    .await;
    settles(&organizer, &event, &[&next], &[]).await;
}

#[tokio::test]
async fn whoever_is_erased_and_registers_at_once_leaves_no_seat_taken() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, full) = (
        organizer.published_event(NewEvent::with_capacity(4)).await,
        organizer.published_event(NewEvent::with_capacity(1)).await,
    );
    let guest = stack.register_user().await;
    guest.register_for(&full).await.expect(201);
    for _ in 0..4 {
        let user = stack.register_user().await;
        // In about half of the rounds, the user gets a seat before the erasure. The test waits for that seat, because the seat
        // of the previous round's user may not be free yet.
        if fastrand::bool() {
            gets_a_seat(&user, &event).await;
        }
        let (erased, _, _, _) = join!(
            user.delete("/v1/me"),
            user.register_for(&event),
            user.wait_for(&full),
            user.register_for(&event),
        );
        erased.expect(204);
        user.register_for(&event).await;
        user.wait_for(&full).await;
    }

    settles(&organizer, &event, &[], &[]).await;
    settles(&organizer, &full, &[&guest], &[]).await;
    let mut guests = Vec::new();
    for _ in 0..4 {
        let user = stack.register_user().await;
        gets_a_seat(&user, &event).await;
        guests.push(user);
    }
    let guests: Vec<&User> = guests.iter().collect();
    settles(&organizer, &event, &guests, &[]).await;
    let admin = stack.admin().await;
    admin.seats_of(&event).await.assert_balanced(4);
}

#[tokio::test]
async fn a_seat_that_counts_is_listed_and_the_organizer_can_remove_it() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent::with_open_doors(1))
        .await;
    let gone = stack.register_user().await;
    gone.register_for(&event).await.expect(201);
    let code = gone.ticket_code_for(&event).await;
    organizer.check_in(&event, &code).await.expect(200);
    // After the erasure, a guest who was already admitted keeps the seat, but the organizer's list no longer shows who the
    // guest is.
    gone.delete("/v1/me").await.expect(204);

    let list = organizer.get(&event.registrations_path()).await.expect(200);
    let [row] = list.items() else {
        panic!("one row of {list}");
    };
    assert_eq!(row["userId"], *gone.id());
    assert_eq!(row["erased"], true);
    assert_eq!(row["name"], "(erased)");
    assert_eq!(row["email"], "");
    let csv = format!("{}/attendees.csv", event.path());
    let csv = organizer.get(&csv).await.expect(200);
    assert_eq!(csv.text.lines().count(), 2, "{csv}");
    assert!(csv.text.contains("(erased)"), "{csv}");
    let ticket = organizer.read_ticket(&code).await.expect(200);
    assert_eq!(ticket["holderName"], "(erased)");

    let removed = organizer.remove_registrant(&event, gone.id()).await;
    assert_eq!(removed.expect(200)["status"], "cancelled");
    let next = stack.register_user().await;
    gets_a_seat(&next, &event).await;
    settles(&organizer, &event, &[&next], &[]).await;
    let rows = organizer.every_item(&event.registrations_path(), 100).await;
    assert_eq!(rows[0]["erased"], Value::Null, "{rows:?}");
}

/// After the start of an event, the erasure of an account no longer removes the account's registration.
#[tokio::test]
async fn after_the_start_a_row_without_an_account_stays() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let gone = stack.register_user().await;
    let starts_at = in_seconds(14);
    let event = NewEvent {
        starts_at,
        ends_at: in_hours(2),
        ..NewEvent::with_open_doors(1)
    };
    let event = organizer.published_event(event).await;
    gone.register_for(&event).await.expect(201);
    wait_until(starts_at).await;
    gone.delete("/v1/me").await.expect(204);

    let admin = stack.admin().await;
    for remover in [&organizer, &admin] {
        let refused = remover.remove_registrant(&event, gone.id()).await;
        assert_problem(&refused, 409, "event-started");
    }
    let list = organizer.get(&event.registrations_path()).await.expect(200);
    assert_eq!(list.items().len(), 1, "{list}");
    assert_eq!(list["items"][0]["erased"], true, "{list}");
}

#[tokio::test]
async fn a_row_of_door_staff_without_an_account_is_listed_and_can_be_removed() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let refused = organizer.add_staff(&event, erased(&stack).await.id()).await;
    assert_eq!(refused.status, 404, "{refused}");
    // No account ever had this id. So the relay never processes an erasure that would remove the id from the staff.
    let gone = nobody();
    stack.leave_staff_row(&event, &gone).await;

    let list = organizer.staff_of(&event).await.expect(200);
    let [row] = list.items() else {
        panic!("one row of {list}");
    };
    assert_eq!(row["userId"], *gone);
    assert_eq!(row["erased"], true);
    assert_eq!(row["name"], "(erased)");
    let removed = organizer.remove_staff(&event, &gone).await;
    removed.expect(204);
    let list = organizer.staff_of(&event).await.expect(200);
    assert!(list.items().is_empty(), "{list}");
}

#[tokio::test]
async fn a_live_ticket_of_an_erased_account_opens_no_connection() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let ticket = user.live_ticket().await;
    user.delete("/v1/me").await.expect(204);
    let opened = stack.try_watch(&ticket).await;
    assert!(matches!(opened, Err(401 | 403)), "it was opened");
}

#[tokio::test]
async fn a_role_holds_at_once_with_the_token_that_is_there() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let admin = stack.admin().await;
    admin.grant_role(user.id(), "organizer").await.expect(200);
    user.create_event(&NewEvent::default()).await.expect(201);
    admin.grant_role(user.id(), "user").await.expect(200);
    let refused = user.create_event(&NewEvent::default()).await;
    assert_eq!(refused.status, 403, "{refused}");
}
