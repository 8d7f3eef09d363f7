//! Conversion of the SDK's errors into those of a table.

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{BuildError, ProvideErrorMetadata, SdkError},
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError,
    },
    types::{CancellationReason, error::ConditionalCheckFailedException},
};

use super::from_sdk;
use crate::{Reason, TableError, TransactionError, WriteError};

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

/// Returns the reason that one part of a cancelled transaction gave.
fn reason(reason: &CancellationReason) -> Reason {
    match reason.code() {
        None | Some("None") => Reason::None,
        Some("ConditionalCheckFailed") => Reason::Condition(reason.item().cloned().map(from_sdk)),
        Some("TransactionConflict") => Reason::Conflict,
        Some("ThrottlingError" | "ProvisionedThroughputExceeded") => Reason::Throttled,
        Some(other) => Reason::Other(other.to_owned()),
    }
}

/// Returns the error of a transaction that was cancelled for these reasons, one for each part.
pub(super) fn cancelled(reasons: &[CancellationReason]) -> TransactionError {
    TransactionError::Cancelled(reasons.iter().map(reason).collect())
}

impl<E> From<SdkError<E, HttpResponse>> for TableError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let transient = match &error {
            SdkError::ConstructionFailure(_) => false,
            SdkError::ServiceError(service) => {
                let status = service.raw().status();
                // A success that cannot be read counts as a lost answer.
                status.is_success()
                    || status.is_server_error()
                    || service
                        .err()
                        .code()
                        .is_some_and(|code| TRANSIENT.contains(&code))
            }
            // Timeouts, connections that fail, answers that cannot be read.
            _ => true,
        };
        if transient {
            Self::Unavailable(Box::new(error))
        } else {
            Self::Refused(Box::new(error))
        }
    }
}

impl From<BuildError> for TableError {
    fn from(error: BuildError) -> Self {
        Self::Refused(Box::new(error))
    }
}

/// An error of a write that has a condition.
trait Conditional {
    /// Returns the failed condition, if the error is a failed condition.
    fn failed(&self) -> Option<&ConditionalCheckFailedException>;

    /// Whether a transaction held the item.
    fn is_conflict(&self) -> bool;
}

macro_rules! conditional {
    ($($error:ident),*) => { $(
        impl Conditional for $error {
            fn failed(&self) -> Option<&ConditionalCheckFailedException> {
                match self {
                    Self::ConditionalCheckFailedException(failed) => Some(failed),
                    _ => None,
                }
            }

            fn is_conflict(&self) -> bool {
                self.is_transaction_conflict_exception()
            }
        }
    )* };
}

conditional!(PutItemError, UpdateItemError, DeleteItemError);

impl<E> From<SdkError<E, HttpResponse>> for WriteError
where
    E: Conditional + ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let service = error.as_service_error();
        if let Some(failed) = service.and_then(Conditional::failed) {
            Self::Condition(failed.item().cloned().map(from_sdk))
        } else if service.is_some_and(Conditional::is_conflict) {
            Self::Conflict(Box::new(error))
        } else {
            Self::Table(error.into())
        }
    }
}
