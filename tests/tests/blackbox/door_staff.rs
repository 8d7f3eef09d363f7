//! Tests of door staff, and of who may add and remove door staff.

use serde_json::json;
use tests::{
    Answer, Client, Event, NewEvent, OfflineScan, PATIENCE, Stack, assert_done, assert_no_ticket,
    assert_refused, eventually, in_seconds,
};

const UNKNOWN_CODE: &str = "0000-0000-0000";

/// Sends one call of each kind that needs permission to work at a door. The ticket code is unknown, so the calls change
/// nothing.
async fn all_door_calls(caller: &Client, event: &Event) -> [Answer; 5] {
    let scan = OfflineScan::at("North", UNKNOWN_CODE, in_seconds(-60));
    [
        caller.check_in(event, UNKNOWN_CODE).await,
        caller.sync(event, &[scan]).await,
        caller.scan_log(event).await,
        caller.undo(event, UNKNOWN_CODE).await,
        caller.door(event).await,
    ]
}

#[track_caller]
fn assert_all_refused(answers: &[Answer], status: u16) {
    for answer in answers {
        assert_refused(answer, status);
    }
}

/// Asserts that the caller had permission for all these calls. The undo gets 404, because no ticket has the unknown code.
#[track_caller]
fn assert_all_allowed([scanned, synced, log, undone, door]: [Answer; 5]) {
    assert_no_ticket(&scanned);
    synced.expect(200);
    log.expect(200);
    assert_refused(&undone, 404);
    door.expect(200);
}

#[tokio::test]
async fn the_door_is_its_staffs_the_organizers_and_the_administrators() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let other_organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [staff, user] = [stack.register_user().await, stack.register_user().await];

    assert_all_refused(&all_door_calls(stack.anyone(), &event).await, 401);
    for caller in [&staff, &user, &other_organizer] {
        assert_all_refused(&all_door_calls(caller, &event).await, 403);
    }
    assert_all_allowed(all_door_calls(&organizer, &event).await);
    let admin = stack.admin().await;
    assert_all_allowed(all_door_calls(&admin, &event).await);

    assert_done(&organizer.add_staff(&event, staff.id()).await);
    assert_all_allowed(all_door_calls(&staff, &event).await);
    assert_all_refused(&all_door_calls(&user, &event).await, 403);

    assert_done(&organizer.remove_staff(&event, staff.id()).await);
    assert_all_refused(&all_door_calls(&staff, &event).await, 403);
}

#[tokio::test]
async fn the_staff_of_one_door_is_not_the_staff_of_another() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let staff = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let other_event = organizer.published_event(NewEvent::default()).await;
    assert_done(&organizer.add_staff(&event, staff.id()).await);

    assert_all_refused(&all_door_calls(&staff, &other_event).await, 403);
}

#[tokio::test]
async fn the_door_of_a_draft_does_not_exist_for_others() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let draft = organizer.draft_event(NewEvent::default()).await;

    assert_all_refused(&all_door_calls(&user, &draft).await, 404);
    assert_refused(&user.staff_of(&draft).await, 404);
    assert_refused(&user.add_staff(&draft, user.id()).await, 404);
}

#[tokio::test]
async fn the_organizer_lists_the_staff_by_name_and_address() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let none = organizer.staff_of(&event).await.expect(200);
    assert!(none.items().is_empty(), "{none}");
    let [ada, kim] = [
        stack.register_user_named("Ada Lovelace").await,
        stack.register_user_named("Kim Doe").await,
    ];

    for user in [&ada, &kim, &ada] {
        assert_done(&organizer.add_staff(&event, user.id()).await);
    }

    let path = event.staff_path();
    let items = eventually(PATIENCE, async || {
        let items = organizer.every_item(&path, 1).await;
        match items.len() {
            2 => Ok(items),
            _ => Err(format!("{items:?}")),
        }
    })
    .await;
    for user in [&ada, &kim] {
        let expected = json!({
            "userId": user.id(),
            "name": user.account.name,
            "email": user.account.email,
        });
        assert!(items.contains(&expected), "no {expected} in {items:?}");
    }

    assert_done(&organizer.remove_staff(&event, ada.id()).await);
    eventually(PATIENCE, async || {
        let left = organizer.staff_of(&event).await.when(200)?;
        match left.items() {
            [only] if only["userId"] == kim.id() => Ok(()),
            _ => Err(left.to_string()),
        }
    })
    .await;
}

