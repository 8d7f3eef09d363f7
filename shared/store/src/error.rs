//! What can go wrong between a function and the table.

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{BuildError, ProvideErrorMetadata, SdkError},
};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A call of the table failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Throttled, slow or away: the same call may succeed later.
    #[error("the table is throttled or away")]
    Unavailable(#[source] Source),
    /// Others kept writing the same items; the same call may succeed later.
    #[error("others kept writing {0}")]
    Contended(&'static str),
    /// The call was refused for what it says: a mistake of ours, or of the deployment.
    #[error("the table refused the call")]
    Refused(#[source] Source),
    /// An item is not what it should be.
    #[error("{what} cannot be read")]
    Corrupt {
        /// Which kind of item.
        what: &'static str,
        /// Why, if the reader said so.
        #[source]
        source: Option<Source>,
    },
}

impl StoreError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Contended(_))
    }

    pub(crate) fn corrupt(what: &'static str) -> Self {
        Self::Corrupt { what, source: None }
    }
}

/// Codes that `DynamoDB` gives to calls that may succeed later ("Error handling", developer guide).
const TRANSIENT: [&str; 9] = [
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "ReplicatedWriteConflictException",
];

impl<E> From<SdkError<E, HttpResponse>> for StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let transient = match &error {
            SdkError::ConstructionFailure(_) => false,
            SdkError::ServiceError(service) => {
                let status = service.raw().status();
                // A success that cannot be read is an answer that got lost on its way.
                status.is_success()
                    || status.is_server_error()
                    || service
                        .err()
                        .code()
                        .is_some_and(|code| TRANSIENT.contains(&code))
            }
            // Timeouts, connections that fail, answers that make no sense.
            _ => true,
        };
        if transient {
            Self::Unavailable(Box::new(error))
        } else {
            Self::Refused(Box::new(error))
        }
    }
}

impl From<serde_dynamo::Error> for StoreError {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Corrupt {
            what: "an item",
            source: Some(Box::new(error)),
        }
    }
}

impl From<BuildError> for StoreError {
    fn from(error: BuildError) -> Self {
        Self::Refused(Box::new(error))
    }
}
