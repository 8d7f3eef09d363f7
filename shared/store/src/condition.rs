//! Failed conditions: an answer, not an error.

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError,
    },
    types::error::ConditionalCheckFailedException,
};

use crate::{StoreError, attribute::Item};

/// The item that made a condition fail (`None`: there was none, or it was not asked for); any other error is an
/// error.
pub(crate) fn old_item<E>(error: SdkError<E, HttpResponse>) -> Result<Option<Item>, StoreError>
where
    E: Conditional + ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error.as_service_error().and_then(Conditional::failed) {
        Some(failed) => Ok(failed.item().cloned()),
        None => Err(error.into()),
    }
}

/// Whether a transaction held the item at this moment.
pub(crate) fn is_conflict(error: &SdkError<UpdateItemError, HttpResponse>) -> bool {
    error
        .as_service_error()
        .is_some_and(UpdateItemError::is_transaction_conflict_exception)
}

/// An error that may be a failed condition.
pub(crate) trait Conditional {
    /// The failed condition, if it is one.
    fn failed(&self) -> Option<&ConditionalCheckFailedException>;
}

impl Conditional for UpdateItemError {
    fn failed(&self) -> Option<&ConditionalCheckFailedException> {
        match self {
            Self::ConditionalCheckFailedException(failed) => Some(failed),
            _ => None,
        }
    }
}

impl Conditional for PutItemError {
    fn failed(&self) -> Option<&ConditionalCheckFailedException> {
        match self {
            Self::ConditionalCheckFailedException(failed) => Some(failed),
            _ => None,
        }
    }
}

impl Conditional for DeleteItemError {
    fn failed(&self) -> Option<&ConditionalCheckFailedException> {
        match self {
            Self::ConditionalCheckFailedException(failed) => Some(failed),
            _ => None,
        }
    }
}
