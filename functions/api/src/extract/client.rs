//! Extracts the kind of client that sent a request.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use domain::accounts::client_kind::ClientKind;

/// The kind of client that sent a request, from the header `User-Agent`; `None` if the kind is unknown.
#[derive(Debug, Clone)]
pub(crate) struct FromClient(pub(crate) Option<ClientKind>);

impl<S: Sync> FromRequestParts<S> for FromClient {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(header::USER_AGENT);
        let text = header.and_then(|header| header.to_str().ok());
        Ok(Self(text.and_then(ClientKind::from_user_agent)))
    }
}
