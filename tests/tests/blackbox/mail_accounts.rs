//! Tests of the mails about an account, and of the codes in these mails.

use tests::{Credentials, Stack, User, assert_problem, unique};

const NEW: &str = "another horse battery";
const WELCOME: &str = "verification code";
const RESET: &str = "reset your password";
const CHANGED: &str = "Your password was changed";

/// Returns the credentials of `user` with the password [`NEW`] in place of the old one.
fn renewed(user: &User) -> Credentials {
    Credentials {
        password: NEW.to_owned(),
        ..user.credentials()
    }
}

#[tokio::test]
async fn who_signs_up_gets_a_code_that_verifies_the_address() {
    let stack = Stack::from_env();
    let user = stack.register_user_named("Grace Hopper").await;
    let other = stack.register_user().await;

    let code = stack.mail_code(&user, WELCOME).await;
    let mail = stack.only_mail_to(&user, WELCOME);
    // Anybody may have signed up with this address and a made-up name, so the mail does not contain the name.
    assert_eq!(mail.to, (String::new(), user.account.email.clone()));
    assert!(!mail.text.contains("Grace"), "{mail}");
    assert_eq!(mail.reply_to, None, "{mail}");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.html.contains(&code), "{}", mail.html);

    let of_other = stack.mail_code(&other, WELCOME).await;
    assert_problem(&user.verify_email(&of_other).await, 400, "invalid-code");
    assert_eq!(user.me().await["emailVerified"], false);
    let verified = user.verify_email(&code.to_lowercase()).await.expect(204);
    assert!(verified.text.is_empty(), "{verified}");
    assert_eq!(user.me().await["emailVerified"], true);
    assert_eq!(other.me().await["emailVerified"], false);

    // When this later mail about the account has arrived, a second welcome mail would have arrived too.
    let old = &user.account.password;
    user.change_password(old, NEW).await.expect(204);
    stack.mail_to(&user, CHANGED).await;
    stack.only_mail_to(&user, WELCOME);
}

#[tokio::test]
async fn who_forgot_the_password_gets_a_code_that_sets_another() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let email = &user.account.email;
    let welcome = stack.mail_code(&user, WELCOME).await;

    let anyone = stack.anyone();
    anyone.forgot_password(email).await.expect(202);
    let code = stack.mail_code(&user, RESET).await;

    assert_ne!(code, welcome);
    let other_purpose = anyone.reset_password(email, &welcome, NEW).await;
    assert_problem(&other_purpose, 400, "invalid-code");
    anyone.reset_password(email, &code, NEW).await.expect(204);
    let refused = stack.try_log_in(&user.credentials()).await;
    assert_problem(&refused, 401, "invalid-credentials");
    stack.log_in(&renewed(&user)).await;
    let again = anyone.reset_password(email, &code, "yet another horse");
    assert_problem(&again.await, 400, "invalid-code");
    let reported = stack.mail_to(&user, CHANGED).await;
    assert_eq!(reported.subject, CHANGED);
    stack.only_mail_to(&user, RESET);
}

#[tokio::test]
async fn a_changed_password_is_told() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;

    let old = user.account.password.clone();
    user.change_password("incorrect horse battery", NEW).await;
    user.change_password(&old, NEW).await.expect(204);
    stack.mail_to(&user, CHANGED).await;
    let session = stack.log_in(&renewed(&user)).await;
    session.change_password(NEW, &old).await.expect(204);

    // The service sends one mail for each of the two successful changes of the password, and none for the refused change.
    stack.nth_mail_to(&user, CHANGED, 2).await;
    stack.anyone().forgot_password(&user.account.email).await;
    stack.mail_to(&user, RESET).await;
    assert_eq!(stack.mails_about(&user, CHANGED).len(), 2);
}

#[tokio::test]
async fn nothing_is_sent_to_whom_nobody_knows_and_nobody_is_flooded() {
    let stack = Stack::from_env();
    let known = stack.register_user().await;
    let unknown = format!("nobody.{}@example.com", unique());

    let answer = stack.anyone().forgot_password(&unknown).await;
    answer.expect(202);
    for _ in 0..5 {
        let answer = stack.anyone().forgot_password(&known.account.email);
        answer.await.expect(202);
        known.resend_verification().await.expect(202);
    }
    let code = stack.mail_code(&known, RESET).await;

    let email = &known.account.email;
    let reset = stack.anyone().reset_password(email, &code, NEW).await;
    reset.expect(204);
    stack.mail_to(&known, CHANGED).await;
    assert_eq!(stack.count_mails(&unknown, ""), 0);
    stack.only_mail_to(&known, RESET);
    stack.only_mail_to(&known, WELCOME);
}
