//! Converts records of the table's stream into changes.

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
    Account, LoggedScan, PictureCheck, StoreError,
    accounts::sessions,
    attribute::{Item, PK, REQUEST, SK, Value, text},
    key,
    live::ping::asked_at,
    mail,
    seats::buckets::bucket,
};

/// A change of an item, as a record of the stream reports it. Changes that have no effects are [`Change::Other`].
#[derive(Debug, Clone)]
pub enum Change {
    /// A bucket was written.
    Bucket {
        /// The event of the bucket.
        event: EventId,
        /// The bucket before the change; `None` if the change created it.
        before: Option<Bucket>,
        /// The bucket after the change.
        after: Bucket,
    },
    /// An event was written.
    Event {
        /// The event before the change; `None` if the change created it.
        before: Option<Box<Event>>,
        /// The event after the change.
        after: Box<Event>,
    },
    /// A draft was deleted.
    DraftDeleted {
        /// The draft before it was deleted.
        event: Box<Event>,
    },
    /// A check of a picture is due: its item has expired.
    PictureCheckDue {
        /// The picture and its event.
        check: Box<PictureCheck>,
    },
    /// Somebody joined or left a waitlist.
    Waitlist {
        /// The event of the waitlist.
        event: EventId,
    },
    /// A registration was written.
    Registration {
        /// The registration before the change; `None` if the change created it.
        before: Option<Registration>,
        /// The registration after the change.
        after: Registration,
    },
    /// A ticket was issued, voided or admitted, or its admission was taken back.
    Ticket {
        /// The ticket before the change; `None` if the change created it.
        before: Option<Box<Ticket>>,
        /// The ticket after the change. If the change created a void ticket, the ticket is a tombstone.
        after: Box<Ticket>,
    },
    /// The state of a mail changed.
    Mail {
        /// The key of the mail.
        key: MailKey,
        /// The state of the mail before the change; `None` if no process had claimed the mail.
        before: Option<MailState>,
        /// The state of the mail after the change.
        after: MailState,
    },
    /// An account was written.
    Account {
        /// The account before the change; `None` if the change created it.
        before: Option<Box<Account>>,
        /// The account after the change.
        after: Box<Account>,
    },
    /// An account was erased.
    AccountErased {
        /// The account before it was erased.
        account: Box<Account>,
    },
    /// A session began, because a user signed in.
    SessionBegun {
        /// The user who signed in.
        user: UserId,
    },
    /// A member of an event's door staff was removed.
    StaffRemoved {
        /// The event of the door staff.
        event: EventId,
        /// The user who was removed from the door staff.
        user: UserId,
    },
    /// A session has ended: it was revoked, or its item was deleted or expired.
    SessionEnded {
        /// The account of the session.
        user: UserId,
    },
    /// The organizer of an event published an announcement, which is sent to the registrants by mail.
    Announcement {
        /// The announcement.
        announcement: Announcement,
    },
    /// A ticket was scanned at a door.
    Scanned {
        /// The event of the door.
        event: EventId,
        /// The scan with its result.
        scan: Box<LoggedScan>,
    },
    /// A health check wrote a ping, to test whether the relay reads the stream.
    Asked {
        /// The time at which the ping was written.
        at: Timestamp,
    },
    /// A change from which no effects follow.
    Other,
}

/// Returns the id of the request that wrote an item, from the new image of the item. `None` if the image does not have an id,
/// or if the item was deleted.
#[must_use]
pub fn request(new: &serde_dynamo::Item) -> Option<&str> {
    match new.get(REQUEST) {
        Some(Value::S(request)) => Some(request),
        _ => None,
    }
}

/// Converts the old and the new image of a record into a change. An image is empty if the item did not exist.
///
/// # Errors
/// The content of an image could not be read.
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
        Some(key::PICTURE) if new.is_empty() => Ok(Change::PictureCheckDue {
            check: Box::new(serde_dynamo::from_item(old)?),
        }),
        Some(sort) if sort.starts_with(key::STAFF) && new.is_empty() => {
            // If a member of the door staff is removed, the item that lists the event under this user is deleted in the same
            // transaction. Its deletion is not a change of its own.
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
        // Of the remaining kinds of items that the stream reports, only mails are ever deleted, when they expire. Such a deletion
        // has no effects, because the statistics continue to count the mail.
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

/// Reads the old image of an item; `None` if this image is empty, because the change created the item.
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
        // Two of the changes in this test have no effects: the one that creates the staff item, and the one that deletes its
        // copy under the user.
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
