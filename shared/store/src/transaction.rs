//! Transactions: how they are repeated, and what a cancelled one says.

use std::time::Duration;

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::SdkError,
    operation::{
        transact_write_items::{
            TransactWriteItemsError, builders::TransactWriteItemsFluentBuilder,
        },
        update_item::builders::UpdateItemFluentBuilder,
    },
    types::Update,
};
use domain::guest_list::bucket::Bucket;

use crate::{StoreError, attribute::Item, buckets::bucket};

/// Attempts of a transaction that is throttled, the first included.
const MAX_ATTEMPTS: u32 = 4;
/// The longest wait between two of them.
const MAX_WAIT_MS: u64 = 1_000;
/// A failed condition, as a cancellation names it.
const CONDITION: &str = "ConditionalCheckFailed";

/// The same write as a part of a transaction.
pub(crate) fn part(update: &UpdateItemFluentBuilder) -> Result<Update, StoreError> {
    let update = update.as_input().clone().build()?;
    Ok(Update::builder()
        .set_table_name(update.table_name)
        .set_key(update.key)
        .set_update_expression(update.update_expression)
        .set_condition_expression(update.condition_expression)
        .set_expression_attribute_names(update.expression_attribute_names)
        .set_expression_attribute_values(update.expression_attribute_values)
        .build()?)
}

/// Sends a transaction. One that is throttled is cancelled, which the SDK does not repeat; it waits here as any throttled
/// call does. A borrowed seat costs four units, a claimed one costs one: the dearer call must not be the more insistent
/// (`docs/MODEL.md`).
pub(crate) async fn send(
    transaction: TransactWriteItemsFluentBuilder,
) -> Result<(), SdkError<TransactWriteItemsError, HttpResponse>> {
    let mut attempt = 1;
    loop {
        match transaction.clone().send().await {
            Ok(_) => return Ok(()),
            Err(error) if attempt < MAX_ATTEMPTS && is_throttled(&error) => {
                attempt += 1;
                tokio::time::sleep(Duration::from_millis(fastrand::u64(1..=MAX_WAIT_MS))).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether a transaction was cancelled for want of units, and for no failed condition.
fn is_throttled(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return false;
    };
    let has = |codes: &[&str]| {
        cancelled
            .cancellation_reasons()
            .iter()
            .any(|reason| reason.code().is_some_and(|code| codes.contains(&code)))
    };
    has(&["ThrottlingError", "ProvisionedThroughputExceeded"]) && !has(&[CONDITION])
}

/// What stands in the way of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hindrance {
    /// A condition of one of its items.
    Condition,
    /// Another transaction, which held one of its items at this moment.
    Conflict,
}

/// Why a transaction was cancelled; `None` where it was not, or for anything else.
pub(crate) fn hindrance(
    error: &SdkError<TransactWriteItemsError, HttpResponse>,
) -> Option<Hindrance> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return None;
    };
    let reasons = cancelled.cancellation_reasons();
    let has = |code| reasons.iter().any(|reason| reason.code() == Some(code));
    if has(CONDITION) {
        Some(Hindrance::Condition)
    } else if reasons.is_empty() || has("TransactionConflict") {
        Some(Hindrance::Conflict)
    } else {
        None
    }
}

/// Why a transaction was cancelled, by its items; any other error is an error.
pub(crate) fn cancellation<const N: usize>(
    error: SdkError<TransactWriteItemsError, HttpResponse>,
) -> Result<[Refusal; N], StoreError> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return Err(error.into());
    };
    // Without reasons it met another transaction: as if no condition had failed.
    Ok(std::array::from_fn(|at| {
        let reason = cancelled.cancellation_reasons().get(at);
        match reason {
            Some(reason) if reason.code() == Some(CONDITION) => {
                Refusal::Failed(reason.item().cloned())
            }
            _ => Refusal::None,
        }
    }))
}

/// What a transaction's item had against it.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Its condition failed, on this item (`None`: there was none, or it was not asked for).
    Failed(Option<Item>),
    /// Nothing.
    None,
}

impl Refusal {
    /// Whether the condition failed.
    pub(crate) fn failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    /// The bucket whose condition failed; none if it did not fail.
    pub(crate) fn bucket(&self) -> Result<Option<Bucket>, StoreError> {
        match self {
            Self::Failed(Some(item)) => Ok(Some(bucket(item)?.1)),
            Self::Failed(None) => Err(StoreError::corrupt("a bucket that should be there")),
            Self::None => Ok(None),
        }
    }
}
