//! Tests of changes of an account's address. A reader of the old mailbox can object to such a change.

use serde_json::json;
use tests::{
    Answer, LONG_PATIENCE, Mail, NewEvent, Stack, User, assert_invalid, assert_problem,
    assert_refused, eventually, unique,
};

const CODE: &str = "confirm your new address";
const IN_USE: &str = "has an em-connect account already";
const NOTICE: &str = "is to get another address";

/// Returns a copy of `user` with the address `email`. Tests use it to find the mails to that address.
fn at(user: &User, email: &str) -> User {
    let mut user = user.clone();
    email.clone_into(&mut user.account.email);
    user
}

fn new_address() -> String {
    format!("ada.{}@example.com", unique())
}

async fn ask(user: &User, to: &str) -> Answer {
    user.change_email(to, &user.account.password).await
}

/// Makes a user whose e-mail address is verified.
async fn verified(stack: &Stack) -> User {
    let user = stack.register_user().await;
    let code = stack.mail_code(&user, "verification code").await;
    user.verify_email(&code).await.expect(204);
    user
}

/// Changes the user's address to a new one and confirms it. Returns the user with the new address.
async fn moved(stack: &Stack, user: &User) -> User {
    let moved = at(user, &new_address());
    ask(user, &moved.account.email).await.expect(202);
    let code = stack.mail_code(&moved, CODE).await;
    let confirmed = user.confirm_email(&code).await.expect(200);
    assert_eq!(confirmed["email"], moved.account.email, "{confirmed}");
    moved
}

/// Opens the objection link in `notice`, and then sends the form on the web page to which the link leads.
async fn object(stack: &Stack, notice: &Mail) -> Answer {
    let link = notice
        .text
        .split_whitespace()
        .find(|word| word.contains("objection?token="));
    let path = stack.path_of(link.unwrap_or_default());
    let page = stack.anyone().get(path).await.expect(200);
    assert!(page.text.contains("<form method=\"post\">"), "{page}");
    stack.anyone().call(tests::Method::POST, path).send().await
}

#[tokio::test]
async fn an_address_changes_when_its_code_comes_back_and_everything_follows() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, full) = (
        organizer.published_event(NewEvent::with_capacity(3)).await,
        organizer.published_event(NewEvent::with_capacity(1)).await,
    );
    let user = stack.register_user_named("Ada Lovelace").await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;
    organizer.register_for(&full).await.expect(201);
    user.wait_for(&full).await.expect(201);
    let moved = at(&user, &new_address());

    let asked = ask(&user, &moved.account.email).await.expect(202);

    assert!(asked.text.is_empty(), "{asked}");
    let mail = stack.mail_to(&moved, CODE).await;
    // The new address may belong to a stranger, so the mail must not contain the user's name.
    assert_eq!(mail.to.0, "");
    let notice = stack.mail_to(&user, NOTICE).await;
    assert!(!notice.text.contains(&moved.account.email), "{notice}");
    assert_eq!(user.me().await["email"], user.account.email);
    assert_problem(&user.confirm_email("0000-0000").await, 400, "invalid-code");
    stack.log_in(&user.credentials()).await;
    let export = user.get("/v1/me/export").await.expect(200);
    assert_eq!(export["emailChange"]["to"], moved.account.email, "{export}");

    let confirmed = user.confirm_email(mail.code()).await.expect(200);

    assert_eq!(confirmed["email"], moved.account.email);
    assert_eq!(confirmed["emailVerified"], true);
    assert_eq!(user.me().await.json, confirmed.json, "the same session");
    user.refresh(&user.account.refresh_token).await.expect(200);
    stack.log_in(&moved.credentials()).await;
    let refused = stack.try_log_in(&user.credentials()).await;
    assert_problem(&refused, 401, "invalid-credentials");
    let again = user.confirm_email(mail.code()).await;
    assert_problem(&again, 400, "invalid-code");
    let export = user.get("/v1/me/export").await.expect(200);
    assert_eq!(
        export["formerEmail"]["email"], user.account.email,
        "{export}"
    );
    assert!(export["emailChange"].is_null(), "{export}");

    // The organizer's list of registrants shows the user's new address, and later mails to the user go to that address.
    let listed = organizer.get(&event.registrations_path()).await.expect(200);
    assert_eq!(listed.items()[0]["email"], moved.account.email, "{listed}");
    assert_eq!(user.registration_for(&event).await["status"], "confirmed");
    let kept = user.ticket_of(&event).await;
    assert_eq!(kept.code, ticket.code);
    assert_eq!(kept.json["status"], "issued", "{}", kept.json);
    organizer.cancel_registration_for(&full).await.expect(200);
    stack.mail_to(&moved, "A seat for you").await;
    let admin = stack.admin().await;
    let log = admin.every_audit(&[("object", user.id())], 100).await;
    assert_eq!(log[0]["action"], "user.email-changed", "{log:?}");
    let said = serde_json::to_string(&log).unwrap_or_default();
    assert!(!said.contains('@'), "{said}");
    // After the change of the address, anybody may sign up with the user's old address.
    let body = json!({"email": user.account.email, "password": unique(), "name": "Kim"});
    stack
        .anyone()
        .post("/v1/auth/register", body)
        .await
        .expect(201);
}

