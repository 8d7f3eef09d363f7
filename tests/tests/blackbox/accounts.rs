//! Tests of sign-up and login.

use futures::join;
use serde_json::json;
use tests::{Answer, Credentials, Stack, assert_problem, assert_refused, is_type_id, unique};

const PASSWORD: &str = "correct horse battery";

async fn register(stack: &Stack, email: &str) -> Answer {
    let body = json!({"email": email, "password": PASSWORD, "name": "Ada Lovelace"});
    stack.anyone().post("/v1/auth/register", body).await
}

fn new_address() -> String {
    format!("ada.{}@example.com", unique())
}

#[tokio::test]
async fn registering_makes_an_account_and_signs_in() {
    let stack = Stack::from_env();
    let email = new_address();

    let made = register(&stack, &email).await.expect(201);

    let user = &made["user"];
    assert!(is_type_id(user["id"].as_str().unwrap(), "usr"), "{made}");
    assert_eq!(user["email"], email);
    assert_eq!(user["name"], "Ada Lovelace");
    assert_eq!(user["role"], "user");
    assert_eq!(user["emailVerified"], false);
    assert_eq!(made["tokenType"], "Bearer");
    assert_eq!(made["expiresIn"], 900);
    assert!(!made.text.contains(PASSWORD), "{made}");
    assert!(!made.text.contains("argon2"), "{made}");
    let signed_in = stack.anyone().with_token(made.text_of("accessToken"));
    let me = signed_in.me().await.expect(200);
    assert_eq!(&me.json, user);
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    let stack = Stack::from_env();
    let email = new_address();
    register(&stack, &email).await.expect(201);

    assert_problem(&register(&stack, &email).await, 409, "email-taken");
    let shouted = email.to_uppercase();
    assert_problem(&register(&stack, &shouted).await, 409, "email-taken");
}

#[tokio::test]
async fn of_two_who_register_an_address_at_once_one_gets_it() {
    let stack = Stack::from_env();
    let email = new_address();

    let (one, other) = join!(register(&stack, &email), register(&stack, &email));

    let (made, refused) = if one.status == 201 {
        (one, other)
    } else {
        (other, one)
    };
    made.expect(201);
    assert_problem(&refused, 409, "email-taken");
}

#[tokio::test]
async fn logging_in_gives_a_session_of_the_same_user() {
    let stack = Stack::from_env();
    let email = new_address();
    let made = register(&stack, &email).await.expect(201);
    let credentials = Credentials {
        email: email.to_uppercase(),
        password: PASSWORD.to_owned(),
    };

    let session = stack.try_log_in(&credentials).await.expect(200);

    assert_eq!(session["user"], made["user"]);
    assert_eq!(session["tokenType"], "Bearer");
    assert_eq!(session["expiresIn"], 900);
    assert_ne!(session["refreshToken"], made["refreshToken"]);
    let signed_in = stack.anyone().with_token(session.text_of("accessToken"));
    signed_in.me().await.expect(200);
}

#[tokio::test]
async fn the_seeded_people_can_log_in() {
    let stack = Stack::from_env();
    let _sessions_last = stack.lock_admin_sessions().await;
    let admin = stack.log_in(stack.admin_credentials()).await;
    let organizer = stack.log_in(&stack.organizer_credentials().await).await;

    assert_eq!(admin.me().await.expect(200)["role"], "admin");
    assert_eq!(organizer.me().await.expect(200)["role"], "organizer");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let stack = Stack::from_env();
    let email = new_address();
    register(&stack, &email).await.expect(201);
    let with_wrong_password = Credentials {
        email,
        password: "incorrect horse battery".to_owned(),
    };
    let with_unknown_address = Credentials {
        email: new_address(),
        password: PASSWORD.to_owned(),
    };

    let known = stack.try_log_in(&with_wrong_password).await;
    let unknown = stack.try_log_in(&with_unknown_address).await;

    assert_problem(&known, 401, "invalid-credentials");
    assert_problem(&unknown, 401, "invalid-credentials");
    assert_eq!(without_request_id(&known), without_request_id(&unknown));
}

/// Returns the body of an answer, with its request id replaced by a fixed text.
fn without_request_id(answer: &Answer) -> String {
    answer.text.replace(answer.request_id(), "[request id]")
}

#[tokio::test]
async fn a_password_keeps_its_case_and_its_spaces() {
    let stack = Stack::from_env();
    let email = new_address();
    register(&stack, &email).await.expect(201);

    for almost in [PASSWORD.to_uppercase(), format!("{PASSWORD} ")] {
        let credentials = Credentials {
            email: email.clone(),
            password: almost,
        };
        let refused = stack.try_log_in(&credentials).await;
        assert_problem(&refused, 401, "invalid-credentials");
    }
}

#[tokio::test]
async fn nobody_is_nobody() {
    let stack = Stack::from_env();
    assert_refused(&stack.anyone().me().await, 401);
}
