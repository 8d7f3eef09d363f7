//! Reads records of the table's stream.

use domain::{
    door::Ticket,
    events::{Event, announcement::Announcement},
    id::{EventId, UserId},
    mail::{key::MailKey, state::MailState},
    seats::{bucket::Bucket, registration::Registration},
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::{
    Account, LoggedScan, StoreError,
    accounts::sessions,
    attribute::{Item, PK, REQUEST, SK, Value, text},
    key,
    live::ping::asked_at,
    mail,
    seats::buckets::bucket,
};

/// A change that a record of the stream reports, of the items whose changes have effects.
#[derive(Debug, Clone)]
pub enum Change {
    /// A bucket was written.
    Bucket {
        /// The event.
        event: EventId,
        /// The item before; `None` if the change made it.
        before: Option<Bucket>,
        /// The item after the change.
        after: Bucket,
    },
    /// An event was written.
    Event {
        /// The item before; `None` if the change made it.
        before: Option<Box<Event>>,
        /// The item after the change.
        after: Box<Event>,
    },
    /// A draft was deleted.
    DraftDeleted {
        /// The item as it was before.
        event: Box<Event>,
    },
    /// Somebody joined or left a waitlist.
    Waitlist {
        /// The event.
        event: EventId,
    },
    /// A registration was written.
    Registration {
        /// The item before; `None` if the change made it.
        before: Option<Registration>,
        /// The item after the change.
        after: Registration,
    },
    /// A ticket was issued, voided, admitted, or had its admission taken back.
    Ticket {
        /// The item before; `None` if the change made it.
        before: Option<Box<Ticket>>,
        /// The item after the change. A ticket that was made void is a tombstone.
        after: Box<Ticket>,
    },
    /// The state of a mail changed.
    Mail {
        /// The key of the mail.
        key: MailKey,
        /// The state of the mail before; `None` if the mail was never tried.
        before: Option<MailState>,
        /// The state of the mail now.
        after: MailState,
    },
    /// An account was written.
    Account {
        /// The item before; `None` if the change made it.
        before: Option<Box<Account>>,
        /// The item after the change.
        after: Box<Account>,
    },
    /// An account was erased.
    AccountErased {
        /// The item as it was before.
        account: Box<Account>,
    },
    /// Somebody signed in.
    SessionBegun {
        /// The account.
        user: UserId,
    },
    /// A member of an event's door staff was removed.
    StaffRemoved {
        /// The event.
        event: EventId,
        /// The former member of the staff.
        user: UserId,
    },
    /// A session has ended: it was revoked, forgotten, or has expired.
    SessionEnded {
        /// The account.
        user: UserId,
    },
    /// The organizer of an event published an announcement, which goes to the registrants by mail.
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
    /// A health check asks whether the stream is read.
    Asked {
        /// The time of the question.
        at: Timestamp,
    },
    /// A change without effects.
    Other,
}

/// Returns the request that wrote an item, from its new image; `None`: it is not known, or the item was deleted.
#[must_use]
pub fn request(new: &serde_dynamo::Item) -> Option<&str> {
    match new.get(REQUEST) {
        Some(Value::S(request)) => Some(request),
        _ => None,
    }
}

/// Reads the images of a record.
///
/// # Errors
/// An image does not have the form that its key requires.
pub fn change(old: serde_dynamo::Item, new: serde_dynamo::Item) -> Result<Change, StoreError> {
    let (old, new): (Item, Item) = (old.into(), new.into());
    let written = if new.is_empty() { &old } else { &new };
    match written.get(SK).and_then(|sk| match sk {
        Value::S(sort) => Some(sort.as_str()),
        _ => None,
    }) {
        Some(sort) if sort.starts_with(key::WAIT) => Ok(Change::Waitlist {
            event: key::event_of(written)?,
        }),
        Some(key::EVENT) if new.is_empty() => Ok(Change::DraftDeleted {
            event: Box::new(serde_dynamo::from_item(old)?),
        }),
        Some(key::ACCOUNT) if new.is_empty() => Ok(Change::AccountErased {
            account: Box::new(serde_dynamo::from_item(old)?),
        }),
        Some(sort) if sort.starts_with(key::STAFF) && new.is_empty() => {
            // The copy of the item under the user is no change of its own.
            let staff = key::parse_staff(text(written, PK)?, sort);
            Ok(
                staff.map_or(Change::Other, |(event, user)| Change::StaffRemoved {
                    event,
                    user,
                }),
            )
        }
        Some(sort)
            if sort.starts_with(key::SESSION)
                && (new.is_empty() || new.contains_key(sessions::REVOKED)) =>
        {
            let user = key::parse_user_pk(text(written, PK)?);
            let user = user.ok_or(StoreError::corrupt("a user's key"))?;
            Ok(Change::SessionEnded { user })
        }
        // Mails expire, and their numbers stay in statistics; no other of these items is ever deleted.
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
                Some(mail::state(&old)?)
            },
            after: mail::state(&new)?,
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
            let event = key::event_of(&new)?;
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

/// Returns the item before it was written; `None` if it was made.
fn before<T: DeserializeOwned>(old: Item) -> Result<Option<T>, StoreError> {
    if old.is_empty() {
        Ok(None)
    } else {
        Ok(Some(serde_dynamo::from_item(old)?))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_dynamo::AttributeValue;

    use super::*;

    const USER: &str = "USER#01h455vb4pex5vsknk084sn02q";
    const EVENT: &str = "EVENT#01h455vb4pex5vsknk084sn02r";

    fn image(pk: &str, sk: &str, more: &[(&str, &str)]) -> serde_dynamo::Item {
        let all = [(PK, pk), (SK, sk)].into_iter().chain(more.iter().copied());
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let all = all.map(|(name, value)| (name.to_owned(), text(value)));
        all.collect::<HashMap<String, AttributeValue>>().into()
    }

    fn nothing() -> serde_dynamo::Item {
        HashMap::<String, AttributeValue>::new().into()
    }

    #[test]
    fn the_end_of_a_right_is_seen_once() {
        let user = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let event = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
        let staff = image(EVENT, "STAFF#01h455vb4pex5vsknk084sn02q", &[]);
        let removed = change(staff.clone(), nothing()).unwrap();
        assert!(
            matches!(removed, Change::StaffRemoved { event: of, user: who } if (of, who) == (event, user))
        );
        // The staff item is made, and its copy under the user.
        let staffs = image(USER, "STAFF#01h455vb4pex5vsknk084sn02r", &[]);
        for (old, new) in [(nothing(), staff), (staffs, nothing())] {
            assert!(matches!(change(old, new).unwrap(), Change::Other));
        }
    }

    #[test]
    fn a_session_ends_when_it_is_revoked_or_gone() {
        let user = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let session = |more: &[_]| image(USER, "SESSION#018fc1", more);
        let revoked = [(sessions::REVOKED, "1")];
        for (old, new) in [
            (session(&[]), session(&revoked)),
            (session(&[]), nothing()),
            (session(&revoked), nothing()),
        ] {
            let ended = change(old, new).unwrap();
            assert!(matches!(ended, Change::SessionEnded { user: of } if of == user));
        }
        let begun = change(nothing(), session(&[])).unwrap();
        assert!(matches!(begun, Change::SessionBegun { user: of } if of == user));
        let refreshed = change(session(&[]), session(&[("generation", "2")]));
        assert!(matches!(refreshed.unwrap(), Change::Other));
    }
}
