//! Tests of rights that a user loses while a WebSocket is open. Then the service ends the subscription or closes the WebSocket.

use serde_json::json;
use tests::{
    ADMINISTRATORS, Event, NewEvent, OpenDoors, PATIENCE, Stack, User, Viewer, assert_done,
    assert_problem, eventually,
};

use crate::session_list::current_id;

const NEW_PASSWORD: &str = "another horse battery";

/// Waits for the frame that says that the viewer's subscription to the door has ended.
async fn assert_subscription_ends(viewer: &Viewer, event: &Event) {
    let ended = viewer.frame("unsubscribed").await;
    let expected = json!({"type": "unsubscribed", "eventId": event.id, "topic": "door", "reason": "forbidden"});
    assert_eq!(ended.json, expected);
}

/// Waits until the service has closed the viewer's connection, and asserts that it first sent the reason `session-ended`.
async fn assert_signed_out(viewer: &Viewer) {
    viewer.closed().await;
    let reported = viewer.frames_of("error");
    let [reported] = &reported[..] else {
        panic!("one error, {reported:?}");
    };
    reported.clone().expect_error("session-ended");
}

/// Makes a scan at the door. Asserts that the viewer `still_there` gets a frame about it and the viewer `gone` does not.
async fn assert_sees_no_scan(doors: &OpenDoors, gone: &Viewer, still_there: &Viewer) {
    let before = gone.frames().len();
    let code = &doors.guests[0].ticket.code;
    doors
        .organizer
        .check_in_at(&doors.event, "late", code)
        .await
        .expect(200);
    still_there
        .frame_once(|frame| frame.is("check-in") && frame["gate"] == "late")
        .await;
    let since = gone.frames().split_off(before);
    assert!(since.iter().all(|frame| !frame.is("check-in")), "{since:?}");
}

async fn watches_door(user: &User, event: &Event) -> Viewer {
    let viewer = user.watch().await;
    viewer.subscribe_to_door(event).await.expect("snapshot");
    viewer
}

#[tokio::test]
async fn removed_door_staff_hears_no_more_of_the_door() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, organizer) = (&doors.event, &doors.organizer);
    let removed = watches_door(&doors.staff, event).await;
    removed.subscribe(event).await.expect("snapshot");
    let stays = watches_door(organizer, event).await;

    assert_done(&organizer.remove_staff(event, doors.staff.id()).await);
    assert_subscription_ends(&removed, event).await;
    assert_sees_no_scan(&doors, &removed, &stays).await;
    // The subscription to the event's public topic continues, because everybody may have one.
    let said = organizer.announce(event, json!({"message": "Welcome."}));
    said.await.expect(201);
    removed.frame("announcement").await;
    let refused = removed.subscribe_to_door(event).await;
    refused.expect_error("forbidden");
    // A user who becomes door staff again may subscribe again.
    assert_done(&organizer.add_staff(event, doors.staff.id()).await);
    removed.subscribe_to_door(event).await.expect("snapshot");
}

#[tokio::test]
async fn a_role_that_was_taken_ends_what_it_allowed_to_watch() {
    let _alone = ADMINISTRATORS.lock().await;
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let doors = stack.open_doors(1).await;
    let event = &doors.event;
    let second_admin = stack.register_user().await;
    admin
        .grant_role(second_admin.id(), "admin")
        .await
        .expect(200);
    let second_admin = stack.log_in(&second_admin.credentials()).await;
    let stays = watches_door(&doors.staff, event).await;

    let demoted = watches_door(&second_admin, event).await;
    admin
        .grant_role(second_admin.id(), "user")
        .await
        .expect(200);
    assert_subscription_ends(&demoted, event).await;
    demoted.ping().await;

    let demoted = watches_door(&doors.organizer, event).await;
    admin
        .grant_role(doors.organizer.id(), "user")
        .await
        .expect(200);
    assert_subscription_ends(&demoted, event).await;
    demoted.ping().await;
    let code = &doors.guests[0].ticket.code;
    doors
        .staff
        .check_in_at(event, "late", code)
        .await
        .expect(200);
    stays.frame("check-in").await;
    assert!(demoted.frames_of("check-in").is_empty());
}

