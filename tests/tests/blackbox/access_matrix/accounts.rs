//! Rows of the access matrix for operations that need no event: public operations, accounts and administration.

use serde_json::{Value, json};
use tests::unique;

use super::{
    Row,
    cast::{
        Given::{Account, Draft, GuestAccount, Link, OwnSession, Session, TheEvent},
        Scene,
    },
    row,
};

/// A well-formed code that was never mailed to anybody.
const GUESS: &str = "04HM-ASW9";

pub(super) fn rows() -> Vec<Row> {
    let mut rows = public();
    rows.extend(own());
    rows.extend(administration());
    rows
}

#[rustfmt::skip] // rustfmt would break the columns of this matrix.
fn public() -> Vec<Row> {
    vec![
        row("GET /health",                                      TheEvent,     [200, 200, 200, 200, 200, 200]),
        row("GET /health/ready",                                TheEvent,     [200, 200, 200, 200, 200, 200]),
        row("GET /openapi.json",                                TheEvent,     [200, 200, 200, 200, 200, 200]),
        row("GET /.well-known/jwks.json",                       TheEvent,     [200, 200, 200, 200, 200, 200]),
        row("POST /v1/auth/register",                           TheEvent,     [201, 201, 201, 201, 201, 201])
            .with(|_| json!({"email": nobodys_address(), "password": unique(), "name": "Kim Doe"})),
        row("POST /v1/auth/login",                              TheEvent,     [200, 200, 200, 200, 200, 200])
            .with(|scene| json!({"email": scene.account.account.email, "password": scene.account.account.password})),
        row("POST /v1/auth/refresh",                            Session,      [200, 200, 200, 200, 200, 200])
            .with(|scene| json!({"refreshToken": scene.account.account.refresh_token})),
        row("POST /v1/auth/logout",                             Session,      [204, 204, 204, 204, 204, 204])
            .with(|scene| json!({"refreshToken": scene.account.account.refresh_token})),
        // A program cannot use the sessions of browsers: the request does not come from a page of the own origin.
        row("POST /v1/auth/browser/register",                 TheEvent,     [403, 403, 403, 403, 403, 403]),
        row("POST /v1/auth/browser/login",                    TheEvent,     [403, 403, 403, 403, 403, 403]),
        row("POST /v1/auth/browser/refresh",                  TheEvent,     [403, 403, 403, 403, 403, 403]),
        row("POST /v1/auth/browser/logout",                   TheEvent,     [403, 403, 403, 403, 403, 403]),
        row("POST /v1/auth/forgot-password",                    TheEvent,     [202, 202, 202, 202, 202, 202])
            .with(|_| json!({"email": nobodys_address()})),
        // This answer depends only on the reset code in the body, which is wrong for every caller.
        row("POST /v1/auth/reset-password",                     TheEvent,     [400, 400, 400, 400, 400, 400])
            .with(|_| json!({"email": nobodys_address(), "code": GUESS, "newPassword": unique()})),
        // These answers depend only on the token in the link. The test sends no token, so every caller gets 404.
        row("GET /v1/auth/email-change/objection",              TheEvent,     [404, 404, 404, 404, 404, 404]),
        row("POST /v1/auth/email-change/objection",             TheEvent,     [404, 404, 404, 404, 404, 404]),
        row("GET /v1/unsubscribe",                              Link,         [200, 200, 200, 200, 200, 200]),
        row("POST /v1/unsubscribe",                             Link,         [204, 204, 204, 204, 204, 204]),
    ]
}

