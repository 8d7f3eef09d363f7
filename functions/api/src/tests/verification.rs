//! Tests how an address is verified, and how a password is changed by a caller who knows the old one.

use domain::accounts::mail_code::{MAX_WRONG_TRIES, PendingCode, Purpose};
use serde_json::json;

use super::{one_account::*, *};

const VERIFY: &str = "/v1/auth/verify-email";
const RESEND: &str = "/v1/auth/verify-email/resend";

async fn with(pending: PendingCode) -> OneAccount {
    let mut account = account();
    account["verification"] = stored(pending);
    OneAccount::holding(account).await
}

async fn verify(table: &OneAccount, code: &str) -> Answer {
    call(
        &table.app,
        "POST",
        VERIFY,
        json!({ "code": code }).to_string(),
    )
    .await
}

#[tokio::test]
async fn the_code_verifies_the_address() {
    let pending = issued_ago(86_000);
    let table = with(pending).await;
    let code = table.code(Purpose::Verification, pending);

    assert_eq!(verify(&table, &code).await.status, StatusCode::NO_CONTENT);

    assert_eq!(table.calls(), ["getitem", "updateitem"]);
    let written = table.last_write();
    assert!(written.is_of_account);
    assert_eq!(
        written.update,
        r#"SET emailVerified = {"BOOL":true} REMOVE verification"#
    );
    written.assert_demands(pending.issued_at);
}

#[tokio::test]
async fn wrong_codes_are_counted_while_that_matters() {
    let fresh = issued_ago(10);
    let dead = PendingCode {
        wrong_tries: MAX_WRONG_TRIES,
        ..fresh
    };
    let expired = issued_ago(86_400);
    for (pending, is_counted) in [(fresh, true), (dead, false), (expired, false)] {
        let table = with(pending).await;
        // This code was made to reset a password, so it cannot verify an address.
        let code = table.code(Purpose::PasswordReset, pending);
        let answer = verify(&table, &code).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.body["type"], "/problems/invalid-code");
        let calls = table.calls();
        assert_eq!(calls.contains(&"updateitem".to_owned()), is_counted);
    }
}

#[tokio::test]
async fn a_code_is_sent_again_a_minute_later() {
    for (pending, is_issued) in [(issued_ago(50), false), (issued_ago(61), true)] {
        let table = with(pending).await;
        let answer = call(&table.app, "POST", RESEND, "").await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        // The request is counted twice: once for the account, and once for its source.
        let calls = ["getitem", "updateitem", "updateitem", "updateitem"];
        assert_eq!(table.calls(), calls[..3 + usize::from(is_issued)]);
        if is_issued {
            let written = table.last_write();
            assert!(written.set.contains_key("verification"), "{written:?}");
            written.assert_demands(pending.issued_at);
        }
    }
}

#[tokio::test]
async fn a_verified_address_needs_no_code() {
    let mut account = account();
    account["emailVerified"] = json!({"BOOL": true});
    let table = OneAccount::holding(account).await;

    assert_eq!(verify(&table, "any").await.status, StatusCode::NO_CONTENT);
    let resent = call(&table.app, "POST", RESEND, "").await;
    assert_eq!(resent.status, StatusCode::ACCEPTED);
    let calls = ["getitem", "getitem", "updateitem", "updateitem"];
    assert_eq!(table.calls(), calls);
}

#[tokio::test]
async fn a_known_password_is_changed_on_the_condition_that_it_is_still_that() {
    let old = "correct horse battery";
    let hash = crate::passwords::hash_here(&old.to_owned().into()).unwrap();
    let mut account = account();
    account["passwordHash"] = json!({ "S": hash });
    let table = OneAccount::holding(account).await;
    let change = async |current: &str| {
        let body = json!({"currentPassword": current, "newPassword": "another horse battery"});
        call(&table.app, "PUT", "/v1/me/password", body.to_string()).await
    };

    let refused = change("incorrect horse").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.body["type"], "/problems/invalid-credentials");
    assert_eq!(table.calls(), ["getitem"]);
    assert_eq!(change(old).await.status, StatusCode::NO_CONTENT);

    let written = table.last_write();
    assert!(written.set.contains_key("passwordChangedAt"), "{written:?}");
    written.assert_demands(hash);
}
