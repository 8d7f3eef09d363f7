//! Items that several processes replace as a whole. Each write has the condition that the stored item still has the revision
//! that the process has read. So if two processes write an item at the same time, one of the two writes is refused.

use table::{Put, attr};

use crate::attribute::{Item, PK, REV, n};

/// Returns the write that creates `item`, on the condition that no item exists under its key.
pub(crate) fn put_new(item: Item) -> Put {
    Put::of(item).when(attr(PK).absent())
}

/// Returns the write that replaces the present item by `item`, on the condition that the attribute `counter` of the present
/// item is `over`.
pub(crate) fn put_replacing(item: Item, counter: &'static str, over: impl ToString) -> Put {
    Put::of(item).when(attr(counter).equals(n(over)))
}

/// Returns the write that creates or replaces `item`. `over` is the revision of the stored item; `None` if the item must not
/// exist yet.
pub(crate) fn put_over(item: Item, over: Option<u64>) -> Put {
    match over {
        None => put_new(item),
        Some(rev) => put_replacing(item, REV, rev),
    }
}
