//! Tests of the list of an account's sessions, of who may read it, and of the ways to end a session.

use serde_json::{Value, json};
use tests::{
    Account, Method, Stack, User, assert_refused, assert_since, is_type_id, shape_of, time_in,
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

/// Logs in with the user agent `agent`, and returns the user with the new session.
async fn log_in_with(stack: &Stack, user: &User, agent: &str) -> User {
    let credentials = user.credentials();
    let body = json!({"email": credentials.email, "password": credentials.password});
    let call = stack.anyone().call(Method::POST, "/v1/auth/login");
    let answer = call.header("user-agent", agent).json(&body).send().await;
    stack.sign_in(Account::from_answer(
        &answer.expect(200),
        &credentials.password,
    ))
}

/// Returns the session in which `user` is signed in, as the list of sessions shows it.
async fn current(user: &User) -> Value {
    let sessions = user.sessions().await;
    let mut current = sessions.iter().filter(|session| session["current"] == true);
    match (current.next(), current.next()) {
        (Some(session), None) => session.clone(),
        _ => panic!("not one current session in {sessions:?}"),
    }
}

/// Returns the id of the session in which `user` is signed in.
pub(crate) async fn current_id(user: &User) -> String {
    let session = current(user).await;
    session["id"].as_str().unwrap_or_default().to_owned()
}

fn ids(sessions: &[Value]) -> Vec<&str> {
    let ids = sessions.iter().map(|session| session["id"].as_str());
    ids.map(Option::unwrap_or_default).collect()
}

#[tokio::test]
async fn somebody_sees_their_sessions_and_which_of_them_asks() {
    let stack = Stack::from_env();
    let begun = jiff::Timestamp::now();
    let first = stack.register_user().await;
    let laptop = log_in_with(&stack, &first, FIREFOX).await;
    let phone = log_in_with(&stack, &first, SAFARI).await;
    let stranger = stack.register_user().await;

    let answer = laptop.get("/v1/me/sessions").await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let sessions = answer.items();
    let column = |name: &str| -> Vec<Value> {
        let column = sessions.iter().map(|session| session[name].clone());
        column.collect()
    };
    assert_eq!(
        column("client"),
        [
            json!("Safari on iPhone"),
            json!("Firefox on Linux"),
            Value::Null
        ]
    );
    assert_eq!(column("current"), [json!(false), json!(true), json!(false)]);
    for session in sessions {
        assert!(is_type_id(session["id"].as_str().unwrap(), "ses"));
        assert_since(begun, &session["createdAt"]);
        assert_eq!(session["lastUsedAt"], session["createdAt"], "{session}");
    }
    insta::assert_json_snapshot!(shape_of(&sessions[0]), @r#"
    {
      "client": "Safari on iPhone",
      "createdAt": "[time]",
      "current": false,
      "id": "ses_[id]",
      "lastUsedAt": "[time]"
    }
    "#);
    assert!(!answer.text.contains("Mozilla"), "{answer}");
    assert_eq!(ids(sessions)[0], current_id(&phone).await);
    assert_eq!(stranger.sessions().await.len(), 1);
    assert_eq!(phone.every_item("/v1/me/sessions", 1).await.len(), 3);
    assert_refused(&stack.anyone().get("/v1/me/sessions").await, 401);

    // A refresh counts as a use of the session. The session keeps its id and its creation time.
    let before = current(&phone).await;
    let token = json!({"refreshToken": phone.account.refresh_token});
    let call = stack.anyone().call(Method::POST, "/v1/auth/refresh");
    let call = call.header("user-agent", "curl/8.14.1").json(&token);
    let pair = call.send().await.expect(200);
    let phone = stack.sign_in(Account::from_answer(&pair, &phone.account.password));
    let after = current(&phone).await;
    assert_eq!(after["client"], "curl");
    assert_eq!(
        (&after["id"], &after["createdAt"]),
        (&before["id"], &before["createdAt"])
    );
    assert!(time_in(&after["lastUsedAt"]) > time_in(&before["lastUsedAt"]));
}

#[tokio::test]
async fn a_session_that_is_ended_buys_nothing_and_is_not_listed() {
    let stack = Stack::from_env();
    let laptop = stack.register_user().await;
    let phone = stack.log_in(&laptop.credentials()).await;
    let stranger = stack.register_user().await;
    let lost = current_id(&phone).await;

    assert_refused(&stack.anyone().end_session(&lost).await, 401);
    assert_refused(&stranger.end_session(&lost).await, 404);
    // The id of a session is not accepted in place of a refresh token or an access token.
    assert_refused(&stack.anyone().refresh(&lost).await, 401);
    assert_refused(&stack.anyone().with_token(&*lost).me().await, 401);
    for unknown in ["ses_01h455vb4pex5vsknk084sn02q", "ses_x", laptop.id()] {
        assert_refused(&laptop.end_session(unknown).await, 404);
    }
    assert_eq!(laptop.sessions().await.len(), 2);

    for _ in 0..2 {
        let ended = laptop.end_session(&lost).await.expect(204);
        assert!(ended.text.is_empty(), "{ended}");
    }
    assert_refused(&phone.refresh(&phone.account.refresh_token).await, 401);
    assert_eq!(ids(&laptop.sessions().await), [current_id(&laptop).await]);
    let renewed = laptop.refresh(&laptop.account.refresh_token).await;
    renewed.expect(200);

    // A user may also end their own current session.
    let own = current_id(&laptop).await;
    laptop.end_session(&own).await.expect(204);
    let next = stack.log_in(&laptop.credentials()).await;
    assert_eq!(ids(&next.sessions().await), [current_id(&next).await]);
}

#[tokio::test]
async fn all_other_sessions_end_at_once() {
    let stack = Stack::from_env();
    let others = stack.register_user().await;
    let more = stack.log_in(&others.credentials()).await;
    let own = stack.log_in(&others.credentials()).await;
    let stranger = stack.register_user().await;

    assert_refused(&stack.anyone().end_other_sessions().await, 401);
    for _ in 0..2 {
        own.end_other_sessions().await.expect(204);
    }

    assert_eq!(ids(&own.sessions().await), [current_id(&own).await]);
    for other in [&others, &more] {
        assert_refused(&other.refresh(&other.account.refresh_token).await, 401);
    }
    for alive in [&own, &stranger] {
        let renewed = alive.refresh(&alive.account.refresh_token).await;
        renewed.expect(200);
    }
}

#[tokio::test]
async fn sessions_end_with_the_password_and_with_a_log_out() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let (old, new) = (&user.account.password, "another horse battery");
    let gone = stack.log_in(&user.credentials()).await;
    gone.log_out(&gone.account.refresh_token).await.expect(204);
    assert_eq!(user.sessions().await.len(), 1);

    user.change_password(old, new).await.expect(204);
    let credentials = tests::Credentials {
        password: new.to_owned(),
        ..user.credentials()
    };
    let now = stack.log_in(&credentials).await;
    assert_eq!(ids(&now.sessions().await), [current_id(&now).await]);
}

#[tokio::test]
async fn an_export_has_the_sessions_that_are_over_too() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let phone = log_in_with(&stack, &user, SAFARI).await;
    let ended = current_id(&phone).await;
    user.end_session(&ended).await.expect(204);

    let export = user.get("/v1/me/export").await.expect(200);

    let own = current_id(&user).await;
    let sessions = export["sessions"].as_array().cloned().unwrap_or_default();
    assert_eq!(ids(&sessions), [&*ended, &*own]);
    assert_eq!(sessions[0]["client"], "Safari on iPhone", "{export}");
    assert_eq!(sessions[0]["ended"], true, "{export}");
    assert_eq!(sessions[1]["ended"], false, "{export}");
    for token in [&user.account.refresh_token, &user.account.access_token] {
        assert!(!export.text.contains(&**token), "{export}");
    }
}
