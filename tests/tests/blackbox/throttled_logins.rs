//! Tests of throttled logins. A client that guesses passwords must wait, but the owner of the account need not wait for long.

use tests::{Answer, Credentials, PATIENCE, Stack, assert_problem, eventually, unique};

/// Maximum number of wrong logins that a test tries. It is larger than the number of logins that may fail without throttling.
const GUESSES: u32 = 12;

fn credentials(email: &str, password: &str) -> Credentials {
    Credentials {
        email: email.to_owned(),
        password: password.to_owned(),
    }
}

/// Logs in with wrong passwords until the service throttles a login. Returns the answer to that login, and the number of wrong
/// logins before it.
async fn guess(stack: &Stack, email: &str) -> (Answer, u32) {
    for guesses in 0..GUESSES {
        let wrong = credentials(email, &format!("a wrong guess {}", unique()));
        let answer = stack.try_log_in(&wrong).await;
        if answer.status == 429 {
            return (answer, guesses);
        }
        assert_problem(&answer, 401, "invalid-credentials");
    }
    panic!("{GUESSES} guesses, and none had to wait");
}

fn seconds_to_wait(answer: &Answer) -> u64 {
    let seconds = answer.header("retry-after").parse();
    seconds.unwrap_or_else(|error| panic!("no Retry-After, {error}: {answer}"))
}

#[tokio::test]
async fn whoever_guesses_waits_and_is_told_for_how_long() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;

    let (refused, guesses) = guess(&stack, &user.account.email).await;

    assert_problem(&refused, 429, "too-many-requests");
    assert!((5..GUESSES).contains(&guesses), "{guesses} guesses");
    assert!((1..=60).contains(&seconds_to_wait(&refused)), "{refused}");
}

#[tokio::test]
async fn nobody_learns_from_the_wait_which_addresses_have_accounts() {
    let stack = Stack::from_env();
    let email = format!("nobody.{}@example.com", unique());
    let (refused, guesses) = guess(&stack, &email).await;
    assert!((5..GUESSES).contains(&guesses), "{guesses} guesses");
    assert!((1..=60).contains(&seconds_to_wait(&refused)), "{refused}");
}

#[tokio::test]
async fn the_owner_gets_in_after_the_wait_and_then_begins_anew() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let email = &user.account.email;
    // The throttle counts an e-mail address in upper case and in lower case as one address.
    let (refused, _) = guess(&stack, &email.to_uppercase()).await;
    assert!(seconds_to_wait(&refused) <= 60, "{refused}");

    eventually(PATIENCE * 3, async || {
        let answer = stack.try_log_in(&user.credentials()).await;
        match answer.status {
            200 => Ok(()),
            429 => Err(answer.to_string()),
            _ => panic!("{answer}"),
        }
    })
    .await;

    for _ in 0..4 {
        let wrong = credentials(email, "a wrong guess again");
        let answer = stack.try_log_in(&wrong).await;
        assert_problem(&answer, 401, "invalid-credentials");
    }
    stack.try_log_in(&user.credentials()).await.expect(200);
}

#[tokio::test]
async fn others_do_not_wait_for_who_guesses() {
    let stack = Stack::from_env();
    let (victim, other) = (stack.register_user().await, stack.register_user().await);
    guess(&stack, &victim.account.email).await;
    stack.try_log_in(&other.credentials()).await.expect(200);
}

#[tokio::test]
async fn a_reset_of_the_password_ends_the_wait() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let email = &user.account.email;
    guess(&stack, email).await;
    let anyone = stack.anyone();
    anyone.forgot_password(email).await.expect(202);
    let code = stack.mail_code(&user, "reset your password").await;
    let new = "another horse battery";
    anyone.reset_password(email, &code, new).await.expect(204);
    let signed_in = stack.try_log_in(&credentials(email, new)).await;
    signed_in.expect(200);
}
