//! Items that several processes write whole. Each write names the revision that it replaces, so one of two concurrent writes is
//! refused.

use table::{Put, attr};

use crate::attribute::{Item, PK, REV, n};

/// Returns the write of `item`, if none exists under its key.
pub(crate) fn put_new(item: Item) -> Put {
    Put::of(item).when(attr(PK).absent())
}

/// Returns the write of `item` over the one whose attribute `counter` is `over`.
pub(crate) fn put_replacing(item: Item, counter: &'static str, over: impl ToString) -> Put {
    Put::of(item).when(attr(counter).equals(n(over)))
}

/// Returns the write of `item` over its revision `over`; `None`: there must be no item.
pub(crate) fn put_over(item: Item, over: Option<u64>) -> Put {
    match over {
        None => put_new(item),
        Some(rev) => put_replacing(item, REV, rev),
    }
}
