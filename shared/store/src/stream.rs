//! Reads records of the table's stream.

use domain::{
    admission::Ticket,
    announcement::Announcement,
    event::Event,
    guest_list::bucket::Bucket,
    id::{EventId, UserId},
    mail_key::MailKey,
    mail_state::MailState,
    registration::Registration,
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::{
    Account, LoggedScan, StoreError,
    attribute::{Item, PK, REQUEST, SK, text},
    buckets::bucket,
    key, mails,
    ping::asked_at,
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
    },
    /// An event was written.
    Event {
        /// Before; `None` if it was made.
        before: Option<Box<Event>>,
        /// After.
        after: Box<Event>,
    },
    /// A draft was deleted.
    DraftDeleted {
        /// As it was.
        event: Box<Event>,
    },
    /// Somebody joined or left a waitlist.
    Waitlist {
        /// Its event.
        event: EventId,
    },
    /// A registration was written.
    Registration {
        /// Before; `None` if it was made.
        before: Option<Registration>,
        /// After.
        after: Registration,
    },
    /// A ticket was issued, voided, admitted, or had its admission taken back.
    Ticket {
        /// Before; `None` if it was made.
        before: Option<Box<Ticket>>,
        /// After. A ticket that was made void is a tombstone.
        after: Box<Ticket>,
    },
    /// A mail was sent, or something became of it.
    Mail {
        /// Which.
        key: MailKey,
        /// Where it stood; `None` if it was never tried.
        before: Option<MailState>,
        /// Where it stands.
        after: MailState,
    },
    /// An account was written.
    Account {
        /// Before; `None` if it was made.
        before: Option<Box<Account>>,
        /// After.
        after: Box<Account>,
    },
    /// An account was erased.
    AccountErased {
        /// As it was.
        account: Box<Account>,
    },
    /// Somebody signed in.
    SessionBegun {
        /// The account.
        user: UserId,
    },
    /// The organizer of an event has something to say to its registrants by mail.
    Announcement {
        /// The announcement.
        announcement: Announcement,
    },
    /// Somebody showed a ticket at a door.
    Scanned {
        /// The event.
        event: EventId,
        /// The attempt.
        scan: Box<LoggedScan>,
    },
    /// Somebody wants to know whether the stream is read.
    Asked {
        /// When.
        at: Timestamp,
    },
    /// Nothing follows from it.
    Other,
}

/// The request that wrote an item, as its new image says; `None`: it is not known, or the item was deleted.
#[must_use]
pub fn request(new: &serde_dynamo::Item) -> Option<&str> {
    match new.get(REQUEST) {
        Some(serde_dynamo::AttributeValue::S(request)) => Some(request),
        _ => None,
    }
}

/// Reads the images of a record.
///
/// # Errors
/// An image is not what its key says.
pub fn change(old: serde_dynamo::Item, new: serde_dynamo::Item) -> Result<Change, StoreError> {
    let (old, new): (Item, Item) = (old.into(), new.into());
    let written = if new.is_empty() { &old } else { &new };
    match written
        .get(SK)
        .and_then(|sk| sk.as_s().ok())
        .map(String::as_str)
    {
        Some(sort) if sort.starts_with(key::WAIT) => {
            let event = key::parse_event_pk(text(written, PK)?)
                .ok_or(StoreError::corrupt("an event's key"))?;
            Ok(Change::Waitlist { event })
        }
        Some(key::EVENT) if new.is_empty() => Ok(Change::DraftDeleted {
            event: Box::new(serde_dynamo::from_item(old)?),
        }),
        Some(key::ACCOUNT) if new.is_empty() => Ok(Change::AccountErased {
            account: Box::new(serde_dynamo::from_item(old)?),
        }),
        // Time takes mails away, and what they added to statistics stays; nothing else of this is ever deleted.
        _ if new.is_empty() => Ok(Change::Other),
        Some(key::SEATS) => {
            let (event, after) = bucket(&new)?;
            let before = if old.is_empty() {
                None
            } else {
                Some(bucket(&old)?.1)
            };
            Ok(Change::Bucket {
                event,
                before,
                after,
            })
        }
        Some(key::EVENT) => Ok(Change::Event {
            before: before(old)?.map(Box::new),
            after: Box::new(serde_dynamo::from_item(new)?),
        }),
        Some(sort) if sort.starts_with(key::REG) => Ok(Change::Registration {
            before: before(old)?,
            after: serde_dynamo::from_item(new)?,
        }),
        Some(key::TICKET) => Ok(Change::Ticket {
            before: before(old)?.map(Box::new),
            after: Box::new(serde_dynamo::from_item(new)?),
        }),
        Some(key::MAIL) => Ok(Change::Mail {
            key: key::parse_mail_pk(text(&new, PK)?)
                .ok_or(StoreError::corrupt("the key of a mail"))?,
            before: if old.is_empty() {
                None
            } else {
                Some(mails::state(&old)?)
            },
            after: mails::state(&new)?,
        }),
        Some(key::ACCOUNT) => Ok(Change::Account {
            before: before(old)?.map(Box::new),
            after: Box::new(serde_dynamo::from_item(new)?),
        }),
        Some(sort) if sort.starts_with(key::SESSION) && old.is_empty() => {
            let user =
                key::parse_user_pk(text(&new, PK)?).ok_or(StoreError::corrupt("a user's key"))?;
            Ok(Change::SessionBegun { user })
        }
        Some(sort) if sort.starts_with(key::ANNOUNCEMENT) && old.is_empty() => {
            Ok(Change::Announcement {
                announcement: serde_dynamo::from_item(new)?,
            })
        }
        Some(sort) if sort.starts_with(key::SCAN) && old.is_empty() => {
            let event = key::parse_event_pk(text(&new, PK)?)
                .ok_or(StoreError::corrupt("an event's key"))?;
            Ok(Change::Scanned {
                event,
                scan: Box::new(serde_dynamo::from_item(new)?),
            })
        }
        Some(key::PING) => Ok(Change::Asked {
            at: asked_at(&new)?,
        }),
        _ => Ok(Change::Other),
    }
}

/// The item before it was written.
fn before<T: DeserializeOwned>(old: Item) -> Result<Option<T>, StoreError> {
    if old.is_empty() {
        Ok(None)
    } else {
        Ok(Some(serde_dynamo::from_item(old)?))
    }
}
