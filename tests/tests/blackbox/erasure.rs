//! Tests that people can read the data that is stored about them, and can erase it.

use serde_json::{Value, json};
use tests::{Event, NewEvent, PATIENCE, Stack, User, assert_problem, assert_refused, eventually};

async fn erase(user: &User) -> tests::Answer {
    user.delete("/v1/me").await
}

async fn publish_one(organizer: &User, capacity: usize) -> Event {
    organizer
        .published_event(NewEvent::with_capacity(capacity))
        .await
}

#[tokio::test]
async fn an_export_tells_everything_but_secrets() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let seat = publish_one(&organizer, 2).await;
    let full = publish_one(&organizer, 1).await;
    let user = stack.register_user_named("Ada Lovelace").await;
    user.register_for(&seat).await.expect(201);
    let ticket = user.ticket_of(&seat).await;
    let rival = stack.register_user().await;
    rival.register_for(&full).await.expect(201);
    user.wait_for(&full).await.expect(201);
    tests::assert_done(&organizer.add_staff(&seat, user.id()).await);

    let export = user.get("/v1/me/export").await.expect(200);

    assert_eq!(export.header("cache-control"), "no-store");
    assert!(
        export
            .header("content-disposition")
            .starts_with("attachment")
    );
    assert_eq!(export["user"], user.me().await.json);
    let statuses = |member: &str| -> Vec<Value> {
        let items = export[member].as_array().into_iter().flatten();
        items.map(|item| item["status"].clone()).collect()
    };
    assert_eq!(statuses("registrations"), ["confirmed", "waitlisted"]);
    assert_eq!(statuses("tickets"), ["issued"]);
    assert_eq!(export["tickets"][0]["code"], *ticket.code);
    assert_eq!(export["staffOf"], json!([seat.id]));
    assert_eq!(export["events"], json!([]));
    for secret in ["argon2", "passwordHash", &user.account.password] {
        assert!(!export.text.contains(secret), "{secret} in {export}");
    }
    let own = organizer.get("/v1/me/export").await.expect(200);
    assert_eq!(own["events"].as_array().map(Vec::len), Some(2), "{own}");
    assert_refused(&stack.anyone().get("/v1/me/export").await, 401);
}

#[tokio::test]
async fn whoever_goes_frees_the_seat_and_the_address_and_is_signed_out() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = publish_one(&organizer, 1).await;
    let door = publish_one(&organizer, 1).await;
    let user = stack.register_user().await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;
    tests::assert_done(&organizer.add_staff(&door, user.id()).await);
    let next = stack.register_user().await;
    next.wait_for(&event).await.expect(201);

    erase(&user).await.expect(204);

    // The erased guest's seat goes to the first person on the waitlist, and the erased guest's ticket becomes void.
    eventually(PATIENCE, async || {
        let own = next.registration_for(&event).await.when(200)?;
        own.once(|own| own["status"] == "confirmed")
    })
    .await;
    eventually(PATIENCE, async || {
        let read = organizer.read_ticket(&ticket.code).await.when(200)?;
        read.once(|ticket| ticket["status"] == "void")
    })
    .await;
    let staff = organizer.staff_of(&door).await.expect(200);
    assert!(staff.items().is_empty(), "{staff}");

    // The account and its sessions are deleted. Another account may now use the address.
    assert_refused(&user.me().await, 401);
    assert_refused(&erase(&user).await, 401);
    assert_refused(&user.refresh(&user.account.refresh_token).await, 401);
    let credentials = json!({"email": user.account.email, "password": user.account.password});
    let login = stack.anyone().post("/v1/auth/login", &credentials).await;
    assert_problem(&login, 401, "invalid-credentials");
    let mut again = credentials;
    again["name"] = json!("Somebody else");
    let again = stack.anyone().post("/v1/auth/register", &again).await;
    let again = again.expect(201);
    assert_ne!(again["user"]["id"], *user.id());

    let admin = stack.admin().await;
    let log = admin.every_audit(&[("object", user.id())], 100).await;
    assert_eq!(log[0]["action"], "user.erased", "{log:?}");
    let said = serde_json::to_string(&log).unwrap_or_default();
    assert!(!said.contains(&user.account.email), "{said}");
}

#[tokio::test]
async fn what_took_place_stays_as_a_number() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent::with_open_doors(2))
        .await;
    let user = stack.register_user().await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;
    organizer.check_in(&event, &ticket.code).await.expect(200);

    erase(&user).await.expect(204);

    let stats = organizer
        .stats_once(&event, |stats| {
            stats["registered"] == 1 && stats["admitted"] == 1
        })
        .await;
    assert_eq!(stats["cancelled"], 0);
    let listed = organizer.get(&event.registrations_path()).await.expect(200);
    assert!(!listed.text.contains(&user.account.email), "{listed}");
    let csv = format!("{}/attendees.csv", event.path());
    let csv = organizer.get(&csv).await.expect(200);
    assert!(!csv.text.contains(&user.account.email), "{csv}");
    // The erased guest is inside and stays admitted, so the door still finds the ticket.
    let again = organizer.check_in(&event, &ticket.code).await.expect(200);
    assert_eq!(again["result"], "already-admitted");
    assert!(!again.text.contains(&user.account.name), "{again}");
}

#[tokio::test]
async fn an_organizer_ends_published_events_first() {
    let stack = Stack::from_env();
    let organizer = stack
        .register_organizer_named("Grace Brewster Murray Hopper")
        .await;
    let event = publish_one(&organizer, 1).await;
    let draft = organizer.draft_event(NewEvent::default()).await;

    let refused = erase(&organizer).await;
    assert_problem(&refused, 409, "has-published-events");
    assert_eq!(refused["events"], json!([event.id]));
    organizer.read_event(&draft).await.expect(200);

    organizer.cancel(&event).await.expect(200);
    erase(&organizer).await.expect(204);

    let admin = stack.admin().await;
    assert_refused(&admin.read_event(&draft).await, 404);
    let cancelled = stack.anyone().read_event(&event).await.expect(200);
    assert_eq!(cancelled["organizer"]["name"], "(erased)");
    assert!(!cancelled.text.contains("Hopper"), "{cancelled}");
}

#[tokio::test]
async fn of_two_who_ask_at_once_one_erases() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    for _ in 0..3 {
        let event = publish_one(&organizer, 1).await;
        user.register_for(&event).await.expect(201);
    }
    let (one, other) = tokio::join!(erase(&user), erase(&user));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    // The slower of the two requests found the account already changed or deleted by the other request.
    assert_eq!(statuses[0], 204, "{one} {other}");
    assert!([401, 503].contains(&statuses[1]), "{one} {other}");
    assert_refused(&user.me().await, 401);
}
