//! Failures for which a function is responsible. They are logged with their causes, and callers get a 5xx answer.

use std::error::Error;

use bootstrap::error_chain::ErrorChain;

/// The reason for a 5xx answer. The answer carries the reason to the layer that logs it with the request's id. The reason is
/// never sent to the caller.
#[derive(Debug, Clone)]
pub enum Failure {
    /// A service that the function needs is unavailable for a short time.
    Unavailable(String),
    /// An unexpected error in the function.
    Internal(String),
}

impl Failure {
    /// Returns the failure of a service, with all its causes.
    #[must_use]
    pub fn unavailable(error: &(dyn Error + 'static)) -> Self {
        Self::Unavailable(ErrorChain(error).to_string())
    }

    /// Returns an unexpected failure, with all its causes.
    #[must_use]
    pub fn internal(error: &(dyn Error + 'static)) -> Self {
        Self::Internal(ErrorChain(error).to_string())
    }

    /// Logs the failure together with `id`, the id of the request.
    pub(crate) fn log(&self, id: &str) {
        match self {
            Self::Unavailable(error) => {
                tracing::warn!(request_id = id, error, "service_unavailable");
            }
            Self::Internal(error) => tracing::error!(request_id = id, error, "internal_error"),
        }
    }
}
