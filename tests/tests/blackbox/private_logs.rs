//! Tests that the log of a server contains ids, but no personal data. For a deployed stack, `cargo xtask test` checks the logs
//! after all other tests.

use std::collections::BTreeSet;

use serde_json::json;
use tests::{Credentials, NewEvent, Stack, on_a_server, private_words_in, unique};

#[tokio::test]
async fn nothing_of_a_person_is_logged() {
    on_a_server!("reads the log of one process; left_behind reads those of functions");
    let stack = Stack::from_env();
    let Some(server) = stack.server() else {
        panic!("{stack:?} is no server");
    };
    // The test uses every part that handles personal data: requests, mails, a door and a WebSocket. Each of them also gets
    // wrong input.
    let doors = stack.open_doors(1).await;
    let guest = &doors.guests[0];
    doors.staff.check_in(&doors.event, &guest.ticket.qr).await;
    doors.staff.check_in(&doors.event, &guest.ticket.code).await;
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let user = stack.register_user().await;
    user.register_for(&event).await.expect(201);
    let viewer = user.watch().await;
    viewer.subscribe(&event).await.expect("snapshot");
    let email = user.account.email.clone();
    let password = format!("a wrong guess {}", unique());
    let wrong = Credentials {
        email: email.clone(),
        password,
    };
    stack.try_log_in(&wrong).await.expect(401);
    stack.anyone().forgot_password(&email).await.expect(202);
    let code = stack.mail_code(&user, "reset your password").await;
    let reset = stack.anyone().reset_password(&email, &code, "short").await;
    reset.expect(422);
    let body = json!({"email": email, "password": 7, "name": "Kim Doe"});
    stack
        .anyone()
        .post("/v1/auth/register", body)
        .await
        .expect(422);
    stack.mail_to(&user, "Your ticket for").await;
    user.delete("/v1/me").await.expect(204);

    let log = match std::fs::read_to_string(server.log()) {
        Ok(log) => log,
        Err(error) => panic!("{}: {error}", server.log().display()),
    };
    assert!(log.contains(user.id()) || log.contains(&event.id), "no ids");
    assert_eq!(private_words_in(&log), BTreeSet::new());
}
