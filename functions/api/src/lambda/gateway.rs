//! Adapts requests and answers to API Gateway.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use lambda_http::{Request, request::RequestContext};

use crate::Caller;

/// Adds a [`Caller`] to a request: the IP address and the request id that API Gateway reports for the request.
pub(super) fn with_caller(mut request: Request) -> Request {
    if let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get() {
        let address = context.http.source_ip.as_ref();
        let caller = Caller {
            address: address.and_then(|address| address.parse().ok()),
            request_id: context.request_id.clone(),
        };
        request.extensions_mut().insert(caller);
    }
    request
}

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
    use lambda_http::{Body, aws_lambda_events::apigw::ApiGatewayV2httpRequestContext};

    use super::*;

    fn caller(context: RequestContext) -> Option<Caller> {
        let request = lambda_http::http::Request::builder().extension(context);
        let request = with_caller(request.body(Body::Empty).unwrap());
        request.extensions().get().cloned()
    }

    #[test]
    fn a_caller_is_who_api_gateway_saw() {
        let mut context = ApiGatewayV2httpRequestContext::default();
        context.request_id = Some("r1".to_owned());
        context.http.source_ip = Some("2001:db8::1".to_owned());
        let seen = caller(RequestContext::ApiGatewayV2(context));
        let expected = Caller {
            address: Some("2001:db8::1".parse().unwrap()),
            request_id: Some("r1".to_owned()),
        };
        assert_eq!(seen, Some(expected));
        let nothing = RequestContext::ApiGatewayV2(ApiGatewayV2httpRequestContext::default());
        assert_eq!(caller(nothing), Some(Caller::default()));
    }

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
