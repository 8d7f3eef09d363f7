//! Tests of users who change their password and type the current one for it.

use futures::join;
use serde_json::json;
use tests::{Credentials, Stack, User, assert_invalid, assert_problem, assert_refused};

const NEW: &str = "another horse battery";

/// Returns the credentials of `user` with `password` in place of the user's password.
fn credentials(user: &User, password: &str) -> Credentials {
    Credentials {
        password: password.to_owned(),
        ..user.credentials()
    }
}

#[tokio::test]
async fn a_changed_password_replaces_the_old_one_and_ends_every_session() {
    let stack = Stack::from_env();
    let phone = stack.register_user().await;
    let laptop = stack.log_in(&phone.credentials()).await;
    let old = &phone.account.password;

    let changed = phone.change_password(old, NEW).await.expect(204);

    assert!(changed.text.is_empty(), "{changed}");
    let refused = stack.try_log_in(&phone.credentials()).await;
    assert_problem(&refused, 401, "invalid-credentials");
    for session in [&phone, &laptop] {
        let refused = session.refresh(&session.account.refresh_token).await;
        assert_problem(&refused, 401, "invalid-token");
    }
    let tablet = stack.log_in(&credentials(&phone, NEW)).await;
    let renewed = tablet.refresh(&tablet.account.refresh_token).await;
    let renewed = renewed.expect(200);
    tablet
        .refresh(renewed.text_of("refreshToken"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_session_ends_with_the_next_change_too() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let old = &user.account.password;
    user.change_password(old, NEW).await.expect(204);
    let between = stack.log_in(&credentials(&user, NEW)).await;

    between.change_password(NEW, old).await.expect(204);

    let refused = between.refresh(&between.account.refresh_token).await;
    assert_problem(&refused, 401, "invalid-token");
    // The user has changed back to the first password, which is valid again. The first session stays ended.
    stack.log_in(&user.credentials()).await;
    assert_refused(&user.refresh(&user.account.refresh_token).await, 401);
}

#[tokio::test]
async fn a_refresh_token_spent_before_the_change_is_still_known_as_spent() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let spent = &user.account.refresh_token;
    user.refresh(spent).await.expect(200);
    let password = &user.account.password;
    user.change_password(password, NEW).await.expect(204);

    assert_problem(&user.refresh(spent).await, 401, "token-reused");
}

#[tokio::test]
async fn who_does_not_know_the_password_cannot_change_it() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;

    for wrong in ["incorrect horse battery", "", "x"] {
        let refused = user.change_password(wrong, NEW).await;
        assert_problem(&refused, 401, "invalid-credentials");
    }
    let password = &user.account.password;
    let stranger = stack.anyone().change_password(password, NEW).await;
    assert_problem(&stranger, 401, "unauthorized");
    stack.assert_untouched(&user).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_changes_at_once_one_is_made() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let old = &user.account.password;
    let other = "yet another horse battery";

    let (one, two) = join!(
        user.change_password(old, NEW),
        user.change_password(old, other)
    );

    let (password, refused) = if one.status == 204 {
        (NEW, two)
    } else {
        two.expect(204);
        (other, one)
    };
    assert_problem(&refused, 401, "invalid-credentials");
    stack.log_in(&credentials(&user, password)).await;
}

#[tokio::test]
async fn a_new_password_is_as_good_as_a_first_one() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let current = &user.account.password;

    for poor in ["too short", "password123", &"x".repeat(129)] {
        assert_invalid(&user.change_password(current, poor).await, "/newPassword");
    }
    stack.assert_untouched(&user).await;
}

#[tokio::test]
async fn wrong_bodies_are_told_by_their_fields() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let email = user.account.email.clone();
    let path = "/v1/me/password";
    for (body, pointer) in [
        (json!({"newPassword": NEW}), "/currentPassword"),
        (json!({"currentPassword": NEW}), "/newPassword"),
        (
            json!({"currentPassword": 1, "newPassword": NEW}),
            "/currentPassword",
        ),
        (
            json!({"currentPassword": NEW, "newPassword": NEW, "email": email}),
            "/email",
        ),
    ] {
        assert_invalid(&user.put(path, body).await, pointer);
    }
    stack.assert_untouched(&user).await;
}

