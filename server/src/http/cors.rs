//! Answers requests from web pages of other origins (the CORS protocol of the Fetch Standard). The rules are those that
//! `template.yaml` sets for API Gateway.

use std::time::Duration;

use axum::Router;
use hyper::{Method, header};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use crate::settings::Origins;

/// The maximum time for which a browser may cache the answer to a preflight request.
const MAX_AGE: Duration = Duration::from_mins(10);

/// Allows web pages from the origins `origins` to call `router`. They need no permission to send cookies, because the API uses
/// none.
pub(super) fn allowed(router: Router, origins: &Origins) -> Router {
    let cors = CorsLayer::new();
    let cors = match origins {
        Origins::All => cors.allow_origin(Any),
        Origins::Listed(listed) if listed.is_empty() => return router,
        Origins::Listed(listed) => {
            let listed = listed.iter().filter_map(|origin| origin.parse().ok());
            cors.allow_origin(AllowOrigin::list(listed))
        }
    };
    router.layer(
        cors.allow_methods([
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
        ])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            header::HeaderName::from_static("x-request-id"),
        ])
        .max_age(MAX_AGE),
    )
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use hyper::{HeaderMap, Request};
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(origins: Origins, method: Method, origin: &str) -> HeaderMap {
        let router = Router::new().route("/", get(async || "hello"));
        let request = Request::builder()
            .method(method)
            .uri("/")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "PATCH");
        let request = request.body(Body::empty()).unwrap();
        let answered = allowed(router, &origins).oneshot(request).await;
        answered.unwrap().into_parts().0.headers
    }

    #[tokio::test]
    async fn a_page_may_call_if_its_origin_is_listed() {
        let page = "https://tickets.example.org";
        let listed = || Origins::Listed(vec![page.to_owned()]);
        let allows = header::ACCESS_CONTROL_ALLOW_ORIGIN;
        let preflight = answer(listed(), Method::OPTIONS, page).await;
        assert_eq!(preflight[&allows], page);
        assert_eq!(preflight[header::ACCESS_CONTROL_MAX_AGE], "600");
        let methods = preflight[header::ACCESS_CONTROL_ALLOW_METHODS].to_str();
        assert_eq!(methods.unwrap(), "GET,POST,PUT,PATCH,DELETE");
        let headers = answer(listed(), Method::GET, page).await;
        assert_eq!(headers[&allows], page);
        assert!(headers.contains_key(header::ACCESS_CONTROL_EXPOSE_HEADERS));
        let other = answer(listed(), Method::GET, "https://example.com").await;
        assert!(!other.contains_key(&allows));
        let any = answer(Origins::All, Method::GET, "https://example.com").await;
        assert_eq!(any[&allows], "*");
        let none = answer(Origins::Listed(Vec::new()), Method::GET, page).await;
        assert!(!none.contains_key(&allows));
    }
}
