//! Converts buckets into items of the table, and these items into buckets.

use std::collections::BTreeSet;

use domain::{
    id::{EventId, GuestId},
    seats::bucket::{Bucket, BucketState, Terms},
};

use crate::{
    StoreError,
    attribute::{Item, PK, REV, Value, n, number, s, text},
    key,
};

pub(crate) const FREE: &str = "free";
pub(crate) const HELD: &str = "held";
pub(crate) const GUESTS: &str = "guests";
pub(crate) const STATE: &str = "state";
pub(crate) const OPENS: &str = "opens";
pub(crate) const CLOSES: &str = "closes";
pub(crate) const EVENT_VERSION: &str = "ver";

/// Reads a bucket from its item.
pub(crate) fn bucket(item: &Item) -> Result<(EventId, Bucket), StoreError> {
    let (event, no) =
        key::parse_bucket(text(item, PK)?).ok_or(StoreError::corrupt("a bucket's key"))?;
    let guests = match item.get(GUESTS) {
        // The table cannot store an empty set. So if a bucket has no guests, its item has no attribute for guests.
        None => BTreeSet::new(),
        Some(Value::Bs(guests)) => guests
            .iter()
            .map(|guest| <[u8; GuestId::LEN]>::try_from(guest.as_slice()).map(GuestId::from))
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::corrupt("a bucket's guest"))?,
        Some(_) => return Err(StoreError::corrupt("a bucket's guests")),
    };
    let state = if text(item, STATE)? == BucketState::Open.as_str() {
        BucketState::Open
    } else {
        BucketState::Closed
    };
    let terms = Terms {
        state,
        opens_at: number(item, OPENS)?,
        closes_at: number(item, CLOSES)?,
        event_version: number(item, EVENT_VERSION)?,
    };
    let bucket = Bucket {
        no,
        free: number(item, FREE)?,
        held: number(item, HELD)?,
        guests,
        rev: number(item, REV)?,
        terms,
    };
    Ok((event, bucket))
}

/// Returns the attributes that store the terms of a bucket.
pub(super) fn terms_attributes(terms: &Terms) -> [(&'static str, Value); 4] {
    [
        (STATE, s(terms.state.as_str())),
        (OPENS, n(terms.opens_at)),
        (CLOSES, n(terms.closes_at)),
        (EVENT_VERSION, n(terms.event_version)),
    ]
}

/// Returns the item of a bucket.
pub(super) fn item(event: EventId, bucket: &Bucket) -> Item {
    let mut item = key::bucket(event, bucket.no);
    let numbers = [
        (FREE, n(bucket.free)),
        (HELD, n(bucket.held)),
        (REV, n(bucket.rev)),
    ];
    let attributes = numbers.into_iter().chain(terms_attributes(&bucket.terms));
    item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    // The table cannot store an empty set, so a bucket without guests gets no attribute for guests.
    if !bucket.guests.is_empty() {
        item.insert(GUESTS.to_owned(), guest_set(bucket.guests.iter().copied()));
    }
    item
}

/// Returns the attribute value for a set of guests. The set must not be empty.
pub(crate) fn guest_set(guests: impl IntoIterator<Item = GuestId>) -> Value {
    let bytes = |guest: GuestId| guest.as_bytes().to_vec();
    Value::Bs(guests.into_iter().map(bytes).collect())
}
