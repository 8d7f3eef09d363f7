//! Who does something that the audit log tells of.

use axum::{Extension, extract::FromRequestParts, http::request::Parts};
use bootstrap::clock;
use domain::{
    audit::{AuditEntry, Deed},
    id::AuditId,
    policy::Actor,
};
use uuid::Uuid;

use super::SignedIn;
use crate::{app::Shared, problem::ApiError, request::RequestId};

/// A caller with a valid access token, and the request by which they act.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) actor: Actor,
    pub(crate) request: String,
}

impl Acting {
    /// A new entry of the audit log, for what the caller is about to do.
    pub(crate) fn entry(&self, deed: &Deed) -> AuditEntry {
        let id = AuditId::from_uuid(Uuid::now_v7());
        AuditEntry::new(id, clock::now(), self.actor, &self.request, deed)
    }
}

impl FromRequestParts<Shared> for Acting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let SignedIn(actor) = SignedIn::from_request_parts(parts, app).await?;
        let Extension(RequestId(request)) = Extension::from_request_parts(parts, app)
            .await
            .map_err(ApiError::internal)?;
        Ok(Self { actor, request })
    }
}
