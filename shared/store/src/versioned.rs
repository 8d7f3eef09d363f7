//! Items that several write whole: each write names the revision that it replaces, so of two one is refused.

use domain::security::audit::AuditEntry;
use table::{Put, attr};

use crate::{
    Store, StoreError,
    attribute::{Item, PK, REV, n},
    audit::Sent,
};

/// Puts `item` where no item stands.
pub(crate) fn put_new(item: Item) -> Put {
    Put::of(item).when(attr(PK).absent())
}

/// Puts `item` over the one whose attribute `counter` is `over`.
pub(crate) fn put_replacing(item: Item, counter: &'static str, over: impl ToString) -> Put {
    Put::of(item).when(attr(counter).equals(n(over)))
}

/// Puts `item` over its revision `over`; `None`: where no item stands.
pub(crate) fn put_over(item: Item, over: Option<u64>) -> Put {
    match over {
        None => put_new(item),
        Some(rev) => put_replacing(item, REV, rev),
    }
}

impl Store {
    /// As [`Store::try_write`], with `entry` in the same transaction.
    pub(crate) async fn try_put_noting(
        &self,
        put: Put,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let sent = self.send_noting(vec![put.into()], entry).await?;
        Ok(matches!(sent, Sent::Written))
    }
}
