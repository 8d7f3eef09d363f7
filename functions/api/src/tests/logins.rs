//! Tests how many table calls a login makes, and how many hashes it computes. Both numbers are the same whether an account has
//! the email address or not.

use serde_json::json;

use super::{one_account::*, *};
use crate::passwords;

const PASSWORD: &str = "correct horse battery";

async fn log_in(table: &OneAccount, email: &str, password: &str) -> (Answer, u32) {
    let body = json!({"email": email, "password": password}).to_string();
    let before = passwords::COMPUTED.get();
    let answer = call(&table.app, "POST", "/v1/auth/login", body).await;
    (answer, passwords::COMPUTED.get() - before)
}

async fn table() -> OneAccount {
    let hash = passwords::hash_here(&PASSWORD.to_owned().into()).unwrap();
    let mut account = account();
    account["passwordHash"] = json!({ "S": hash });
    OneAccount::holding(account).await
}

#[tokio::test]
async fn an_unknown_address_costs_as_much_as_a_wrong_password() {
    let (known, unknown) = (table().await, table().await);
    let (wrong, of_wrong) = log_in(&known, EMAIL, "incorrect horse").await;
    let (nobody, of_nobody) = log_in(&unknown, "nobody@example.org", "incorrect horse").await;

    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!((wrong.status, wrong.body), (nobody.status, nobody.body));
    assert_eq!((of_wrong, of_nobody), (1, 1), "hashes");
    let failed = [
        "batchgetitem",
        "getitem",
        "getitem",
        "updateitem",
        "updateitem",
    ];
    assert_eq!(known.calls(), failed);
    assert_eq!(unknown.calls(), failed);
}

#[tokio::test]
async fn the_right_password_costs_one_hash_too() {
    let table = table().await;
    let (answer, hashes) = log_in(&table, EMAIL, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(hashes, 1);
}

async fn old_table(hash: &str) -> OneAccount {
    let mut account = account();
    account["passwordHash"] = json!({ "S": hash });
    OneAccount::holding(account).await
}

#[tokio::test]
async fn a_hash_of_an_unprepared_password_signs_in_and_is_renewed_once() {
    let raw = "cafe\u{301} au lait";
    let old = passwords::hash_here(&raw.to_owned().into()).unwrap();
    let table = old_table(&old).await;
    let (answer, hashes) = log_in(&table, EMAIL, raw).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(hashes, 2, "the prepared one, then what was typed");
    let calls = [
        "batchgetitem",
        "getitem",
        "getitem",
        "updateitem",
        "putitem",
    ];
    assert_eq!(table.calls(), calls);
    let written = table.write_of("updateitem");
    assert!(!written.update.contains("passwordChangedAt"), "{written:?}");
    written.assert_demands(&old);

    let hash = written.set["passwordHash"]["S"].as_str();
    let renewed = old_table(hash.unwrap()).await;
    for typed in [raw, "café\u{a0}au lait"] {
        let (answer, hashes) = log_in(&renewed, EMAIL, typed).await;
        assert_eq!((answer.status, hashes), (StatusCode::OK, 1), "{typed}");
    }
    assert!(!renewed.calls().contains(&"updateitem".to_owned()));
}

#[tokio::test]
async fn a_password_of_two_forms_costs_as_much_with_an_account_and_without_and_counts_once() {
    let table = table().await;
    let typed = "cafe\u{301} au lait";
    for email in [EMAIL, "nobody@example.org"] {
        let before = table.calls().len();
        let (answer, hashes) = log_in(&table, email, typed).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(hashes, 2, "{email}");
        // Two updates count the failed login: one for the email address, the other for the source.
        let counted = table.calls()[before..]
            .iter()
            .filter(|call| *call == "updateitem")
            .count();
        assert_eq!(counted, 2, "{email}");
    }
}

#[tokio::test]
async fn an_address_of_several_spellings_costs_as_many_calls_with_an_account_and_without() {
    let table = table().await;
    let (answer, _) = log_in(&table, "ada@bücher.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let failed = [
        "batchgetitem",
        "batchgetitem",
        "getitem",
        "updateitem",
        "updateitem",
    ];
    assert_eq!(table.calls(), failed);
}
