//! Tests of refresh tokens: each token has one successor, and the reuse of an old token ends its whole family.

use std::collections::BTreeSet;

use tests::{Account, PATIENCE, Stack, assert_problem, assert_refused, eventually};

#[tokio::test]
async fn a_refresh_token_buys_a_new_pair() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;

    let pair = stack.anyone().refresh(&user.account.refresh_token).await;
    let renewed = Account::from_answer(&pair.expect(200), &user.account.password);

    assert_eq!(renewed.id, user.id());
    assert_ne!(renewed.refresh_token, user.account.refresh_token);
    let renewed = stack.sign_in(renewed);
    assert_eq!(renewed.me().await.expect(200)["id"], user.id());
}

#[tokio::test]
async fn a_spent_refresh_token_revokes_its_family() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let first = &user.account.refresh_token;
    let second = stack.anyone().refresh(first).await.expect(200);
    let second = second.text_of("refreshToken");
    let third = stack.anyone().refresh(second).await.expect(200);
    let newest = third.text_of("refreshToken");

    assert_problem(&stack.anyone().refresh(first).await, 401, "token-reused");
    assert_refused(&stack.anyone().refresh(newest).await, 401);
}

#[tokio::test]
async fn a_revoked_family_leaves_other_sessions_alone() {
    let stack = Stack::from_env();
    let phone = stack.register_user().await;
    let laptop = stack.log_in(&phone.credentials()).await;
    let stolen = &phone.account.refresh_token;
    let next = stack.anyone().refresh(stolen).await.expect(200);
    let next = next.text_of("refreshToken");
    stack.anyone().refresh(next).await.expect(200);
    assert_problem(&stack.anyone().refresh(stolen).await, 401, "token-reused");

    let laptops = &laptop.account.refresh_token;
    stack.anyone().refresh(laptops).await.expect(200);
}

/// A client may repeat a refresh for a while. The service cannot distinguish a client that lost the answer from a second
/// browser tab with the same token.
#[tokio::test]
async fn a_refresh_may_be_repeated_for_a_while_and_then_ends_the_session() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let first = &user.account.refresh_token;
    let answer = stack.anyone().refresh(first).await.expect(200);
    let successor = answer.text_of("refreshToken");

    for _ in 0..3 {
        let repeated = stack.anyone().refresh(first).await.expect(200);
        assert_eq!(repeated.text_of("refreshToken"), successor);
        let again = Account::from_answer(&repeated, &user.account.password);
        let again = stack.sign_in(again);
        assert_eq!(again.me().await.expect(200)["id"], user.id());
    }
    // Repeated refreshes do not extend the period in which the first token may be used again.
    let reused = eventually(PATIENCE, async || {
        stack.anyone().refresh(first).await.when(401)
    });
    assert_problem(&reused.await, 401, "token-reused");
    assert_refused(&stack.anyone().refresh(successor).await, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_sent_by_many_at_once_has_one_successor() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let token = &user.account.refresh_token;

    let answers = futures::future::join_all((0..4).map(|_| stack.anyone().refresh(token))).await;

    let tokens: BTreeSet<String> = answers
        .into_iter()
        .map(|answer| answer.expect(200).text_of("refreshToken").to_owned())
        .collect();
    let tokens = Vec::from_iter(tokens);
    assert_eq!(tokens.len(), 1, "{tokens:?}");
    // All callers got the same successor of the token, and this successor is valid.
    stack.anyone().refresh(&tokens[0]).await.expect(200);
}

#[tokio::test]
async fn logging_out_ends_the_session() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let token = &user.account.refresh_token;

    let gone = stack.anyone().log_out(token).await.expect(204);

    assert!(gone.text.is_empty(), "{gone}");
    assert_refused(&stack.anyone().refresh(token).await, 401);
    stack.log_in(&user.credentials()).await;
}

#[tokio::test]
async fn a_made_up_refresh_token_buys_nothing() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let token = &user.account.refresh_token;
    let altered = format!("{}{}", &token[..token.len() - 4], "AAAA");

    for made_up in [
        "nonsense",
        &"A".repeat(200),
        &altered,
        &user.account.access_token,
    ] {
        assert_refused(&stack.anyone().refresh(made_up).await, 401);
    }
}
