//! What a login costs: the same calls and the same hashes, whether the address has an account or not.

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
    let hash = passwords::hash(&PASSWORD.to_owned().into()).unwrap();
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
