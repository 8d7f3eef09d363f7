//! The opening handshake of WebSocket (RFC 6455, 4.2).

use axum::body::Body;
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode, Uri,
    header::{
        self, CONNECTION, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
        SEC_WEBSOCKET_VERSION, UPGRADE,
    },
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The only version of the protocol that the server supports.
const VERSION: &str = "13";

/// Returns the answer that opens the connection, or else the answer that refuses it.
pub(super) fn accepted<B>(request: &Request<B>) -> Result<Response<Body>, Box<Response<Body>>> {
    let headers = request.headers();
    let is_upgrade = request.method() == Method::GET
        && names(headers, &CONNECTION, "upgrade")
        && names(headers, &UPGRADE, "websocket");
    if !is_upgrade || !names(headers, &SEC_WEBSOCKET_VERSION, VERSION) {
        return Err(Box::new(upgrade_required()));
    }
    let Some(key) = headers.get(SEC_WEBSOCKET_KEY) else {
        return Err(Box::new(refused(StatusCode::BAD_REQUEST)));
    };
    let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes()));
    let accept = accept.map_err(|_| Box::new(refused(StatusCode::BAD_REQUEST)))?;
    let mut response = refused(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(response)
}

/// Returns whether the values of a header include `word`, in upper or lower case.
fn names(headers: &HeaderMap, header: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(header).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|listed| listed.trim().eq_ignore_ascii_case(word))
}

/// Returns an answer without a body, with this status.
pub(super) fn refused(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn upgrade_required() -> Response<Body> {
    let mut response = refused(StatusCode::UPGRADE_REQUIRED);
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static(VERSION));
    response
}

/// Returns the value of the query parameter `ticket`, if the URI has this parameter.
pub(super) fn ticket(uri: &Uri) -> Option<String> {
    let query = uri.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, ticket) = pairs.find(|(name, _)| name == "ticket")?;
    Some(ticket.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request<()> {
        let mut request = Request::get("/live?a=b&ticket=x%20y").body(()).unwrap();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        request
    }

    #[test]
    fn a_handshake_is_answered_with_the_key_of_its_client() {
        // The headers below are the example of RFC 6455, 1.3.
        let accepted = accepted(&request(&[
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]));
        let accepted = accepted.unwrap();
        assert_eq!(accepted.status(), StatusCode::SWITCHING_PROTOCOLS);
        let accept = &accepted.headers()[SEC_WEBSOCKET_ACCEPT];
        assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn what_is_no_handshake_is_told_what_one_is() {
        for headers in [
            &[][..],
            &[("connection", "upgrade"), ("upgrade", "h2c")],
            &[
                ("connection", "upgrade"),
                ("upgrade", "websocket"),
                ("sec-websocket-version", "8"),
                ("sec-websocket-key", "x"),
            ],
        ] {
            let refusal = accepted(&request(headers)).unwrap_err();
            assert_eq!(refusal.status(), StatusCode::UPGRADE_REQUIRED);
            assert_eq!(refusal.headers()[SEC_WEBSOCKET_VERSION], "13");
        }
    }

    #[test]
    fn a_ticket_is_decoded() {
        assert_eq!(ticket(request(&[]).uri()).as_deref(), Some("x y"));
        assert_eq!(ticket(&"/live?tickets=1".parse().unwrap()), None);
    }
}