#[tokio::test]
async fn an_address_that_is_taken_answers_as_one_that_is_free_and_its_owner_is_told() {
    let stack = Stack::from_env();
    let [user, owner] = [stack.register_user().await, stack.register_user().await];

    let free = ask(&user, &new_address()).await.expect(202);
    let taken = ask(&user, &owner.account.email).await.expect(202);

    assert_eq!(free.text, taken.text);
    stack.mail_to(&owner, IN_USE).await;
    stack.assert_no_mail(&owner, CODE);
    assert_problem(&user.confirm_email("0000-0000").await, 400, "invalid-code");
    assert_eq!(user.me().await["email"], user.account.email);
    assert_eq!(owner.me().await["email"], owner.account.email);
}

#[tokio::test]
async fn only_who_knows_the_password_asks_and_for_an_address_that_can_be_written_to() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let to = new_address();
    let wrong = user.change_email(&to, "incorrect horse battery").await;
    assert_problem(&wrong, 401, "invalid-credentials");
    let stranger = stack
        .anyone()
        .change_email(&to, &user.account.password)
        .await;
    assert_refused(&stranger, 401);
    assert_refused(&stack.anyone().confirm_email("0000-0000").await, 401);
    for refused in [
        "ada",
        "łukasz@example.com",
        &user.account.email.to_uppercase(),
    ] {
        assert_invalid(&ask(&user, refused).await, "/newEmail");
    }
    // On a deployed stack, a configured address and password make a user the administrator, so that user's address must not
    // change. On a server, administrators are ordinary accounts.
    if stack.server().is_none() {
        let admin = stack.admin().await;
        assert_invalid(&ask(&admin, &to).await, "/newEmail");
    }
    assert_eq!(stack.count_mails(&to, ""), 0);
}

#[tokio::test]
async fn guesses_are_counted() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let moved = at(&user, &new_address());
    ask(&user, &moved.account.email).await.expect(202);
    let code = stack.mail_code(&moved, CODE).await;
    for guess in 0..5 {
        let refused = user.confirm_email(&format!("0000-000{guess}")).await;
        assert_problem(&refused, 400, "invalid-code");
    }
    assert_problem(&user.confirm_email(&code).await, 400, "invalid-code");
    assert_eq!(user.me().await["email"], user.account.email);
}

#[tokio::test]
async fn an_objection_calls_the_change_off() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let moved = at(&user, &new_address());
    ask(&user, &moved.account.email).await.expect(202);
    let code = stack.mail_code(&moved, CODE).await;
    let notice = stack.mail_to(&user, NOTICE).await;

    let said = object(&stack, &notice).await.expect(200);

    assert!(said.text.contains("Reset your password now"), "{said}");
    assert_problem(&user.confirm_email(&code).await, 400, "invalid-code");
    assert_eq!(user.me().await["email"], user.account.email);
    let again = object(&stack, &notice).await.expect(200);
    assert!(again.text.contains("Nothing to object to"), "{again}");
    let path = "/v1/auth/email-change/objection?token=x";
    assert_refused(&stack.anyone().get(path).await, 404);
}