#[tokio::test]
async fn only_the_organizer_says_who_works_at_the_door() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let other_organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [staff, user] = [stack.register_user().await, stack.register_user().await];
    assert_done(&organizer.add_staff(&event, staff.id()).await);

    let anyone = stack.anyone();
    assert_refused(&anyone.add_staff(&event, user.id()).await, 401);
    assert_refused(&anyone.remove_staff(&event, staff.id()).await, 401);
    assert_refused(&anyone.staff_of(&event).await, 401);
    for caller in [&staff, &user, &other_organizer] {
        assert_refused(&caller.add_staff(&event, caller.id()).await, 403);
        assert_refused(&caller.remove_staff(&event, staff.id()).await, 403);
        assert_refused(&caller.staff_of(&event).await, 403);
    }

    let admin = stack.admin().await;
    assert_done(&admin.add_staff(&event, user.id()).await);
    user.door(&event).await.expect(200);
    assert_done(&admin.remove_staff(&event, user.id()).await);
    assert_refused(&user.door(&event).await, 403);
}

#[tokio::test]
async fn an_unknown_user_does_not_work_at_the_door() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let no_users = ["usr_01h455vb4pex5vsknk084sn02q", "usr_x", "🎉", &event.id];
    for id in no_users {
        assert_refused(&organizer.add_staff(&event, id).await, 404);
    }
    let list = organizer.staff_of(&event).await.expect(200);
    assert!(list.items().is_empty(), "{list}");

    // A request to remove a user who is not door staff either succeeds without effect or gets 404.
    let stranger = stack.register_user().await;
    let removed = organizer.remove_staff(&event, stranger.id()).await;
    if removed.status == 404 {
        assert_refused(&removed, 404);
    } else {
        assert_done(&removed);
    }
}

#[tokio::test]
async fn working_at_the_door_makes_nobody_an_organizer() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let staff = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    assert_done(&organizer.add_staff(&event, staff.id()).await);

    let changes = json!({"title": "Mine"});
    assert_refused(&staff.patch_event(&event, changes).await, 403);
    assert_refused(&staff.cancel(&event).await, 403);
    let list = staff.get(&event.registrations_path()).await;
    assert_refused(&list, 403);
    let removed = staff.remove_registrant(&event, staff.id()).await;
    assert_refused(&removed, 403);
}

/// Returns the ids of the events that the caller is door staff of, as the server lists them.
async fn door_events(caller: &Client) -> Vec<String> {
    let items = caller.every_item("/v1/me/door-events", 1).await;
    let ids = items.iter().filter_map(|item| item["id"].as_str());
    ids.map(str::to_owned).collect()
}

#[tokio::test]
async fn door_staff_see_the_events_whose_doors_they_keep() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let first = organizer.published_event(NewEvent::default()).await;
    let second = organizer.published_event(NewEvent::default()).await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let staff = stack.register_user().await;
    assert_eq!(door_events(&staff).await, Vec::<String>::new());

    for event in [&first, &second, &draft] {
        assert_done(&organizer.add_staff(event, staff.id()).await);
    }
    // The newest event is first. A draft is hidden, also from its door staff, until it is published.
    assert_eq!(door_events(&staff).await, [&*second.id, &*first.id]);
    assert_eq!(door_events(&organizer).await, Vec::<String>::new());
    organizer.publish(&draft).await.expect(200);
    let all = [&*draft.id, &*second.id, &*first.id];
    assert_eq!(door_events(&staff).await, all);

    assert_done(&organizer.remove_staff(&second, staff.id()).await);
    assert_eq!(door_events(&staff).await, [&*draft.id, &*first.id]);
    organizer.cancel(&first).await.expect(200);
    let page = staff.get("/v1/me/door-events").await.expect(200);
    let statuses: Vec<&serde_json::Value> = page.items().iter().map(|e| &e["status"]).collect();
    assert_eq!(statuses, ["published", "cancelled"], "{page}");
    assert_refused(&stack.anyone().get("/v1/me/door-events").await, 401);
}
