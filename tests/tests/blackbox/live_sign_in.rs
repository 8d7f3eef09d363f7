//! Tests that a live ticket signs a user in on a WebSocket connection. Each ticket works only once.

use std::time::Duration;

use futures::join;
use jiff::Timestamp;
use tests::{Stack, Viewer, assert_problem, assert_refused, eventually};

/// A wait that is slightly longer than a live ticket is valid.
const TOO_LATE: Duration = Duration::from_secs(32);

/// Asserts that the service refused a WebSocket connection. The status is 401 on API Gateway and 403 on the emulator.
#[track_caller]
fn assert_turned_away(connected: &Result<Viewer, u16>, what: &str) {
    match connected {
        Err(401 | 403) => {}
        Err(status) => panic!("{what} was refused with {status}"),
        Ok(_) => panic!("{what} was taken"),
    }
}

#[tokio::test]
async fn a_ticket_is_for_who_has_signed_in() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;

    let answer = user.ask_for_live_ticket().await.expect(201);
    assert_eq!(answer["expiresIn"], 30, "{answer}");
    let ticket = answer.text_of("ticket");
    assert!(ticket.len() >= 20, "easily guessed: {answer}");
    let viewer = stack.try_watch(ticket).await.unwrap();
    viewer.ping().await;

    let anonymous = stack.anyone().ask_for_live_ticket().await;
    assert_problem(&anonymous, 401, "unauthorized");
    let stranger = stack.anyone().with_token("x").ask_for_live_ticket().await;
    assert_refused(&stranger, 401);
}

#[tokio::test]
async fn a_ticket_opens_one_connection() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let ticket = user.live_ticket().await;
    let viewer = stack.try_watch(&ticket).await.unwrap();

    assert_turned_away(&stack.try_watch(&ticket).await, "a spent ticket");
    // The refused second use of the ticket does not end the connection of its first use, and the user can get more tickets.
    viewer.ping().await;
    user.watch().await.ping().await;
    viewer.kill().await;
    assert_turned_away(&stack.try_watch(&ticket).await, "a spent ticket");
}

#[tokio::test]
async fn of_two_connections_at_once_with_one_ticket_one_opens() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    for _ in 0..5 {
        let ticket = user.live_ticket().await;
        let (one, other) = join!(stack.try_watch(&ticket), stack.try_watch(&ticket));
        let (opened, refused) = if one.is_ok() {
            (one, other)
        } else {
            (other, one)
        };
        opened.unwrap().ping().await;
        assert_turned_away(&refused, "a ticket used twice");
    }
}

#[tokio::test]
async fn what_is_no_ticket_opens_nothing() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let ticket = user.live_ticket().await;

    for wrong in [
        String::new(),
        "x".to_owned(),
        "0".repeat(ticket.len()),
        format!("{ticket}x"),
        ticket[..ticket.len() - 1].to_owned(),
        user.account.access_token.clone(),
        user.id().to_owned(),
        "x".repeat(2_000),
        "🎫\u{0}\n&ticket=".to_owned(),
    ] {
        let connected = stack.try_watch(&wrong).await;
        assert_turned_away(&connected, &format!("the ticket {wrong:?}"));
    }
    // The attempts with wrong tickets have not used up the right ticket, so it still opens a connection. But a live ticket does
    // not work as an access token.
    stack.try_watch(&ticket).await.unwrap().ping().await;
    let ticket = user.live_ticket().await;
    assert_refused(&stack.anyone().with_token(ticket).me().await, 401);
}

#[tokio::test]
async fn a_ticket_is_too_late_after_half_a_minute() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let ticket = user.live_ticket().await;

    let too_late = Timestamp::now() + TOO_LATE;
    eventually(2 * TOO_LATE, async || match Timestamp::now() {
        now if now > too_late => Ok(()),
        now => Err(format!("it is {now}")),
    })
    .await;
    assert_turned_away(&stack.try_watch(&ticket).await, "a ticket that is too late");
    user.watch().await.ping().await;
}
