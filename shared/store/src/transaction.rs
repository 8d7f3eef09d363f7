//! Transactions: their retries, and the reasons of a cancelled one.

use std::time::Duration;

use table::{Reason, Table as _, TransactionError, Write};

use crate::{Store, StoreError, attribute::Item};

/// Attempts of a transaction that is throttled, the first included.
const MAX_ATTEMPTS: u32 = 4;
/// The longest wait between two attempts.
const MAX_WAIT_MS: u64 = 1_000;

impl Store {
    /// Sends a transaction, and retries while the table throttles it, because the SDK does not retry the cancelled transaction
    /// that results. Borrowing a seat costs four units and claiming one costs one. The dearer call must not be retried faster,
    /// so the waits are as long as those of any throttled call (`docs/proved.md`).
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

    /// Sends a transaction once.
    pub(crate) async fn transact(&self, writes: Vec<Write>) -> Result<(), TransactionError> {
        self.table().transact(writes).await
    }
}

/// Returns the reasons of a cancelled transaction; `None` for another error.
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

/// Whether the condition of the write number `at` cancelled the transaction.
pub(crate) fn cancelled_by_condition(error: &TransactionError, at: usize) -> bool {
    let reason = reasons(error).and_then(|reasons| reasons.get(at));
    matches!(reason, Some(Reason::Condition(_)))
}

/// Whether a transaction was cancelled because the table was throttled, and no condition failed.
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
    /// Another transaction held one of the items at this moment.
    Conflict,
}

/// Returns why a transaction was cancelled; `None` if it was not, or if there was another reason.
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

/// Returns the error of a transaction that no condition explains.
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

/// Returns why a transaction of `N` writes was cancelled, by its writes.
///
/// # Errors
/// The transaction was not cancelled.
pub(crate) fn cancellation<const N: usize>(
    error: TransactionError,
) -> Result<[Refusal; N], StoreError> {
    match error {
        // Without reasons, the transaction conflicted with another one: no condition failed.
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

/// The reason that one write of a cancelled transaction gave.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The condition of the write failed on this item. `None`: there was no item, or the write did not request it.
    Failed(Option<Item>),
    /// The write did not cancel the transaction.
    None,
}

impl Refusal {
    /// Whether the condition failed.
    pub(crate) fn failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}