/// The same keys can give different texts: one device stores a letter and its accent as one character, another device as two.
/// Both texts must be the same password.
#[tokio::test]
async fn a_password_is_the_same_however_its_letters_are_composed() {
    let stack = Stack::from_env();
    let email = format!("ada.{}@example.com", tests::unique());
    let [composed, decomposed, spaced] = [
        "café au lait",
        "cafe\u{301} au lait",
        "café\u{a0}au\u{2003}lait",
    ];
    let body = json!({"email": email, "password": composed, "name": "Ada"});
    stack
        .anyone()
        .post("/v1/auth/register", body)
        .await
        .expect(201);
    for typed in [decomposed, spaced, composed] {
        let credentials = Credentials {
            email: email.clone(),
            password: typed.to_owned(),
        };
        stack.try_log_in(&credentials).await.expect(200);
    }
    let user = stack
        .log_in(&Credentials {
            email: email.clone(),
            password: decomposed.to_owned(),
        })
        .await;
    user.change_password(decomposed, "Zwo\u{308}lf Boxka\u{308}mpfer")
        .await
        .expect(204);
    let renewed = Credentials {
        email,
        password: "Zwölf Boxkämpfer".to_owned(),
    };
    stack.try_log_in(&renewed).await.expect(200);
}

#[tokio::test]
async fn a_reset_password_is_the_same_in_either_composition_at_sign_in_and_for_another_address() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let email = &user.account.email;
    let [composed, decomposed] = ["café au lait", "cafe\u{301} au lait"];
    stack.anyone().forgot_password(email).await.expect(202);
    let code = stack.mail_code(&user, "reset your password").await;
    let reset = stack.anyone().reset_password(email, &code, decomposed);
    reset.await.expect(204);

    let signed_in = stack.log_in(&credentials(&user, composed)).await;

    let other = format!("ada.{}@example.com", tests::unique());
    for typed in [composed, decomposed] {
        signed_in.change_email(&other, typed).await.expect(202);
    }
    let wrong = signed_in.change_email(&other, "cafe au lait").await;
    assert_problem(&wrong, 401, "invalid-credentials");
}

#[tokio::test]
async fn prepared_characters_are_counted_and_those_that_nobody_can_type_are_refused() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let current = &user.account.password;
    for wrong in [
        // This text is too short: it has only 9 letters, although it has 18 characters.
        "e\u{301}o\u{308}u\u{308}".repeat(3),
        "correct\u{0}horse battery".to_owned(),
        "correct\u{200b}horse battery".to_owned(),
    ] {
        assert_invalid(&user.change_password(current, &wrong).await, "/newPassword");
    }
    let long = "e\u{301}o\u{308}".repeat(64);
    user.change_password(current, &long).await.expect(204);
    // These emoji are from Unicode 11 and 15, and are allowed. A name may contain them too.
    let newer = "correct horse \u{1f973}\u{1fae8}";
    user.change_password(&long, newer).await.expect(204);
    stack.log_in(&credentials(&user, newer)).await;
}

/// If a program reads Latin-1 bytes as UTF-8, it replaces all letters that are not ASCII by U+FFFD. If such a text were
/// accepted, all passwords with the same ASCII letters would be equal.
#[tokio::test]
async fn a_password_whose_characters_were_lost_is_refused_wherever_it_is_typed() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let (email, current) = (&user.account.email, &user.account.password);
    let lost = "Gr\u{fffd}\u{fffd}e aus Wien";
    let anyone = stack.anyone();
    let sign_up = json!({"email": "kim@example.com", "password": lost, "name": "Kim"});
    assert_invalid(
        &anyone.post("/v1/auth/register", sign_up).await,
        "/password",
    );
    let log_in = json!({"email": email, "password": lost});
    assert_invalid(&anyone.post("/v1/auth/login", log_in).await, "/password");
    let reset = anyone.reset_password(email, "0000-0000", lost).await;
    assert_invalid(&reset, "/newPassword");
    assert_invalid(&user.change_password(lost, NEW).await, "/currentPassword");
    assert_invalid(&user.change_password(current, lost).await, "/newPassword");
    assert_invalid(
        &user.change_email("kim@example.com", lost).await,
        "/password",
    );
    stack.assert_untouched(&user).await;
}
