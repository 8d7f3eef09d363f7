//! Tests of query strings, charsets, HEAD and compression, at the router.

use std::io::Read as _;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, Request, header},
};
use serde_json::json;

use super::*;
use crate::openapi;

/// The header of an answer whose value is different for every request.
const OF_ONE_REQUEST: &str = "x-request-id";

/// Returns the answer to a request, with the body in the form in which it is sent.
async fn sent(request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
    let response = router(tableless()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, bytes)
}

/// Makes a request without a body.
fn plain(method: &Method, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.body(Body::empty()).unwrap()
}

/// Makes a request without a body, but with this header.
fn with(method: &Method, path: &str, name: header::HeaderName, value: &str) -> Request<Body> {
    let mut request = plain(method, path);
    request
        .headers_mut()
        .insert(name, HeaderValue::try_from(value).unwrap());
    request
}

/// Returns the pointers of all errors in a problem document of kind `invalid`.
fn pointers(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.body["type"], "/problems/invalid");
    let errors = answer.body["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["detail"].is_string()));
    errors
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect()
}

/// Returns the method and the path of every operation in the contract. Each GET is also listed as HEAD.
fn operations() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(openapi::COMMITTED).unwrap();
    let mut operations = Vec::new();
    for (route, item) in document["paths"].as_object().unwrap() {
        let path = route
            .replace("{id}", "evt_01h455vb4pex5vsknk084sn02q")
            .replace("{userId}", "usr_01h455vb4pex5vsknk084sn02q")
            .replace("{code}", "ABCD-EFGH-JKMN")
            .replace("{queue}", "mail");
        assert!(!path.contains('{'), "{path}");
        for method in item.as_object().unwrap().keys() {
            let method: Method = method.to_ascii_uppercase().parse().unwrap();
            if method == Method::GET {
                operations.push((Method::HEAD, path.clone()));
            }
            operations.push((method, path.clone()));
        }
    }
    operations
}

