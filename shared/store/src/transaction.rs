//! Sends transactions, repeats them if the table throttles them, and reads why a transaction was cancelled.

use std::time::Duration;

use table::{Reason, Table as _, TransactionError, Write};

use crate::{Store, StoreError, attribute::Item};

/// The maximum number of attempts of a throttled transaction, including the first attempt.
const MAX_ATTEMPTS: u32 = 4;
/// The longest wait between two attempts of a throttled transaction, in milliseconds.
const MAX_WAIT_MS: u64 = 1_000;

impl Store {
    /// Sends a transaction. If the table throttles the transaction, sends it once more after a wait, because the SDK does not
    /// retry a transaction that was cancelled by throttling. A borrow of a seat costs four write units, and a claim costs one.
    /// The borrow, which is more expensive, must not be retried faster than the claim. So the waits are as long as those of any
    /// throttled call (`docs/proved.md`).
    pub(crate) async fn send(&self, writes: &[Write]) -> Result<(), TransactionError> {
        let mut attempt = 1;
        loop {
            match self.table().transact(writes.to_vec()).await {
                Ok(()) => return Ok(()),
                Err(error) if attempt < MAX_ATTEMPTS && is_throttled(&error) => {
                    attempt += 1;
                    let wait = fastrand::u64(1..=MAX_WAIT_MS);
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a transaction once. If the transaction is throttled, it is not repeated.
    pub(crate) async fn transact(&self, writes: Vec<Write>) -> Result<(), TransactionError> {
        self.table().transact(writes).await
    }
}

/// Returns the reasons why a transaction was cancelled; `None` if it failed with another error.
fn reasons(error: &TransactionError) -> Option<&[Reason]> {
    match error {
        TransactionError::Cancelled(reasons) => Some(reasons),
        TransactionError::Table(_) => None,
    }
}

/// Whether the transaction was cancelled.
pub(crate) fn is_cancelled(error: &TransactionError) -> bool {
    reasons(error).is_some()
}

/// Whether the transaction was cancelled because the condition of the write with the index `at` failed.
pub(crate) fn cancelled_by_condition(error: &TransactionError, at: usize) -> bool {
    let reason = reasons(error).and_then(|reasons| reasons.get(at));
    matches!(reason, Some(Reason::Condition(_)))
}

/// Whether a transaction was cancelled because the table was throttled. Returns `false` if a condition also failed.
fn is_throttled(error: &TransactionError) -> bool {
    let reasons = reasons(error).unwrap_or_default();
    reasons.contains(&Reason::Throttled)
        && !reasons
            .iter()
            .any(|reason| matches!(reason, Reason::Condition(_)))
}

/// The reason why a transaction was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hindrance {
    /// The condition of a write failed.
    Condition,
    /// Another transaction was writing one of the items.
    Conflict,
}

/// Returns the reason why a transaction was cancelled; `None` if it was not cancelled, or was cancelled for another reason.
pub(crate) fn hindrance(error: &TransactionError) -> Option<Hindrance> {
    let reasons = reasons(error)?;
    if reasons
        .iter()
        .any(|reason| matches!(reason, Reason::Condition(_)))
    {
        Some(Hindrance::Condition)
    } else if reasons.is_empty() || reasons.contains(&Reason::Conflict) {
        Some(Hindrance::Conflict)
    } else {
        None
    }
}

/// Converts the error of a transaction into an error of the store, for a caller that does not expect a failed condition.
pub(crate) fn transaction_error(error: TransactionError) -> StoreError {
    let met_others = reasons(&error).is_some_and(|reasons| {
        reasons.contains(&Reason::Conflict) || reasons.contains(&Reason::Throttled)
    });
    if met_others {
        StoreError::Contended("the items of a transaction")
    } else {
        error.into()
    }
}

/// Returns, for each of the `N` writes of a cancelled transaction, whether its condition failed.
///
/// # Errors
/// The transaction failed for another reason, and was not cancelled.
pub(crate) fn cancellation<const N: usize>(
    error: TransactionError,
) -> Result<[Refusal; N], StoreError> {
    match error {
        // If the table gave no reasons, the transaction conflicted with another one, so no condition failed.
        TransactionError::Cancelled(reasons) => {
            let mut reasons = reasons.into_iter();
            Ok(std::array::from_fn(|_| match reasons.next() {
                Some(Reason::Condition(item)) => Refusal::Failed(item),
                _ => Refusal::None,
            }))
        }
        TransactionError::Table(error) => Err(error.into()),
    }
}

/// The result of one write of a cancelled transaction.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The condition of the write failed. Contains the present item; `None` if there was no item, or if the write did not
    /// request the item.
    Failed(Option<Item>),
    /// The condition of the write did not fail, so another write caused the cancellation.
    None,
}

impl Refusal {
    /// Whether the condition of this write failed, which cancelled the transaction.
    pub(crate) fn failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}
