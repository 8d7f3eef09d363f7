//! The id and the source of a request.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
};

use answers::Caller;
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::security::throttle::Source;

pub(crate) use answers::RequestId;

/// The source that sent a request, from the address that the host reports. Without an address, the source is this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From(pub(crate) Source);

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Caller>();
        let address = caller.and_then(|caller| caller.address);
        Ok(Self(
            address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)).into(),
        ))
    }
}
