//! Makes what nobody must be able to guess.

use domain::keys::bearer_code::BearerCode;
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::problem::ApiError;

/// Returns a new code.
///
/// # Errors
/// The operating system gave no random bytes.
pub(crate) fn bearer_code() -> Result<BearerCode, ApiError> {
    let mut random = [0; 32];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(ApiError::internal)?;
    Ok(BearerCode::new(random))
}