#[tokio::test]
async fn no_operation_takes_a_parameter_that_it_does_not_know() {
    let app = tableless();
    let operations = operations();
    assert!(operations.len() > 60, "{}", operations.len());
    for (method, path) in operations {
        let request = plain(&method, &format!("{path}?nonsense=1&nonsense=2"));
        let answer = send(router(app.clone()), request).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{method} {path}"
        );
        if method != Method::HEAD {
            assert_eq!(pointers(&answer), ["/nonsense"], "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_parameter_is_given_once_and_every_fault_is_named() {
    let app = tableless();
    for (path, expected) in [
        ("/v1/events?tag=alpha&tag=zzz", vec!["/tag"]),
        ("/v1/events?limit=1&limit=1", vec!["/limit"]),
        ("/v1/events?cursor=&cursor=", vec!["/cursor"]),
        (
            "/v1/events?q=a&Tag=b&q=c&page=2",
            vec!["/Tag", "/q", "/page"],
        ),
        ("/v1/events?q=Gr%FC%DFe", vec!["/q"]),
        ("/v1/unsubscribe?token=a&token=b", vec!["/token"]),
        (
            "/v1/unsubscribe?token=a&utm_source=mail",
            vec!["/utm_source"],
        ),
        ("/health?limit=1", vec!["/limit"]),
    ] {
        let answer = send(router(app.clone()), plain(&Method::GET, path)).await;
        assert_eq!(pointers(&answer), expected, "{path}");
    }
    // The router accepts the name of this parameter, but the operation itself refuses the parameter's value.
    let answer = send(router(app), plain(&Method::GET, "/v1/events?limit=0")).await;
    assert_eq!(pointers(&answer), ["/limit"]);
}

#[tokio::test]
async fn what_is_nowhere_stays_nowhere_whatever_its_query() {
    for (method, path, status) in [
        (Method::GET, "/v2/nothing?a=1", StatusCode::NOT_FOUND),
        (
            Method::PUT,
            "/v1/events?a=1",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (
            Method::DELETE,
            "/v1/events?tag=a&tag=b",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (
            Method::HEAD,
            "/v1/auth/login?a=1",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (Method::GET, "/health?", StatusCode::OK),
        (Method::GET, "/health?&&", StatusCode::OK),
    ] {
        let (found, ..) = sent(plain(&method, path)).await;
        assert_eq!(found, status, "{method} {path}");
    }
}

/// Tries to sign in with a body of this content type.
async fn sign_in(content_type: &str, body: &[u8], length: Option<usize>) -> Answer {
    let mut request = Request::post("/v1/auth/login").header(header::CONTENT_TYPE, content_type);
    if let Some(length) = length {
        request = request.header(header::CONTENT_LENGTH, length);
    }
    let body = Body::from(body.to_vec());
    send(router(tableless()), request.body(body).unwrap()).await
}

/// A body that is valid JSON. The operation still refuses it, because a field is missing.
const READABLE: &str = r#"{"email": "Grüße"}"#;

#[tokio::test]
async fn a_body_is_json_in_utf_8() {
    for content_type in [
        "application/json",
        "application/json;",
        "application/json;charset=utf-8",
        "application/json ; charset=UTF-8",
        "application/json; charset=utf8",
        "application/json;\tCharSet=\"Utf-8\"",
        "APPLICATION/JSON; profile=\"charset=latin1; a\"; charset=utf-8",
        "application/merge-patch+json; charset=utf-8",
    ] {
        let answer = sign_in(content_type, READABLE.as_bytes(), None).await;
        assert_eq!(pointers(&answer), ["/password"], "{content_type}");
    }
    for content_type in [
        "application/json; charset=iso-8859-1",
        "application/json; charset=\"latin1\"",
        "application/json;charset=us-ascii",
        "application/json; charset=utf-16",
        "application/json; charset=",
        "application/json; charset=utf-8; charset=iso-8859-1",
        "application/json; charset=iso-8859-1; charset=utf-8",
        "application/problem+json; profile=x; CHARSET=windows-1252",
        "application/json, application/json; charset=iso-8859-1",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "json",
        "",
    ] {
        let answer = sign_in(content_type, READABLE.as_bytes(), None).await;
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        assert_eq!(answer.status, status, "{content_type}");
        assert_eq!(answer.body["type"], "/problems/unsupported-media-type");
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let body = format!("\u{feff}{READABLE}");
    let answer = sign_in("application/json", body.as_bytes(), None).await;
    assert_eq!(pointers(&answer), ["/password"]);
}

#[tokio::test]
async fn a_key_that_is_named_twice_and_bytes_that_are_no_utf_8_are_malformed() {
    let latin_1 = b"{\"email\": \"Gr\xfc\xdfe\"}";
    // API Gateway passes the same body on with U+FFFD in place of invalid bytes, but with the original `Content-Length`.
    let mended = String::from_utf8_lossy(latin_1);
    let bodies: [(&[u8], Option<usize>); 4] = [
        (br#"{"email": "a", "email": "a", "password": "b"}"#, None),
        (br#"{"email": "a", "x": [{"y": {"z": 1, "z": 1}}]}"#, None),
        (latin_1, Some(latin_1.len())),
        (mended.as_bytes(), Some(latin_1.len())),
    ];
    for (body, length) in bodies {
        let answer = sign_in("application/json", body, length).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body:?}");
        assert_eq!(answer.body["type"], "/problems/malformed-json");
    }
    // If the caller typed U+FFFD, the field is refused and not the body. A wrong length alone does not prove that the body was
    // altered.
    for (body, length) in [(&*mended, mended.len()), (READABLE, READABLE.len() - 2)] {
        let answer = sign_in("application/json", body.as_bytes(), Some(length)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let gzip = |request: &mut Request<Body>| {
        let value = HeaderValue::from_static("gzip");
        request.headers_mut().insert(header::ACCEPT_ENCODING, value);
    };
    for path in [
        "/openapi.json",
        "/.well-known/jwks.json",
        "/health",
        "/v1/me",
        "/v1/events?limit=0",
        "/v2/nothing",
    ] {
        for compressed in [false, true] {
            let [mut get, mut head] =
                [Method::GET, Method::HEAD].map(|method| plain(&method, path));
            if compressed {
                gzip(&mut get);
                gzip(&mut head);
            }
            let (status, mut headers, body) = sent(get).await;
            let (status_of_head, mut headers_of_head, nothing) = sent(head).await;
            headers.remove(OF_ONE_REQUEST);
            headers_of_head.remove(OF_ONE_REQUEST);
            assert_eq!(
                (status_of_head, &headers_of_head),
                (status, &headers),
                "{path}"
            );
            assert!(nothing.is_empty() && !body.is_empty(), "{path}");
        }
    }
}

#[tokio::test]
async fn head_is_not_modified_either() {
    for path in ["/openapi.json", "/.well-known/jwks.json"] {
        let (_, headers, _) = sent(plain(&Method::HEAD, path)).await;
        let tag = headers[header::ETAG].to_str().unwrap();
        let again = with(&Method::HEAD, path, header::IF_NONE_MATCH, tag);
        let (status, of_again, body) = sent(again).await;
        assert_eq!(status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(body.is_empty());
        for name in [header::ETAG, header::CACHE_CONTROL, header::VARY] {
            assert_eq!(of_again[&name], headers[&name], "{name} of {path}");
        }
    }
}

#[tokio::test]
async fn an_answer_of_a_kilobyte_and_more_is_compressed_for_a_caller_who_asks() {
    let path = "/openapi.json";
    let (_, headers, body) = sent(plain(&Method::GET, path)).await;
    assert!(!headers.contains_key(header::CONTENT_ENCODING));
    assert_eq!(headers[header::VARY], "accept-encoding, authorization");

    let asking = with(
        &Method::GET,
        path,
        header::ACCEPT_ENCODING,
        "br, gzip;q=0.9",
    );
    let (status, compressed, bytes) = sent(asking).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(compressed[header::CONTENT_ENCODING], "gzip");
    assert_eq!(compressed[header::CONTENT_LENGTH], bytes.len().to_string());
    assert!(bytes.len() * 4 < body.len(), "{} bytes", bytes.len());
    let mut read = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(&*bytes);
    decoder.read_to_end(&mut read).unwrap();
    assert_eq!(read, body);
    for name in [header::CONTENT_TYPE, header::CACHE_CONTROL, header::VARY] {
        assert_eq!(compressed[&name], headers[&name], "{name}");
    }

    // The compressed and the uncompressed form of an answer have different tags. The answer is 304 only if the caller has the
    // tag of the same form.
    let (tag, other) = (&headers[header::ETAG], &compressed[header::ETAG]);
    assert_ne!(tag, other);
    for (kept, accepted, status) in [
        (tag, "identity", StatusCode::NOT_MODIFIED),
        (tag, "gzip", StatusCode::OK),
        (other, "identity", StatusCode::OK),
        (other, "gzip", StatusCode::NOT_MODIFIED),
    ] {
        let mut request = with(&Method::GET, path, header::ACCEPT_ENCODING, accepted);
        request
            .headers_mut()
            .insert(header::IF_NONE_MATCH, kept.clone());
        let (found, of_answer, _) = sent(request).await;
        assert_eq!(found, status, "{kept:?} for {accepted}");
        assert_eq!(of_answer[header::VARY], headers[header::VARY]);
        let is_coded = of_answer.contains_key(header::CONTENT_ENCODING);
        assert_eq!(is_coded, status == StatusCode::OK && accepted == "gzip");
    }
}

#[tokio::test]
async fn what_is_small_is_not_compressed_and_a_long_refusal_is() {
    let asking = |path: &str| with(&Method::GET, path, header::ACCEPT_ENCODING, "gzip");
    let (status, headers, body) = sent(asking("/health")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!headers.contains_key(header::CONTENT_ENCODING) && body.len() < 1_000);
    assert_eq!(headers[header::VARY], "accept-encoding");

    let names: Vec<String> = (0..50).map(|at| format!("parameter{at}")).collect();
    let (status, headers, bytes) = sent(asking(&format!("/health?{}", names.join("&")))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
    let problem: Value = serde_json::from_reader(flate2::read::GzDecoder::new(&*bytes)).unwrap();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 50);
    assert_eq!(problem["type"], json!("/problems/invalid"));
}