#[tokio::test]
async fn a_session_that_ends_closes_its_sockets_and_no_others() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let event = &doors.event;
    let phone = stack.register_user().await;
    assert_done(&doors.organizer.add_staff(event, phone.id()).await);
    let laptop = stack.log_in(&phone.credentials()).await;
    let [phones, laptops] = [&phone, &laptop].map(|user| watches_door(user, event));
    let (phones, laptops) = (phones.await, laptops.await);
    let anonymous = stack.watch().await;
    anonymous.subscribe(event).await.expect("snapshot");

    let logged_out = stack.anyone().log_out(&phone.account.refresh_token).await;
    logged_out.expect(204);
    assert_signed_out(&phones).await;
    laptops.ping().await;
    assert_sees_no_scan(&doors, &phones, &laptops).await;
    // The phone's session has ended. Its access token stays valid for a while, but cannot open a WebSocket connection.
    let ticket = phone.live_ticket().await;
    assert!(stack.try_watch(&ticket).await.is_err());

    // An old refresh token that is used again means that somebody stole it. So the whole session ends.
    let stolen = &laptop.account.refresh_token;
    let second = stack.anyone().refresh(stolen).await.expect(200);
    let second = second.text_of("refreshToken");
    laptops.ping().await;
    stack.anyone().refresh(second).await.expect(200);
    assert_problem(&stack.anyone().refresh(stolen).await, 401, "token-reused");
    assert_signed_out(&laptops).await;
    anonymous.ping().await;
}

#[tokio::test]
async fn sessions_that_are_ended_from_another_one_close_their_sockets() {
    let stack = Stack::from_env();
    let laptop = stack.register_user().await;
    let [phone, tablet, desktop] = [
        stack.log_in(&laptop.credentials()).await,
        stack.log_in(&laptop.credentials()).await,
        stack.log_in(&laptop.credentials()).await,
    ];
    let own = laptop.watch().await;
    let [phones, tablets, desktops] = [
        phone.watch().await,
        tablet.watch().await,
        desktop.watch().await,
    ];

    let lost = current_id(&phone).await;
    laptop.end_session(&lost).await.expect(204);
    assert_signed_out(&phones).await;
    for viewer in [&own, &tablets, &desktops] {
        viewer.ping().await;
    }
    laptop.end_other_sessions().await.expect(204);
    assert_signed_out(&tablets).await;
    assert_signed_out(&desktops).await;
    own.ping().await;
}

#[tokio::test]
async fn a_hand_over_ends_the_former_organizers_view_of_the_door() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let doors = stack.open_doors(1).await;
    let event = &doors.event;
    let next = stack.register_organizer().await;
    let former = watches_door(&doors.organizer, event).await;

    admin.hand_over(event, next.id()).await.expect(200);
    assert_subscription_ends(&former, event).await;
    former.ping().await;
    let refused = former.subscribe_to_door(event).await;
    refused.expect_error("forbidden");
    let now = watches_door(&next, event).await;
    let code = &doors.guests[0].ticket.code;
    let scanned = doors.staff.check_in_at(event, "late", code).await;
    scanned.expect(200);
    now.frame("check-in").await;
    assert!(former.frames_of("check-in").is_empty());
}

#[tokio::test]
async fn another_password_closes_every_socket_of_the_account() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let other_session = stack.log_in(&user.credentials()).await;
    let somebody_else = stack.register_user().await.watch().await;
    let viewers = [user.watch().await, other_session.watch().await];
    let password = &user.account.password;
    user.change_password(password, NEW_PASSWORD)
        .await
        .expect(204);
    for viewer in &viewers {
        assert_signed_out(viewer).await;
    }
    somebody_else.ping().await;
}

#[tokio::test]
async fn an_erased_account_watches_nothing() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let user = stack.register_user().await;
    let viewer = user.watch().await;
    viewer.subscribe(&event).await.expect("snapshot");
    let ticket = user.live_ticket().await;

    user.delete("/v1/me").await.expect(204);
    assert_signed_out(&viewer).await;
    assert!(stack.try_watch(&ticket).await.is_err());
    eventually(PATIENCE, async || {
        match stack.stored_viewers_of(&event).await {
            0 => Ok(()),
            stored => Err(format!("{stored} connections are stored")),
        }
    })
    .await;
}

/// The service may process the subscription and the removal of the staff in either order. After both, a user who was removed
/// from the door staff has no subscription to the door.
#[tokio::test]
async fn who_subscribes_while_the_right_ends_is_not_subscribed_in_the_end() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, organizer, staff) = (&doors.event, &doors.organizer, &doors.staff);
    let stays = watches_door(organizer, event).await;
    let mut viewers = Vec::new();
    for _ in 0..8 {
        assert_done(&organizer.add_staff(event, staff.id()).await);
        let viewer = staff.watch().await;
        let (answer, removed) = futures::join!(
            viewer.subscribe_to_door(event),
            organizer.remove_staff(event, staff.id())
        );
        assert_done(&removed);
        let is_forbidden = answer["code"] == "forbidden";
        assert!(
            answer.is("snapshot") || is_forbidden || answer.is("unsubscribed"),
            "{answer}"
        );
        if answer.is("snapshot") {
            assert_subscription_ends(&viewer, event).await;
        }
        viewers.push(viewer);
    }
    let code = &doors.guests[0].ticket.code;
    organizer.check_in_at(event, "late", code).await.expect(200);
    stays.frame("check-in").await;
    for viewer in &viewers {
        let seen = viewer.frames_of("check-in");
        assert!(seen.is_empty(), "{seen:?}");
    }
}
