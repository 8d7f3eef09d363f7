//! What administrators look at.

pub(crate) mod audit;
pub(crate) mod dead_letters;
pub(crate) mod invariants;

use domain::policy::{Actor, may_administer};

use crate::problem::ApiError;

/// Refuses everybody but administrators.
pub(crate) fn expect_administrator(actor: &Actor) -> Result<(), ApiError> {
    if may_administer(actor.role) {
        Ok(())
    } else {
        Err(ApiError::Forbidden)
    }
}
