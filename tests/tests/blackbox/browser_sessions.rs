//! Tests of sessions of browsers: the refresh token is in a cookie, and only pages of the own origin may use it.

use serde_json::json;
use tests::{BROWSER_SESSIONS, Method, Stack, assert_problem, assert_refused, unique};

#[tokio::test]
async fn a_page_gets_an_access_token_and_the_browser_keeps_the_rest() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let page = stack.anyone();
    let session = page.log_in_page(&user.credentials()).await.expect(200);
    let first = session.session_cookie();
    assert_eq!(session["user"]["id"], user.id());
    let me = page.with_token(session.text_of("accessToken"));
    assert_eq!(me.me().await.expect(200)["id"], user.id());

    let renewed = page.refresh_page(&first).await.expect(200);
    let second = renewed.session_cookie();
    assert_ne!(second, first);
    let me = page.with_token(renewed.text_of("accessToken"));
    let current = me.sessions().await;
    let current = current.iter().filter(|one| one["current"] == true);
    assert_eq!(current.count(), 1);

    let log_out = async || {
        let call = page.from_page("logout").header("cookie", &second);
        call.send().await.expect(204).assert_removes_cookie();
    };
    log_out().await;
    let refused = page.refresh_page(&second).await;
    assert_problem(&refused, 401, "invalid-token");
    refused.assert_removes_cookie();
    // A page repeats a request whose answer was lost.
    log_out().await;
    let without = page.from_page("logout").send().await;
    without.expect(204).assert_removes_cookie();
}

#[tokio::test]
async fn a_page_signs_a_new_account_up() {
    let stack = Stack::from_env();
    let email = format!("{}@example.org", unique());
    let body = json!({"email": email, "password": "correct horse battery", "name": "Ada Lovelace"});
    let sign_up = async || {
        stack
            .anyone()
            .from_page("register")
            .json(&body)
            .send()
            .await
    };
    let session = sign_up().await.expect(201);
    assert_eq!(session["user"]["email"], email);
    let renewed = stack.anyone().refresh_page(&session.session_cookie()).await;
    renewed.expect(200).session_cookie();
    assert_problem(&sign_up().await, 409, "email-taken");
}

#[tokio::test]
async fn a_stolen_cookie_ends_the_session() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let page = stack.anyone();
    let session = page.log_in_page(&user.credentials()).await.expect(200);
    let stolen = session.session_cookie();
    let mut newest = stolen.clone();
    for _ in 0..2 {
        let renewed = page.refresh_page(&newest).await.expect(200);
        newest = renewed.session_cookie();
    }
    let reused = page.refresh_page(&stolen).await;
    assert_problem(&reused, 401, "token-reused");
    reused.assert_removes_cookie();
    assert_refused(&page.refresh_page(&newest).await, 401);
}

#[tokio::test]
async fn pages_of_other_origins_and_programs_are_refused() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let page = stack.anyone();
    let session = page.log_in_page(&user.credentials()).await.expect(200);
    let cookie = session.session_cookie();
    let body =
        json!({"email": user.account.email, "password": user.account.password, "name": "Ada"});
    for operation in ["login", "register", "refresh", "logout"] {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[],
        ] {
            let path = format!("{BROWSER_SESSIONS}/{operation}");
            let mut call = page.call(Method::POST, &path).header("cookie", &cookie);
            for (name, value) in headers {
                call = call.header(name, value);
            }
            let answer = call.json(&body).send().await;
            assert_problem(&answer, 403, "foreign-origin");
        }
    }
    // No refused request has ended the session.
    page.refresh_page(&cookie).await.expect(200);
}

#[tokio::test]
async fn a_browser_without_fetch_metadata_proves_its_origin_by_the_host() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let credentials = user.credentials();
    let body = json!({"email": credentials.email, "password": credentials.password});
    let path = format!("{BROWSER_SESSIONS}/login");
    let (scheme, rest) = stack.http_url().split_once("://").unwrap();
    let host = rest.split('/').next().unwrap();
    let origin = format!("{scheme}://{host}");
    let call = stack.anyone().call(Method::POST, &path);
    let answer = call.header("origin", &origin).json(&body).send().await;
    answer.expect(200).session_cookie();
}

#[tokio::test]
async fn a_cookie_without_a_token_is_refused() {
    let stack = Stack::from_env();
    let page = stack.anyone();
    assert_problem(
        &page.from_page("refresh").send().await,
        401,
        "invalid-token",
    );
    for cookie in [
        "em-connect-session=",
        "em-connect-session=nonsense",
        "session=abc",
        ";;=",
    ] {
        let answer = page.refresh_page(cookie).await;
        assert_problem(&answer, 401, "invalid-token");
    }
}

#[tokio::test]
async fn a_page_that_may_have_no_session_gets_no_error() {
    let stack = Stack::from_env();
    let page = stack.anyone();
    let refresh = async |cookie: &str, optional: &str| {
        let call = page.from_page("refresh").header("cookie", cookie);
        call.header("session-optional", optional).send().await
    };
    let without = refresh("theme=dark", "true").await.expect(204);
    assert_eq!(without.header("set-cookie"), "");
    for value in ["false", ""] {
        assert_problem(&refresh("theme=dark", value).await, 401, "invalid-token");
    }
    // A session that has ended is no session that never began.
    let ended = refresh("em-connect-session=nonsense", "true").await;
    assert_problem(&ended, 401, "invalid-token");
    ended.assert_removes_cookie();

    let user = stack.register_user().await;
    let session = page.log_in_page(&user.credentials()).await.expect(200);
    let renewed = refresh(&session.session_cookie(), "true").await;
    renewed.expect(200).session_cookie();
    let foreign = page
        .call(Method::POST, &format!("{BROWSER_SESSIONS}/refresh"))
        .header("session-optional", "true");
    assert_problem(&foreign.send().await, 403, "foreign-origin");
}
