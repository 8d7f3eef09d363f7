//! Extracts a caller whose action is recorded in the audit log.

use axum::{Extension, extract::FromRequestParts, http::request::Parts};
use bootstrap::clock;
use domain::{
    id::AuditId,
    security::{
        audit::{AuditEntry, Deed},
        policy::Actor,
    },
};
use store::Account;
use uuid::Uuid;

use super::AccountHolder;
use crate::{app::Shared, problem::ApiError, request::RequestId};

/// A caller who has a valid access token and an account. The value also contains the id of the caller's request.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    /// The caller, with the role that the account has now.
    pub(crate) actor: Actor,
    /// The caller's account, which was read for this request.
    pub(crate) account: Account,
    pub(crate) request: String,
}

impl Acting {
    /// Returns a new entry of the audit log. It records that the caller now does the action `deed`.
    pub(crate) fn entry(&self, deed: &Deed) -> AuditEntry {
        let id = AuditId::from_uuid(Uuid::now_v7());
        AuditEntry::new(id, clock::now(), self.actor, &self.request, deed)
    }
}

impl FromRequestParts<Shared> for Acting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let AccountHolder(account) = AccountHolder::from_request_parts(parts, app).await?;
        let Extension(RequestId(request)) = Extension::from_request_parts(parts, app)
            .await
            .map_err(ApiError::internal)?;
        Ok(Self {
            actor: account.actor(),
            account,
            request,
        })
    }
}
