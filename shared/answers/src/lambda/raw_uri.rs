//! Encodes the path and the query of API Gateway's requests, so that together they are a valid URI.
//!
//! API Gateway decodes the path, so a `?` in the path is an ordinary character. API Gateway passes the query on unchanged, even
//! if the query has characters that no URI may contain. `lambda_http` joins path and query without encoding them. So the path
//! would end at the `?`, and `lambda_http` panics if the result is not a URI.

use lambda_http::{LambdaEvent, request::LambdaRequest};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The ASCII characters that the query of a URI cannot contain (the "query percent-encode set" of the URL Standard). Characters
/// outside ASCII are always encoded.
const IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
/// The characters that a URI parser would treat as the end of the path, drop, or read as `/`.
const IN_PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'#').add(b'?').add(b'\\');

/// Percent-encodes the characters of the event's path and query that cannot be part of a URI.
#[must_use]
pub fn encoded(mut event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    if let LambdaRequest::ApiGatewayV2(request) = &mut event.payload {
        encode(&mut request.raw_path, IN_PATH);
        encode(&mut request.raw_query_string, IN_QUERY);
    }
    event
}

fn encode(text: &mut Option<String>, set: &'static AsciiSet) {
    if let Some(text) = text {
        *text = utf8_percent_encode(text, set).to_string();
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::{Context, Request, aws_lambda_events::apigw::ApiGatewayV2httpRequest};

    use super::*;

    fn uri(path: &str, query: &str) -> (String, String) {
        let mut request = ApiGatewayV2httpRequest::default();
        request.raw_path = Some(path.to_owned());
        request.raw_query_string = Some(query.to_owned());
        let event = LambdaEvent::new(LambdaRequest::ApiGatewayV2(request), Context::default());
        let request: Request = encoded(event).payload.into();
        let uri = request.uri();
        let query = uri.query().unwrap_or_default();
        (uri.path().to_owned(), query.to_owned())
    }

    #[test]
    fn a_query_is_a_query_whatever_was_sent() {
        for (sent, query) in [
            ("", ""),
            ("q=a+b%20c&tag=x", "q=a+b%20c&tag=x"),
            ("q=<a>&tag=\"x\"", "q=%3Ca%3E&tag=%22x%22"),
            ("q=Grüße #1", "q=Gr%C3%BC%C3%9Fe%20%231"),
            ("q=%zz%&a?b", "q=%zz%&a?b"),
            ("q=a|b^c`{d}\\", "q=a|b^c`{d}\\"),
            ("\u{0}\r\n\u{7f}", "%00%0D%0A%7F"),
        ] {
            assert_eq!(uri("/v1/events", sent), ("/v1/events".into(), query.into()));
        }
    }

    #[test]
    fn a_path_does_not_end_at_a_character_that_was_encoded() {
        for (sent, path) in [
            ("/v1/tickets/a", "/v1/tickets/a"),
            ("/v1/tickets/a?b=c", "/v1/tickets/a%3Fb=c"),
            ("/v1/tickets/a#b", "/v1/tickets/a%23b"),
            ("/v1/tickets/a%25b", "/v1/tickets/a%25b"),
            ("/v1/tickets/a\\b\tc", "/v1/tickets/a%5Cb%09c"),
            ("/v1/tickets/<ü> ", "/v1/tickets/%3C%C3%BC%3E%20"),
        ] {
            assert_eq!(uri(sent, "limit=1"), (path.into(), "limit=1".into()));
        }
    }
}
