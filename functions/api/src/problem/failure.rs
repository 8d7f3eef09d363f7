//! Failures of ours: the errors that are logged with their causes, and that callers see as a 5xx answer.

use bootstrap::error_chain::ErrorChain;

use super::ApiError;

/// The reason for a 5xx answer. It is passed on with the answer to the layer that logs it under the request's id, and is
/// never sent.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The failure is transient.
    Unavailable(String),
    /// A fault of ours.
    Internal(String),
}

impl Failure {
    /// Returns the failure with all its causes; `None` for an error that is not our fault.
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

    /// Logs the failure of the request `id`.
    pub(crate) fn log(&self, id: &str) {
        match self {
            Self::Unavailable(error) => {
                tracing::warn!(request_id = id, error, "service_unavailable");
            }
            Self::Internal(error) => tracing::error!(request_id = id, error, "internal_error"),
        }
    }
}
