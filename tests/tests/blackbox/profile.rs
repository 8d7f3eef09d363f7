//! Tests of the changes that users make to their own account.

use serde_json::{Value, json};
use tests::{Stack, assert_invalid, assert_problem};

#[tokio::test]
async fn a_new_name_is_seen_at_once_and_changes_nothing_else() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let mut expected = user.me().await.expect(200).json;
    expected["name"] = json!("Kim Müller");

    let changed = user.patch_me(json!({"name": "  Kim Mu\u{308}ller "})).await;

    assert_eq!(changed.expect(200).json, expected);
    assert_eq!(user.me().await.expect(200).json, expected);
    let session = user.refresh(&user.account.refresh_token).await.expect(200);
    assert_eq!(session["user"], expected);
    let again = stack.log_in(&user.credentials()).await;
    assert_eq!(again.account.name, "Kim Müller");
}

#[tokio::test]
async fn what_is_not_said_stays() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let before = user.me().await.expect(200).json;

    assert_eq!(user.patch_me(json!({})).await.expect(200).json, before);
}

#[tokio::test]
async fn a_name_has_its_limits() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    for wrong in [
        json!(""),
        json!("  "),
        json!("x".repeat(101)),
        json!("evil\u{202e}eman"),
        json!("two\nlines"),
        json!(1),
        Value::Null,
    ] {
        assert_invalid(&user.patch_me(json!({ "name": wrong })).await, "/name");
    }
    let longest = json!({"name": "é".repeat(100)});
    user.patch_me(longest).await.expect(200);
}

#[tokio::test]
async fn address_role_and_verification_are_not_changed_like_this() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    for (field, value) in [
        ("email", json!("other@example.com")),
        ("role", json!("admin")),
        ("emailVerified", json!(true)),
        ("id", json!("usr_01h455vb4pex5vsknk084sn02q")),
        ("passwordHash", json!("x")),
    ] {
        let pointer = format!("/{field}");
        let mut body = json!({"name": "Kim"});
        body[field] = value;
        assert_invalid(&user.patch_me(body).await, &pointer);
    }
    assert_eq!(user.me().await.expect(200)["name"], user.account.name);
}

#[tokio::test]
async fn a_stranger_has_no_account_to_change() {
    let stack = Stack::from_env();
    let refused = stack.anyone().patch_me(json!({"name": "Kim"})).await;
    assert_problem(&refused, 401, "unauthorized");
}
