//! Writes of one item outside a transaction.

use futures::{FutureExt as _, TryFutureExt as _, future::BoxFuture};

use crate::{
    Delete, Item, Put, Reason, Table, TableError, TransactionError, Update, Write, WriteError,
};

/// A write of one item outside a transaction.
///
/// Each kind of write calls its own method of the table, and no other method. So if a program never deletes an item, the linker
/// can remove the code for deletions.
pub trait SingleWrite: Send + Sized {
    /// Sends the write to `table`. Returns the attributes that the write requests, or an empty item if it requests none.
    ///
    /// # Errors
    /// The condition failed, a transaction was writing the item, or the table could not be written.
    fn write_to<T: Table + ?Sized>(self, table: &T) -> BoxFuture<'_, Result<Item, WriteError>>;
}

impl SingleWrite for Put {
    fn write_to<T: Table + ?Sized>(self, table: &T) -> BoxFuture<'_, Result<Item, WriteError>> {
        table.put(self).map_ok(|()| Item::new()).boxed()
    }
}

impl SingleWrite for Update {
    fn write_to<T: Table + ?Sized>(self, table: &T) -> BoxFuture<'_, Result<Item, WriteError>> {
        table.update(self)
    }
}

impl SingleWrite for Delete {
    fn write_to<T: Table + ?Sized>(self, table: &T) -> BoxFuture<'_, Result<Item, WriteError>> {
        table.delete(self)
    }
}

/// A check is sent as a transaction with only this check, because the table has no other call that checks a condition and
/// writes nothing.
impl SingleWrite for Write {
    fn write_to<T: Table + ?Sized>(self, table: &T) -> BoxFuture<'_, Result<Item, WriteError>> {
        match self {
            Self::Put(put) => put.write_to(table),
            Self::Update(update) => update.write_to(table),
            Self::Delete(delete) => delete.write_to(table),
            check @ Self::Check { .. } => table
                .transact(vec![check])
                .map(|checked| checked.map(|()| Item::new()).map_err(of_one))
                .boxed(),
        }
    }
}

/// Converts the error of a transaction with one write into the error that this write would give outside a transaction.
fn of_one(error: TransactionError) -> WriteError {
    let reason = match &error {
        TransactionError::Cancelled(reasons) => reasons.first().cloned(),
        TransactionError::Table(_) => None,
    };
    match (error, reason) {
        (TransactionError::Table(error), _) => WriteError::Table(error),
        (_, Some(Reason::Condition(item))) => WriteError::Condition(item),
        (error, None | Some(Reason::Conflict)) => WriteError::Conflict(Box::new(error)),
        (error, Some(Reason::Throttled)) => TableError::Unavailable(Box::new(error)).into(),
        (error, Some(Reason::None | Reason::Other(_))) => {
            TableError::Refused(Box::new(error)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cancelled(reason: Reason) -> WriteError {
        of_one(TransactionError::Cancelled(vec![reason]))
    }

    #[test]
    fn a_failed_check_alone_is_a_failed_condition() {
        for item in [None, Some(Item::new())] {
            let error = cancelled(Reason::Condition(item.clone()));
            assert!(
                matches!(&error, WriteError::Condition(found) if *found == item),
                "{error:?}"
            );
        }
    }

    #[test]
    fn a_check_alone_that_meets_a_transaction_is_a_conflict() {
        for reasons in [Vec::new(), vec![Reason::Conflict]] {
            let error = of_one(TransactionError::Cancelled(reasons));
            assert!(matches!(error, WriteError::Conflict(_)), "{error:?}");
        }
    }

    #[test]
    fn a_check_alone_may_succeed_later_if_the_table_was_throttled() {
        let throttled = cancelled(Reason::Throttled);
        assert!(
            matches!(throttled, WriteError::Table(TableError::Unavailable(_))),
            "{throttled:?}"
        );
        let invalid = cancelled(Reason::Other("ValidationError".to_owned()));
        assert!(
            matches!(invalid, WriteError::Table(TableError::Refused(_))),
            "{invalid:?}"
        );
    }
}
