//! Tests how an account gets another email address: the cost of a request, and that the answers do not reveal which addresses
//! are taken.

use domain::accounts::{
    email::Email,
    email_change::{FormerEmail, PendingEmail, objection::Objection},
    mail_code::{MAX_WRONG_TRIES, MailCode, Purpose},
};
use jiff::ToSpan as _;
use serde_json::json;

use super::{one_account::*, *};
use crate::{first_admin::FirstAdmin, passwords};

const PASSWORD: &str = "correct horse battery";
const NEW: &str = "ada@bücher.example";
/// The table calls of a request for a new address. They read the account, count the request for the account, the source and the
/// new address, and write the code.
const ASKED: [&str; 5] = [
    "getitem",
    "updateitem",
    "updateitem",
    "updateitem",
    "updateitem",
];
const CONFIRM: &str = "/v1/me/email/confirm";
const OBJECT: &str = "/v1/auth/email-change/objection";

fn holder() -> Value {
    let mut account = account();
    let hash = passwords::hash_here(&PASSWORD.to_owned().into()).unwrap();
    account["passwordHash"] = json!({ "S": hash });
    account
}

fn pending(to: &str, seconds_ago: i64) -> PendingEmail {
    PendingEmail::asked(Email::parse(to).unwrap(), issued_ago(seconds_ago).issued_at)
}

fn stored_change(change: &PendingEmail) -> Value {
    json!({"M": {
        "to": {"S": change.to.held_as()}, "issuedAt": {"S": change.issued_at.to_string()},
        "wrongTries": {"N": change.wrong_tries.to_string()},
    }})
}

async fn with(change: &PendingEmail) -> OneAccount {
    let mut account = holder();
    account["emailChange"] = stored_change(change);
    OneAccount::holding(account).await
}

async fn ask(table: &OneAccount, to: &str, password: &str) -> Answer {
    let body = json!({"newEmail": to, "password": password}).to_string();
    call(&table.app, "PUT", "/v1/me/email", body).await
}

fn code(table: &OneAccount, change: &PendingEmail) -> String {
    let (user, purpose) = (USER.parse().unwrap(), Purpose::EmailChange(&change.to));
    MailCode::derive(&table.app.signing(), purpose, user, change.issued_at).to_string()
}

async fn confirm(table: &OneAccount, code: &str) -> Answer {
    call(
        &table.app,
        "POST",
        CONFIRM,
        json!({ "code": code }).to_string(),
    )
    .await
}

