//! The cookie that holds a refresh token.

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
    response::AppendHeaders,
};
use domain::security::refresh_token::LIFETIME_SECONDS;

use crate::{
    problem::ApiError,
    views::{BrowserSessionView, SessionView},
};

/// The name of the cookie.
const NAME: &str = "em-connect-session";
/// The attributes of the cookie: no script can read it, and a browser sends it only to the operations of browsers' sessions, and
/// only for a page of the same site. Browsers treat `http://localhost` like https.
const ATTRIBUTES: &str = "Path=/v1/auth/browser; HttpOnly; Secure; SameSite=Strict";

/// The response header that stores a cookie.
pub(super) type SetCookie = AppendHeaders<[(header::HeaderName, String); 1]>;

/// The refresh token in the request's cookie.
#[derive(Debug)]
pub(crate) struct SessionCookie(pub(super) String);

impl<S: Sync> FromRequestParts<S> for SessionCookie {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        token(&parts.headers)
            .map(|token| Self(token.to_owned()))
            .ok_or(ApiError::InvalidRefreshToken)
    }
}

/// Splits a session into a cookie with the refresh token, and a body with the rest. The cookie lasts as long as the session lasts
/// without a refresh.
pub(super) fn split(session: SessionView) -> (SetCookie, Json<BrowserSessionView>) {
    let (session, refresh_token) = session.for_browser();
    let cookie = AppendHeaders([(
        header::SET_COOKIE,
        format!("{NAME}={refresh_token}; Max-Age={LIFETIME_SECONDS}; {ATTRIBUTES}"),
    )]);
    (cookie, Json(session))
}

/// Returns the header that removes the cookie.
pub(super) fn removed() -> SetCookie {
    AppendHeaders([(
        header::SET_COOKIE,
        format!("{NAME}=; Max-Age=0; {ATTRIBUTES}"),
    )])
}

/// Returns the refresh token among the request's cookies. Behind some gateways a request has several `Cookie` headers. If there
/// are two tokens, the site of a subdomain may have added one, which could sign the visitor in as somebody else. Then neither
/// counts.
fn token(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).into_iter();
    let mut tokens = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(name, value)| *name == NAME && !value.is_empty());
    let (_, token) = tokens.next()?;
    tokens.next().is_none().then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        for (cookies, found) in [
            (&["em-connect-session=abc"][..], Some("abc")),
            (&["a=b; em-connect-session=abc;c=d"], Some("abc")),
            (&["a=b", "em-connect-session=abc"], Some("abc")),
            (&["em-connect-session="], None),
            (&["em-connect-session=a; em-connect-session=b"], None),
            (&["em-connect-session=a", "em-connect-session=b"], None),
            (&["xem-connect-session=abc; em-connect-sessions=d"], None),
            (&["em-connect-session"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in cookies {
                headers.append(header::COOKIE, value.parse().unwrap());
            }
            assert_eq!(token(&headers), found, "{cookies:?}");
        }
    }
}
