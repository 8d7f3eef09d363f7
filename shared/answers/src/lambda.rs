//! Adapts requests of API Gateway to the router.

mod raw_uri;

use lambda_http::{Request, request::RequestContext};

pub use raw_uri::encoded;

use crate::Caller;

/// Adds a [`Caller`] to a request: the IP address and the request id that API Gateway reports for the request.
#[must_use]
pub fn with_caller(mut request: Request) -> Request {
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
}