#[tokio::test]
async fn asking_looks_nobody_up_and_issues_a_code() {
    let table = OneAccount::holding(holder()).await;
    let answer = ask(&table, NEW, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
    assert_eq!(answer.body, Value::Null);
    assert_eq!(table.calls(), ASKED);
    let written = table.last_write();
    assert!(written.is_of_account);
    let issued = &written.set["emailChange"]["M"];
    assert_eq!(issued["to"]["S"], "ada@xn--bcher-kva.example");
    assert_eq!(issued["wrongTries"]["N"], "0");
}

#[tokio::test]
async fn within_a_minute_the_same_address_gets_nothing_and_a_corrected_one_does() {
    for (to, seconds, is_issued) in [
        (NEW, 50, false),
        (NEW, 61, true),
        ("ada@example.net", 1, true),
    ] {
        let change = pending(NEW, seconds);
        let table = with(&change).await;
        assert_eq!(ask(&table, to, PASSWORD).await.status, StatusCode::ACCEPTED);
        assert_eq!(table.calls(), ASKED[..4 + usize::from(is_issued)]);
        if is_issued {
            table.last_write().assert_demands(change.issued_at);
        }
    }
}

#[tokio::test]
async fn a_wrong_password_or_address_changes_nothing() {
    for (to, password, status, kind) in [
        (NEW, "incorrect horse", 401, "/problems/invalid-credentials"),
        ("Ada@Example.org", PASSWORD, 422, "/problems/invalid"),
        ("łukasz@example.org", PASSWORD, 422, "/problems/invalid"),
        (
            NEW,
            "Gr\u{fffd}\u{fffd}e aus Wien",
            422,
            "/problems/invalid",
        ),
    ] {
        let table = OneAccount::holding(holder()).await;
        let answer = ask(&table, to, password).await;
        assert_eq!(answer.status.as_u16(), status, "{to}");
        assert_eq!(answer.body["type"], kind, "{to}");
        assert!(table.calls().len() <= 3, "{:?}", table.calls());
    }
}

/// The stored address of an account may have an old spelling. A new spelling of the same address is not a change of address.
#[tokio::test]
async fn another_spelling_of_the_own_address_is_no_other_address() {
    let mut account = holder();
    account["email"] = json!({"S": NEW});
    let table = OneAccount::holding(account).await;
    let answer = ask(&table, "ada@XN--BCHER-KVA.example", PASSWORD).await;
    assert_eq!(
        answer.body["errors"][0]["pointer"], "/newEmail",
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn the_right_code_swaps_the_addresses_in_one_transaction() {
    let change = pending(NEW, 3_500);
    let table = with(&change).await;
    let answer = confirm(&table, &code(&table, &change).to_lowercase()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.body["email"], NEW);
    assert_eq!(answer.body["emailVerified"], true);
    assert_eq!(table.calls(), ["getitem", "transactwriteitems"]);
}

#[tokio::test]
async fn wrong_codes_are_counted_while_that_matters() {
    let fresh = pending(NEW, 10);
    let elsewhere = pending("eve@example.org", 10);
    let dead = PendingEmail {
        wrong_tries: MAX_WRONG_TRIES,
        ..fresh.clone()
    };
    let expired = pending(NEW, 3_600);
    for (change, typed, is_counted) in [
        (&fresh, &elsewhere, true),
        (&dead, &dead, false),
        (&expired, &expired, false),
    ] {
        let table = with(change).await;
        let answer = confirm(&table, &code(&table, typed)).await;
        assert_eq!(answer.body["type"], "/problems/invalid-code");
        let calls = table.calls();
        assert_eq!(calls.contains(&"updateitem".to_owned()), is_counted);
    }
    let none = OneAccount::holding(holder()).await;
    let answer = confirm(&none, &code(&none, &fresh)).await;
    assert_eq!(answer.body["type"], "/problems/invalid-code");
}

#[tokio::test]
async fn the_link_calls_off_restores_or_says_that_there_is_nothing_to_do() {
    let change = pending(NEW, 10);
    let own = Email::parse(EMAIL).unwrap();
    let now = Timestamp::now();
    let of = |table: &OneAccount, address: &Email, at| {
        let token = Objection::seal(&table.app.signing(), USER.parse().unwrap(), address, at);
        format!("{OBJECT}?token={token}")
    };
    let table = with(&change).await;
    let path = of(&table, &own, change.issued_at);
    assert_eq!(
        call(&table.app, "GET", &path, "").await.status,
        StatusCode::OK
    );
    assert!(table.calls().is_empty(), "looking changes nothing");
    assert_eq!(
        call(&table.app, "POST", &path, "").await.status,
        StatusCode::OK
    );
    assert_eq!(table.calls(), ["getitem", "updateitem"]);
    let written = table.last_write();
    assert!(
        written.is_of_account && written.update.contains("REMOVE emailChange"),
        "{written:?}"
    );

    // Now the account already has the new address. The link in the mail to the former address still undoes the change.
    let former = FormerEmail::after(None, &change.to, true, &change, now);
    let mut moved = holder();
    moved["formerEmail"] = json!({"M": {
        "email": {"S": former.email.held_as()}, "verified": {"BOOL": true},
        "issuedAt": {"S": former.issued_at.to_string()}, "changedAt": {"S": former.changed_at.to_string()},
    }});
    let table = OneAccount::holding(moved).await;
    let path = of(&table, &change.to, change.issued_at);
    assert_eq!(
        call(&table.app, "POST", &path, "").await.status,
        StatusCode::OK
    );
    // The call `query` looks for the sessions to end, and finds none.
    assert_eq!(table.calls(), ["getitem", "transactwriteitems", "query"]);

    let table = OneAccount::holding(holder()).await;
    let late = now.checked_sub(73.hours()).unwrap();
    for (address, at) in [(&change.to, now), (&own, now), (&own, late)] {
        let path = of(&table, address, at);
        assert_eq!(
            call(&table.app, "POST", &path, "").await.status,
            StatusCode::OK
        );
    }
    assert_eq!(table.calls(), ["getitem"; 3]);
    for method in ["GET", "POST"] {
        let answer = call(&table.app, method, &format!("{OBJECT}?token=x"), "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

/// Nobody may get the address of the deployment's first administrator. Signing in with this address and the deployment's
/// password would otherwise make a second administrator.
#[tokio::test]
async fn the_deployments_administrator_keeps_the_address_and_nobody_gets_it() {
    let change = pending("root@bücher.example", 10);
    let mut account = holder();
    account["emailChange"] = stored_change(&change);
    let mut table = OneAccount::holding(account).await;
    let name = |table: &mut OneAccount, email: &str| {
        let app = std::sync::Arc::get_mut(&mut table.app).unwrap();
        app.first_admin = Some(FirstAdmin {
            email: Email::parse(email).unwrap(),
            password_hash: String::new(),
        });
    };
    name(&mut table, "root@xn--bcher-kva.example");
    let answer = confirm(&table, &code(&table, &change)).await;
    assert_eq!(answer.body["type"], "/problems/email-taken");
    name(&mut table, EMAIL);
    let answer = ask(&table, NEW, PASSWORD).await;
    assert_eq!(
        answer.body["errors"][0]["pointer"], "/newEmail",
        "{}",
        answer.body
    );
}
