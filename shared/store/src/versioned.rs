//! Items that several write whole: each write names the revision that it replaces, so of two one is refused.

use table::{Put, attr};

use crate::attribute::{Item, PK, REV, n};

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
