//! The items from which public answers of the API are read.

use domain::id::EventId;

use crate::key;

/// The public answers of the API that become outdated when an item changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// The event whose public answers become outdated: the answers about the event, its counts or its announcements.
    pub event: EventId,
    /// Whether the answers that list events become outdated too.
    pub is_listed: bool,
}

/// Returns the public answers of the API that change if the item with this key changes; `None` if no answer changes.
///
/// A cache of public answers drops the answers that this function returns. So this function must know every key from which a
/// public answer is read.
#[must_use]
pub fn touched(pk: &str, sk: &str) -> Option<Touched> {
    let is_listed = sk == key::EVENT || sk.starts_with(key::AVAILABILITY);
    if !is_listed && !sk.starts_with(key::ANNOUNCEMENT) {
        return None;
    }
    let event = key::parse_event_pk(pk)?;
    Some(Touched { event, is_listed })
}

#[cfg(test)]
mod tests {
    use domain::{id::UserId, seats::waitlist::EntryId};

    use super::*;
    use crate::attribute::{Item, PK, SK, text};

    fn touched_by(item: &Item) -> Option<Touched> {
        touched(text(item, PK).unwrap(), text(item, SK).unwrap())
    }

    #[test]
    fn an_event_its_counts_and_its_announcements_are_public() {
        let event: EventId = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let announcement = "ann_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        for (item, is_listed) in [
            (key::event(event), true),
            (key::availability(event, 0), true),
            (key::availability(event, 12), true),
            (key::announcement(event, announcement), false),
        ] {
            assert_eq!(touched_by(&item), Some(Touched { event, is_listed }));
        }
    }

    #[test]
    fn what_nobody_else_reads_touches_no_public_answer() {
        let event: EventId = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let entry = EntryId::from(uuid::Uuid::nil());
        for item in [
            key::account(user),
            key::owns(user, event),
            key::bucket(event, 0),
            key::registration(user, event),
            key::entry(event, entry),
            key::ping(),
        ] {
            assert_eq!(touched_by(&item), None, "{item:?}");
        }
    }
}
