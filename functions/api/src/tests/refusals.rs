//! Snapshots of refusals for which the API reads at most the caller's account.

use axum::{
    body::Body,
    http::{Request, header},
};
use insta::assert_snapshot;

use super::{one_account::app_of_an_organizer, *};

/// Returns the status and the problem document as text.
fn shown(answer: &Answer) -> String {
    assert!(answer.headers.contains_key("x-request-id"));
    format!(
        "{}\n{}",
        answer.status,
        serde_json::to_string_pretty(&answer.body).unwrap()
    )
}

#[tokio::test]
async fn an_unknown_path_is_a_problem_document() {
    let answer = call(&tableless(), "GET", "/v2/nothing", "").await;
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        "application/problem+json"
    );
    assert_snapshot!(shown(&answer), @r#"
    404 Not Found
    {
      "detail": "There is nothing here, or nothing that you may see.",
      "status": 404,
      "title": "Not found",
      "type": "/problems/not-found"
    }
    "#);
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let answer = call(&tableless(), "PUT", "/v1/events", "").await;
    let allowed = answer.headers[header::ALLOW].to_str().unwrap();
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed}"
    );
    assert_snapshot!(shown(&answer), @r#"
    405 Method Not Allowed
    {
      "detail": "This path does not take this method; the Allow header lists those that it takes.",
      "status": 405,
      "title": "Method not allowed",
      "type": "/problems/method-not-allowed"
    }
    "#);
}

#[tokio::test]
async fn several_faults_are_told_at_once() {
    let body = r#"{"title": " ", "venue": "a\u0000", "startsAt": "2027-05-01T18:00:00", "endsAt": "2027-05-01T18:00:00Z",
        "timezone": "Mars/Olympus", "capacity": 0, "tags": ["ok", ""]}"#;
    assert_snapshot!(shown(&call(&app_of_an_organizer().await, "POST", "/v1/events", body).await), @r#"
    422 Unprocessable Entity
    {
      "detail": "Some fields cannot be accepted; `errors` names them.",
      "errors": [
        {
          "code": "empty",
          "detail": "must not be empty",
          "pointer": "/title"
        },
        {
          "code": "forbidden-character",
          "detail": "must not contain control or text-direction characters",
          "pointer": "/venue"
        },
        {
          "code": "not-a-time",
          "detail": "must be a time with its offset, such as 2027-05-01T18:00:00Z, between the years 2000 and 9998",
          "pointer": "/startsAt"
        },
        {
          "code": "not-a-zone",
          "detail": "must be the name of a time zone such as Europe/Berlin",
          "pointer": "/timezone"
        },
        {
          "code": "out-of-range",
          "detail": "must be a whole number from 1 to 100000",
          "max": 100000,
          "min": 1,
          "pointer": "/capacity"
        },
        {
          "code": "empty",
          "detail": "must not be empty",
          "pointer": "/tags/1"
        }
      ],
      "status": 422,
      "title": "Invalid input",
      "type": "/problems/invalid"
    }
    "#);
}

#[tokio::test]
async fn a_text_that_shows_nothing_or_has_lost_characters_is_told_so() {
    let body = r#"{"title": "\u200b", "venue": "\u2800", "description": "\u3164", "category": "Gr\ufffd\ufffde",
        "tags": ["\u00a0"], "startsAt": "2027-05-01T18:00:00Z", "endsAt": "2027-05-01T19:00:00Z", "timezone": "UTC",
        "capacity": 1}"#;
    let answer = call(&app_of_an_organizer().await, "POST", "/v1/events", body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let invisible = "must have at least one visible character";
    let lost = "must not contain U+FFFD, which stands for a character that was lost: send the text in UTF-8";
    let expected = serde_json::json!([
        {"pointer": "/title", "code": "invisible", "detail": invisible},
        {"pointer": "/description", "code": "invisible", "detail": invisible},
        {"pointer": "/venue", "code": "invisible", "detail": invisible},
        {"pointer": "/category", "code": "lost-character", "detail": lost},
        {"pointer": "/tags/0", "code": "invisible", "detail": invisible},
    ]);
    assert_eq!(answer.body["errors"], expected);
}

