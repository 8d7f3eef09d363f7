//! Failures for which the API is responsible. They are logged with their causes, and callers get a 5xx answer.

use bootstrap::error_chain::ErrorChain;

use super::ApiError;

/// The reason for a 5xx answer. The answer carries the reason to the layer that logs it with the request's id. The reason is
/// never sent to the caller.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// A service that the API needs is unavailable for a short time.
    Unavailable(String),
    /// An unexpected error in the API.
    Internal(String),
}

impl Failure {
    /// Returns the failure with all its causes; `None` if the API is not responsible for the error.
    pub(crate) fn of(error: &ApiError) -> Option<Self> {
        match error {
            ApiError::Unavailable(error) => Some(Self::Unavailable(ErrorChain(error).to_string())),
            ApiError::QueueAway(error) => Some(Self::Unavailable(ErrorChain(error).to_string())),
            ApiError::Internal(error) => {
                Some(Self::Internal(ErrorChain(error.as_ref()).to_string()))
            }
            _ => None,
        }
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
