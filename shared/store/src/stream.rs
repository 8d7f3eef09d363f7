//! Reads records of the table's stream.

use domain::{event::Event, guest_list::bucket::Bucket, id::EventId};

use crate::{
    StoreError,
    attribute::{Item, REQUEST, SK},
    buckets::bucket,
    key,
};

/// What a record of the stream says, of the items that something follows from.
#[derive(Debug, Clone)]
pub enum Change {
    /// A bucket was written.
    Bucket {
        /// Its event.
        event: EventId,
        /// Before; `None` if it was made.
        before: Option<Bucket>,
        /// After.
        after: Bucket,
        /// The request that wrote it, as far as it is known.
        request: Option<String>,
    },
    /// An event was written.
    Event {
        /// Before; `None` if it was made.
        before: Option<Box<Event>>,
        /// After.
        after: Box<Event>,
    },
    /// Nothing follows from it.
    Other,
}

/// Reads the images of a record.
///
/// # Errors
/// An image is not what its key says.
pub fn change(old: serde_dynamo::Item, new: serde_dynamo::Item) -> Result<Change, StoreError> {
    let (old, new): (Item, Item) = (old.into(), new.into());
    match new
        .get(SK)
        .and_then(|sk| sk.as_s().ok())
        .map(String::as_str)
    {
        Some(key::SEATS) => {
            let (event, after) = bucket(&new)?;
            let before = if old.is_empty() {
                None
            } else {
                Some(bucket(&old)?.1)
            };
            let request = new
                .get(REQUEST)
                .and_then(|request| request.as_s().ok())
                .cloned();
            Ok(Change::Bucket {
                event,
                before,
                after,
                request,
            })
        }
        Some(key::EVENT) => {
            let before = if old.is_empty() {
                None
            } else {
                Some(Box::new(serde_dynamo::from_item(old)?))
            };
            Ok(Change::Event {
                before,
                after: Box::new(serde_dynamo::from_item(new)?),
            })
        }
        _ => Ok(Change::Other),
    }
}
