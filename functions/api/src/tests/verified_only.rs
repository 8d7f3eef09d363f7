//! Tests of accounts whose address is not verified, in a deployment that requires a verified address. They use the real table
//! of a running stack: `cargo xtask test`.

use domain::{
    accounts::mail_code::{MailCode, Purpose},
    events::Event,
};
use serde_json::json;

use super::*;

fn app_requiring(verified_only: bool) -> Shared {
    app_on_table(Limits {
        verified_only,
        ..limits()
    })
}

/// A new account and its access token.
struct Newcomer<'app> {
    app: &'app Shared,
    id: UserId,
    token: String,
}

impl<'app> Newcomer<'app> {
    async fn new(app: &'app Shared) -> Self {
        let email = format!("kim.{}@example.com", Uuid::now_v7().simple());
        let body = json!({"email": email, "password": "correct horse battery", "name": "Kim"});
        let request = Request::post("/v1/auth/register")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string().into());
        let made = send(router(app.clone()), request.unwrap()).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        Self {
            app,
            id: made.body["user"]["id"].as_str().unwrap().parse().unwrap(),
            token: made.body["accessToken"].as_str().unwrap().to_owned(),
        }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(body.to_string().into());
        send(router(self.app.clone()), request.unwrap()).await
    }

    async fn ask_for(&self, event: &Event, what: &str) -> Answer {
        let path = format!("/v1/events/{}/{what}", event.id);
        self.call("POST", &path, Value::Null).await
    }

    /// Verifies the account's address with the code that was mailed.
    async fn verify(&self) {
        let account = self.app.store.account(self.id).await.unwrap().unwrap();
        let issued_at = account.verification.unwrap().issued_at;
        let keyring = self.app.signing();
        let code = MailCode::derive(&keyring, Purpose::Verification, self.id, issued_at);
        let body = json!({ "code": code.to_string() });
        let verified = self.call("POST", "/v1/auth/verify-email", body).await;
        assert_eq!(verified.status, StatusCode::NO_CONTENT);
    }
}

#[track_caller]
fn assert_not_verified(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    assert_eq!(answer.body["type"], "/problems/email-not-verified");
}

#[tokio::test]
async fn who_is_not_verified_may_look_and_is_served_with_the_same_token_once_verified() {
    let app = app_requiring(true);
    let (event, sold_out) = (published(&app, 1).await, published(&app, 1).await);
    let first = Newcomer::new(&app).await;
    first.verify().await;
    assert_eq!(first.ask_for(&sold_out, "registrations").await.status, 201);

    let newcomer = Newcomer::new(&app).await;
    assert_not_verified(&newcomer.ask_for(&event, "registrations").await);
    assert_not_verified(&newcomer.ask_for(&sold_out, "registrations").await);
    assert_not_verified(&newcomer.ask_for(&sold_out, "waitlist").await);
    let path = format!("/v1/events/{}", event.id);
    assert_eq!(newcomer.call("GET", &path, Value::Null).await.status, 200);
    let mine = format!("{path}/registrations/me");
    assert_eq!(newcomer.call("GET", &mine, Value::Null).await.status, 404);

    newcomer.verify().await;
    assert_eq!(newcomer.ask_for(&event, "registrations").await.status, 201);
    assert_eq!(newcomer.ask_for(&sold_out, "waitlist").await.status, 201);
}

/// A caller whose address is not verified gets 403 only if the event is visible to the caller. If the event does not exist or
/// is hidden, the answer is 404. If the account of the token no longer exists, it is 401.
#[tokio::test]
async fn what_cannot_be_seen_and_who_is_gone_are_told_apart_from_that() {
    let app = app_requiring(true);
    let newcomer = Newcomer::new(&app).await;
    let nowhere = fixtures::event(1);
    let hidden = newcomer.ask_for(&nowhere, "registrations").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);

    let event = published(&app, 1).await;
    let gone = Newcomer {
        app: &app,
        id: UserId::from_uuid(Uuid::now_v7()),
        token: token(&app, Role::User),
    };
    let refused = gone.ask_for(&event, "registrations").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn by_default_the_ticket_goes_to_the_address_anyway() {
    let app = app_requiring(false);
    let event = published(&app, 1).await;
    let newcomer = Newcomer::new(&app).await;
    assert_eq!(newcomer.ask_for(&event, "registrations").await.status, 201);
    let next = Newcomer::new(&app).await;
    assert_eq!(next.ask_for(&event, "waitlist").await.status, 201);
}

#[tokio::test]
async fn by_default_nothing_is_read_to_find_out() {
    let (id, role) = (UserId::from_uuid(Uuid::now_v7()), Role::User);
    let app = tableless();
    let refused = app
        .limits
        .refuse_unverified(&app.store, &Actor { id, role })
        .await;
    assert!(refused.is_ok());
}
