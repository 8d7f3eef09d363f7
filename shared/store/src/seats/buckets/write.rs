//! Converts the writes of buckets that `domain` makes into writes of the table.

use domain::{
    id::{EventId, GuestId},
    seats::{
        bucket::{BucketState, SeatKind},
        writes::{BucketChange, BucketDemand, BucketWrite, LayoutWrite},
    },
};
use table::{Condition, Put, Update, Write, attr};

use super::item::{
    CLOSES, EVENT_VERSION, FREE, GUESTS, HELD, OPENS, STATE, guest_set, item, terms_attributes,
};
use crate::{
    attribute::{PK, REQUEST, REV, b, n, s},
    key,
};

/// Converts a bucket write of `domain` that changes the bucket into an update. The item stores the request id `request`.
pub(crate) fn bucket_update(event: EventId, write: &BucketWrite, request: &str) -> Update {
    let mut update = Update::of(key::bucket(event, write.no))
        .increase(REV, 1)
        .set(REQUEST, s(request));
    update.condition = all(&write.demands);
    write.changes.iter().fold(update, changed)
}

/// Converts a bucket write of `domain` that changes nothing into a check of the bucket's item.
pub(crate) fn bucket_check(event: EventId, write: &BucketWrite) -> Write {
    Write::Check {
        key: key::bucket(event, write.no),
        condition: all(&write.demands).unwrap_or_else(|| attr(PK).exists()),
    }
}

/// Converts the write of `domain` that creates a bucket into a put of the bucket's item.
pub(super) fn layout_put(event: EventId, write: &LayoutWrite) -> Put {
    let put = Put::of(item(event, &write.bucket));
    match all(&write.demands) {
        Some(condition) => put.when(attr(PK).absent().or(condition)),
        None => put,
    }
}

/// Converts the demands that a write of `domain` makes on its bucket into one condition that requires all of them; `None` if
/// there are no demands.
fn all(demands: &[BucketDemand]) -> Option<Condition> {
    demands.iter().map(condition).reduce(Condition::and)
}

/// Converts one demand that a write of `domain` makes on its bucket into a condition of the table.
fn condition(demand: &BucketDemand) -> Condition {
    match *demand {
        BucketDemand::Admits { now } => attr(STATE)
            .equals(s(BucketState::Open.as_str()))
            .and(attr(OPENS).at_most(n(now)))
            .and(attr(CLOSES).greater(n(now))),
        BucketDemand::AtLeast(kind, seats) => attr(number_of(kind)).at_least(n(seats)),
        BucketDemand::Listed(guest) => has(guest),
        BucketDemand::NotListed(guest) => has(guest).negated(),
        BucketDemand::Revision(rev) => attr(REV).equals(n(rev)),
        BucketDemand::TermsBelow(version) => attr(EVENT_VERSION).less(n(version)),
    }
}

fn has(guest: GuestId) -> Condition {
    attr(GUESTS).contains(b(*guest.as_bytes()))
}

/// Adds one change of a bucket to the update of the bucket's item.
fn changed(update: Update, change: &BucketChange) -> Update {
    match *change {
        BucketChange::Take(kind, seats) => update.increase(number_of(kind), -i64::from(seats)),
        BucketChange::Add(kind, seats) => update.increase(number_of(kind), seats.into()),
        BucketChange::List(guest) => update.add(GUESTS, guest_set([guest])),
        BucketChange::Unlist(guest) => update.discard(GUESTS, guest_set([guest])),
        BucketChange::SetTerms(terms) => terms_attributes(&terms)
            .into_iter()
            .fold(update, |update, (name, value)| update.set(name, value)),
    }
}

/// Returns the name of the attribute that stores how many seats of the kind `kind` a bucket has.
fn number_of(kind: SeatKind) -> &'static str {
    match kind {
        SeatKind::Held => HELD,
        SeatKind::Free => FREE,
    }
}

#[cfg(test)]
mod tests;
