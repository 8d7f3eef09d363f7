//! Adapts requests of API Gateway to the router.

mod cdn;
mod raw_uri;

use lambda_http::{Request, request::RequestContext};

pub use cdn::CdnSecret;
pub use raw_uri::encoded;

use crate::Caller;

/// Adds a [`Caller`] to a request: the IP address and the request id that API Gateway reports for the request. If the request
/// came through the content delivery network that knows the secret `cdn`, the address is the one that the network reports.
#[must_use]
pub fn with_caller(cdn: Option<&CdnSecret>, mut request: Request) -> Request {
    let viewer = cdn.and_then(|cdn| cdn.viewer(request.headers_mut()));
    if let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get() {
        let address = context.http.source_ip.as_ref();
        let caller = Caller {
            address: viewer.or_else(|| address?.parse().ok()),
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
        let request = with_caller(None, request.body(Body::Empty).unwrap());
        request.extensions().get().cloned()
    }

    #[test]
    fn behind_a_cdn_a_caller_is_who_the_cdn_saw() {
        let secret: CdnSecret = "s3cret".parse().unwrap();
        let address = |sent: &str, cdn: Option<&CdnSecret>| {
            let mut context = ApiGatewayV2httpRequestContext::default();
            context.http.source_ip = Some("192.0.2.1".to_owned());
            let request = lambda_http::http::Request::builder()
                .header("x-em-connect-cdn", sent)
                .header("cloudfront-viewer-address", "198.51.100.7:46532")
                .extension(RequestContext::ApiGatewayV2(context));
            let request = with_caller(cdn, request.body(Body::Empty).unwrap());
            let caller: Option<&Caller> = request.extensions().get();
            caller.unwrap().address.unwrap().to_string()
        };
        assert_eq!(address("s3cret", Some(&secret)), "198.51.100.7");
        assert_eq!(address("guess", Some(&secret)), "192.0.2.1");
        assert_eq!(address("s3cret", None), "192.0.2.1");
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
