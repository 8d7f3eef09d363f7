//! Tests of the roles, of the permissions of each role, and of who may assign roles.

use serde_json::json;
use tests::{
    ADMINISTRATORS, Account, NewEvent, Stack, assert_invalid, assert_problem, assert_refused,
};

#[tokio::test]
async fn a_user_becomes_an_organizer_by_the_administrator() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    assert_refused(&user.create_event(&NewEvent::default()).await, 403);

    let granted = stack.admin().await.grant_role(user.id(), "organizer").await;
    let granted = granted.expect(200);
    assert_eq!(granted["id"], user.id());
    assert_eq!(granted["role"], "organizer");

    let pair = user.refresh(&user.account.refresh_token).await;
    let renewed = Account::from_answer(&pair.expect(200), &user.account.password);
    let organizer = stack.sign_in(renewed);
    assert_eq!(organizer.me().await.expect(200)["role"], "organizer");
    let event = NewEvent::default();
    organizer.create_event(&event).await.expect(201);
}

#[tokio::test]
async fn a_role_can_be_taken_back() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let taken = stack.admin().await.grant_role(organizer.id(), "user").await;
    assert_eq!(taken.expect(200)["role"], "user");

    let user = stack.log_in(&organizer.credentials()).await;
    assert_refused(&user.create_event(&NewEvent::default()).await, 403);
}

#[tokio::test]
async fn an_organizer_whose_role_was_taken_reads_and_changes_nothing() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent::with_open_doors(2))
        .await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let guest = stack.register_user().await;
    guest.register_for(&event).await.expect(201);
    let ticket = guest.ticket_of(&event).await;
    admin.grant_role(organizer.id(), "user").await.expect(200);

    let demoted = stack.log_in(&organizer.credentials()).await;

    // A user who has lost the role `organizer` may still read their own events and these events' statistics, but no personal
    // data of others.
    demoted.read_event(&draft).await.expect(200);
    let own = demoted.own_event_ids().await;
    assert_eq!(own, [json!(event.id), json!(draft.id)]);
    let stats = format!("{}/stats", event.path());
    demoted.get(&stats).await.expect(200);
    let refusals = [
        demoted.publish(&draft).await,
        demoted.delete_event(&draft).await,
        demoted.patch_event(&event, json!({"venue": "Opera"})).await,
        demoted.cancel(&event).await,
        demoted.complete(&event).await,
        demoted.announce_by_mail(&event, "Hello.").await,
        demoted.get(&event.registrations_path()).await,
        demoted
            .get(&format!("{}/attendees.csv", event.path()))
            .await,
        demoted.remove_registrant(&event, guest.id()).await,
        demoted.staff_of(&event).await,
        demoted.add_staff(&event, demoted.id()).await,
        demoted.check_in(&event, &ticket.code).await,
        demoted.scan_log(&event).await,
        demoted.door(&event).await,
        demoted.read_ticket(&ticket.code).await,
    ];
    for refused in &refusals {
        assert_problem(refused, 403, "forbidden");
        let detail = refused["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("role of organizer was taken"), "{refused}");
        assert!(!refused.text.contains(&guest.account.email), "{refused}");
    }
    let standing = demoted.read_event(&event).await.expect(200);
    assert_eq!(standing["version"], event.json["version"]);

    // A former organizer may work at the door like any user, if an administrator adds them to the door staff.
    tests::assert_done(&admin.add_staff(&event, demoted.id()).await);
    let admitted = demoted.check_in(&event, &ticket.code).await;
    tests::assert_result(&admitted, "admitted");

    // A user who gets the role `organizer` back has all its permissions again.
    admin
        .grant_role(organizer.id(), "organizer")
        .await
        .expect(200);
    let again = stack.log_in(&organizer.credentials()).await;
    again.publish(&draft).await.expect(200);
    again.get(&event.registrations_path()).await.expect(200);
}

#[tokio::test]
async fn only_the_administrator_grants_roles() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let organizer = stack.register_organizer().await;

    assert_refused(&user.grant_role(user.id(), "admin").await, 403);
    assert_refused(&organizer.grant_role(user.id(), "organizer").await, 403);
    let anyone = stack.anyone();
    assert_refused(&anyone.grant_role(user.id(), "admin").await, 401);
    assert_eq!(user.me().await.expect(200)["role"], "user");
}

#[tokio::test]
async fn an_unknown_role_is_refused() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let admin = stack.admin().await;

    for role in ["king", "Admin", ""] {
        assert_invalid(&admin.grant_role(user.id(), role).await, "/role");
    }
    let path = format!("/v1/users/{}/role", user.id());
    assert_invalid(&admin.put(&path, json!({"role": 1})).await, "/role");
    assert_invalid(&admin.put(&path, json!({})).await, "/role");
}

#[tokio::test]
async fn an_unknown_user_gets_no_role() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let nobody = "usr_01h455vb4pex5vsknk084sn02q";

    assert_refused(&admin.grant_role(nobody, "organizer").await, 404);
    assert_refused(&admin.grant_role("usr_x", "organizer").await, 404);
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let _alone = ADMINISTRATORS.lock().await;
    let stack = Stack::from_env();
    let admin = stack.admin().await;

    for role in ["user", "organizer"] {
        let refused = admin.grant_role(admin.id(), role).await;
        assert_problem(&refused, 409, "last-admin");
    }
    assert_eq!(admin.me().await.expect(200)["role"], "admin");
}

#[tokio::test]
async fn the_list_of_users_is_the_administrators() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let organizer = stack.register_organizer().await;

    assert_refused(&stack.anyone().get("/v1/users").await, 401);
    assert_refused(&user.get("/v1/users").await, 403);
    assert_refused(&organizer.get("/v1/users").await, 403);
    let page = stack.admin().await.get("/v1/users?limit=5").await;
    let page = page.expect(200);
    assert!(!page.items().is_empty(), "{page}");
    assert!(!page.text.contains("argon2"), "{page}");
}

#[tokio::test]
async fn the_administrator_finds_a_user_by_address() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let admin = stack.admin().await;

    for address in [&user.account.email, &user.account.email.to_uppercase()] {
        let path = format!("/v1/users?email={address}");
        let found = admin.get(&path).await.expect(200);
        assert_eq!(found.items().len(), 1, "{found}");
        assert_eq!(found.items()[0]["id"], user.id(), "{found}");
    }
    let path = "/v1/users?email=nobody.at.all@example.com";
    let none = admin.get(path).await.expect(200);
    assert!(none.items().is_empty(), "{none}");
}

#[tokio::test]
async fn the_invariants_are_the_administrators() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;

    assert_refused(&stack.anyone().invariants_of(&event).await, 401);
    assert_refused(&organizer.invariants_of(&event).await, 403);
    let admin = stack.admin().await;
    let answer = admin.invariants_of(&event).await.expect(200);
    assert_eq!(answer["eventId"], event.id, "{answer}");
    let seats = admin.seats_of(&event).await;
    seats.assert_balanced(10);
    assert!(seats.ok && seats.free == 10, "{seats:?}");
    let unknown = "/v1/admin/events/evt_01h455vb4pex5vsknk084sn02q/invariants";
    assert_refused(&admin.get(unknown).await, 404);
}
