//! Converts errors of the AWS SDK into the errors of this crate.

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

/// Error codes with which `DynamoDB` refuses calls that may succeed later ("Error handling", developer guide).
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

/// Converts the SDK's reason for one write of a cancelled transaction into a reason of this crate.
fn reason(reason: &CancellationReason) -> Reason {
    match reason.code() {
        None | Some("None") => Reason::None,
        Some("ConditionalCheckFailed") => Reason::Condition(reason.item().cloned().map(from_sdk)),
        Some("TransactionConflict") => Reason::Conflict,
        Some("ThrottlingError" | "ProvisionedThroughputExceeded") => Reason::Throttled,
        Some(other) => Reason::Other(other.to_owned()),
    }
}

/// Returns the error for a cancelled transaction. `reasons` contains the SDK's reason for each of the writes.
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
                // If the reply reports success but cannot be read, the write may have been made. So the call counts as a call
                // whose reply was lost.
                status.is_success()
                    || status.is_server_error()
                    || service
                        .err()
                        .code()
                        .is_some_and(|code| TRANSIENT.contains(&code))
            }
            // The remaining errors are timeouts, failed connections, and replies that cannot be read.
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

/// The SDK's error of a write that may have a condition.
trait Conditional {
    /// Returns the SDK's exception for a failed condition; `None` for any other error.
    fn failed(&self) -> Option<&ConditionalCheckFailedException>;

    /// Whether the write failed because a transaction was writing the item.
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