#[tokio::test]
async fn a_schedule_must_not_contradict_itself() {
    let body = r#"{"title": "a", "venue": "b", "startsAt": "2027-05-01T18:00:00Z", "endsAt": "2027-05-01T18:00:00Z",
        "timezone": "UTC", "capacity": 1, "registrationOpensAt": "2027-05-02T00:00:00Z"}"#;
    assert_snapshot!(shown(&call(&app_of_an_organizer().await, "POST", "/v1/events", body).await), @r#"
    422 Unprocessable Entity
    {
      "detail": "Some fields cannot be accepted; `errors` names them.",
      "errors": [
        {
          "code": "end-not-after-start",
          "detail": "must be after startsAt",
          "pointer": "/endsAt"
        },
        {
          "code": "opens-after-closing",
          "detail": "must be before registration closes, which is at registrationClosesAt or the start",
          "pointer": "/registrationOpensAt"
        }
      ],
      "status": 422,
      "title": "Invalid input",
      "type": "/problems/invalid"
    }
    "#);
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    let body =
        r#"{"email": "a@example.org", "password": "correct horse", "name": "A", "role": "admin"}"#;
    assert_snapshot!(shown(&call(&tableless(), "POST", "/v1/auth/register", body).await), @r#"
    422 Unprocessable Entity
    {
      "detail": "Some fields cannot be accepted; `errors` names them.",
      "errors": [
        {
          "code": "unknown",
          "detail": "is not a field of this request",
          "pointer": "/role"
        }
      ],
      "status": 422,
      "title": "Invalid input",
      "type": "/problems/invalid"
    }
    "#);
}

#[tokio::test]
async fn a_body_may_have_64_kib() {
    let body = |len: usize| format!("{}{}", r#"{"email": "a"}"#, " ".repeat(len - 14));
    assert_eq!(
        call(&tableless(), "POST", "/v1/auth/register", body(65_536))
            .await
            .status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_snapshot!(shown(&call(&tableless(), "POST", "/v1/auth/register", body(65_537)).await), @r#"
    413 Payload Too Large
    {
      "detail": "The body must have at most 65,536 bytes.",
      "status": 413,
      "title": "Body too large",
      "type": "/problems/payload-too-large"
    }
    "#);
}

#[tokio::test]
async fn a_body_must_be_json() {
    let request = Request::post("/v1/auth/login")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    assert_snapshot!(shown(&send(router(tableless()), request).await), @r#"
    415 Unsupported Media Type
    {
      "detail": "The body must be JSON in UTF-8: `Content-Type: application/json`.",
      "status": 415,
      "title": "Unsupported media type",
      "type": "/problems/unsupported-media-type"
    }
    "#);
    assert_snapshot!(shown(&call(&tableless(), "POST", "/v1/auth/login", "{").await), @r#"
    400 Bad Request
    {
      "detail": "The body is not valid JSON in UTF-8, or names a key of an object twice.",
      "status": 400,
      "title": "Malformed JSON",
      "type": "/problems/malformed-json"
    }
    "#);
}

#[tokio::test]
async fn a_stranger_is_asked_to_sign_in() {
    let app = tableless();
    for value in [
        None,
        Some("Bearer "),
        Some("Bearer a.b.c"),
        Some("Basic YTpi"),
        Some("garbage"),
    ] {
        let request = Request::get("/v1/me");
        let request = value.map_or(Request::get("/v1/me"), |value| {
            request.header(header::AUTHORIZATION, value)
        });
        let answer = send(router(app.clone()), request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{value:?}");
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    }
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let app = app_of_an_organizer().await;
    for id in [
        "x",
        "evt_",
        "usr_01h455vb4pex5vsknk084sn02q",
        "%F0%9F%8E%9F",
        "evt_01H455VB4PEX5VSKNK084SN02Q",
        &"e".repeat(300),
    ] {
        assert_eq!(
            call(&app, "GET", &format!("/v1/events/{id}"), "")
                .await
                .status,
            StatusCode::NOT_FOUND,
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_change_must_say_which_version_it_means() {
    let answer = call(
        &app_of_an_organizer().await,
        "PATCH",
        "/v1/events/evt_01h455vb4pex5vsknk084sn02q",
        "{}",
    )
    .await;
    assert_snapshot!(shown(&answer), @r#"
    428 Precondition Required
    {
      "detail": "Say which version you are changing: `If-Match: <ETag of the event>`.",
      "status": 428,
      "title": "If-Match missing",
      "type": "/problems/precondition-required"
    }
    "#);
}
