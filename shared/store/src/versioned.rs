//! Items that several processes replace as a whole. The condition of each write names the revision that it replaces. So if two
//! processes write at the same time, one of the writes is refused.

use table::{Put, attr};

use crate::attribute::{Item, PK, REV, n};

/// Returns the write of `item` on the condition that its key has no item yet.
pub(crate) fn put_new(item: Item) -> Put {
    Put::of(item).when(attr(PK).absent())
}

/// Returns the write of `item` on the condition that the attribute `counter` of the present item is `over`.
pub(crate) fn put_replacing(item: Item, counter: &'static str, over: impl ToString) -> Put {
    Put::of(item).when(attr(counter).equals(n(over)))
}

/// Returns the write of `item`, which replaces the item with the revision `over`. If `over` is `None`, the item must not exist
/// yet.
pub(crate) fn put_over(item: Item, over: Option<u64>) -> Put {
    match over {
        None => put_new(item),
        Some(rev) => put_replacing(item, REV, rev),
    }
}