#[tokio::test]
async fn an_objection_after_the_change_brings_a_verified_address_back() {
    let stack = Stack::from_env();
    let user = verified(&stack).await;
    let thief = moved(&stack, &user).await;
    let notice = stack.mail_to(&user, NOTICE).await;

    let said = object(&stack, &notice).await.expect(200);

    assert!(said.text.contains("The address is back"), "{said}");
    assert_eq!(user.me().await["email"], user.account.email);
    assert_refused(&user.refresh(&user.account.refresh_token).await, 401);
    let refused = stack.try_log_in(&thief.credentials()).await;
    assert_problem(&refused, 401, "invalid-credentials");
    stack.log_in(&user.credentials()).await;
}

/// If the old address was mistyped, a stranger may read the mail to that address. So nobody can object through an address that
/// was never verified.
#[tokio::test]
async fn an_address_that_was_never_verified_does_not_come_back() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let moved = moved(&stack, &user).await;
    let notice = stack.mail_to(&user, NOTICE).await;
    let said = object(&stack, &notice).await.expect(200);
    assert!(said.text.contains("Nothing to object to"), "{said}");
    assert_eq!(user.me().await["email"], moved.account.email);
}

#[tokio::test]
async fn a_mistyped_new_address_is_corrected_at_once_and_of_its_code_nothing_comes() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let [mistyped, right] = [at(&user, &new_address()), at(&user, &new_address())];
    ask(&user, &mistyped.account.email).await.expect(202);
    let first = stack.mail_code(&mistyped, CODE).await;
    ask(&user, &right.account.email).await.expect(202);
    let second = stack.mail_code(&right, CODE).await;
    assert_problem(&user.confirm_email(&first).await, 400, "invalid-code");
    let confirmed = user.confirm_email(&second).await.expect(200);
    assert_eq!(confirmed["email"], right.account.email);
    stack.only_mail_to(&right, CODE);
}

#[tokio::test]
async fn what_the_old_mailbox_knows_is_good_for_nothing_afterwards() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    stack
        .anyone()
        .forgot_password(&user.account.email)
        .await
        .expect(202);
    let reset = stack.mail_code(&user, "reset your password").await;
    let moved = moved(&stack, &user).await;
    for email in [&user.account.email, &moved.account.email] {
        let refused = stack
            .anyone()
            .reset_password(email, &reset, "another horse battery")
            .await;
        assert_problem(&refused, 400, "invalid-code");
    }
    // The mail with a new reset code goes to the user's new mailbox.
    stack
        .anyone()
        .forgot_password(&moved.account.email)
        .await
        .expect(202);
    eventually(LONG_PATIENCE, async || {
        match stack.count_mails(&moved.account.email, "reset your password") {
            0 => Err("no code came".to_owned()),
            _ => Ok(()),
        }
    })
    .await;
}

#[tokio::test]
async fn a_changed_password_and_an_erased_account_end_the_change() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let moved = at(&user, &new_address());
    ask(&user, &moved.account.email).await.expect(202);
    let code = stack.mail_code(&moved, CODE).await;
    let old = &user.account.password;
    user.change_password(old, "another horse battery")
        .await
        .expect(204);
    assert_problem(&user.confirm_email(&code).await, 400, "invalid-code");

    let gone = stack.register_user().await;
    ask(&gone, &moved.account.email).await.expect(202);
    let notice = stack.mail_to(&gone, NOTICE).await;
    gone.delete("/v1/me").await.expect(204);
    assert_refused(&gone.confirm_email(&code).await, 401);
    let link = notice
        .text
        .split_whitespace()
        .find(|word| word.contains("objection?token="));
    let path = stack.path_of(link.unwrap_or_default());
    let answer = stack.anyone().call(tests::Method::POST, path).send().await;
    assert_refused(&answer, 404);
}
