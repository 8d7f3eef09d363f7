//! Adapts answers to API Gateway.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

/// Makes `lambda_http` return a CSV file as bytes. As text, `lambda_http` would decode the file and drop its byte order mark.
/// `lambda_http` does not decode an answer that has a `Content-Encoding`, so this function adds one.
pub(super) fn sent_as_bytes(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let is_csv = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/csv"));
    if is_csv {
        headers
            .entry(header::CONTENT_ENCODING)
            .or_insert(HeaderValue::from_static("identity"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_keeps_its_byte_order_mark() {
        let coding = |kind: &'static str| {
            let kind = HeaderValue::from_static(kind);
            let mut response = Response::default();
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            let response = sent_as_bytes(response);
            response.headers().get(header::CONTENT_ENCODING).cloned()
        };
        assert_eq!(coding("text/csv; charset=utf-8").unwrap(), "identity");
        assert_eq!(coding("application/json"), None);
    }
}