/// Returns the rows of operations on the caller's own account.
#[rustfmt::skip] // rustfmt would break the columns of this matrix.
fn own() -> Vec<Row> {
    vec![
        // The administrator's address is already verified, so the service accepts any code from the administrator.
        row("POST /v1/auth/verify-email",                       TheEvent,     [401, 400, 400, 400, 400, 204])
            .with(|_| json!({"code": GUESS})),
        row("POST /v1/auth/verify-email/resend",                TheEvent,     [401, 202, 202, 202, 202, 202]),
        row("GET /v1/me",                                       TheEvent,     [401, 200, 200, 200, 200, 200]),
        row("PATCH /v1/me",                                     TheEvent,     [401, 200, 200, 200, 200, 200])
            .with(|_| json!({})),
        // The only administrator cannot delete their account, so the answer is 409.
        row("DELETE /v1/me",                                    Account,      [401, 204, 204, 204, 204, 409]),
        // All tests share the administrator's account, so the administrator's password must not change. Therefore the test
        // sends a new password that is too short, and gets 422.
        row("PUT /v1/me/password",                              Account,      [401, 204, 204, 204, 204, 422])
            .with(passwords),
        // On a deployed stack the administrator's address is a parameter of the deployment, so the address cannot change.
        row("PUT /v1/me/email",                                 Account,      [401, 202, 202, 202, 202, 422])
            .on_a_server(                                                     [401, 202, 202, 202, 202, 202])
            .with(|scene| json!({"newEmail": nobodys_address(), "password": scene.account.account.password})),
        row("POST /v1/me/email/confirm",                        TheEvent,     [401, 400, 400, 400, 400, 400])
            .with(|_| json!({"code": GUESS})),
        row("GET /v1/me/export",                                TheEvent,     [401, 200, 200, 200, 200, 200]),
        row("GET /v1/me/sessions",                              TheEvent,     [401, 200, 200, 200, 200, 200]),
        row("DELETE /v1/me/sessions/{id}",                      OwnSession,   [401, 204, 204, 204, 204, 204])
            .alone_with_sessions(),
        row("DELETE /v1/me/sessions",                           Account,      [401, 204, 204, 204, 204, 204])
            .alone_with_sessions(),
        row("GET /v1/me/events",                                TheEvent,     [401, 200, 200, 200, 200, 200]),
        row("GET /v1/me/door-events",                           TheEvent,     [401, 200, 200, 200, 200, 200]),
        row("GET /v1/me/registrations",                         TheEvent,     [401, 200, 200, 200, 200, 200]),
        row("GET /v1/me/tickets",                               TheEvent,     [401, 200, 200, 200, 200, 200]),
        row("POST /v1/live/tickets",                            TheEvent,     [401, 201, 201, 201, 201, 201]),
    ]
}

#[rustfmt::skip] // rustfmt would break the columns of this matrix.
fn administration() -> Vec<Row> {
    vec![
        row("GET /v1/users",                                    TheEvent,     [401, 403, 403, 403, 403, 200]),
        row("PUT /v1/users/{id}/role",                          GuestAccount, [401, 403, 403, 403, 403, 200])
            .with(|_| json!({"role": "user"})),
        row("GET /v1/admin/stats",                              TheEvent,     [401, 403, 403, 403, 403, 200]),
        row("GET /v1/admin/audit",                              TheEvent,     [401, 403, 403, 403, 403, 200]),
        row("GET /v1/admin/dead-letters",                       TheEvent,     [401, 403, 403, 403, 403, 200]),
        row("POST /v1/admin/dead-letters/{queue}/redrive",      TheEvent,     [401, 403, 403, 403, 403, 202]),
        row("GET /v1/admin/events/{id}/invariants",             TheEvent,     [401, 403, 403, 403, 403, 200]),
        // A recount fails if the statistics change while it runs. Nothing changes in a draft, so this recount succeeds.
        row("POST /v1/events/{id}/stats/rebuild",               Draft,        [401, 403, 403, 403, 403, 200]),
    ]
}

fn nobodys_address() -> String {
    format!("kim.{}@example.com", unique())
}

fn passwords(scene: &Scene) -> Value {
    let new = if scene.is_admin {
        "short".to_owned()
    } else {
        unique()
    };
    json!({"currentPassword": scene.account.account.password, "newPassword": new})
}
