//! The filter of the stream. It lets the same changes through as the filter of `RelayFunctionStream` in template.yaml.

use table::{Item, Value};

/// Whether a change created, changed or deleted an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The item was created.
    Insert,
    /// The item was changed.
    Modify,
    /// The item was deleted.
    Remove,
}

/// A pattern that selects changes. A change matches only if it matches every part that the pattern specifies.
#[derive(Debug)]
struct Pattern {
    event: Option<Event>,
    sort_key: &'static [SortKey],
    new: Option<New>,
}

/// A condition for the sort key of an item.
#[derive(Debug)]
enum SortKey {
    Is(&'static str),
    BeginsWith(&'static str),
}

/// A condition on an attribute of the item, as the item is after the change.
#[derive(Debug)]
enum New {
    /// The item has a text attribute whose name is the first string, and the value of this attribute is not the second string.
    HasOtherThan(&'static str, &'static str),
    /// The item has a number attribute with this name.
    HasNumber(&'static str),
}

use SortKey::{BeginsWith, Is};

const FOLLOWED: [Pattern; 5] = [
    Pattern {
        event: None,
        sort_key: &[Is("MAIL")],
        new: Some(New::HasOtherThan("state", "sending")),
    },
    Pattern {
        event: Some(Event::Remove),
        sort_key: &[Is("PICTURE"), BeginsWith("STAFF#"), BeginsWith("SESSION#")],
        new: None,
    },
    Pattern {
        event: None,
        sort_key: &[BeginsWith("SESSION#")],
        new: Some(New::HasNumber("revokedAt")),
    },
    Pattern {
        event: None,
        sort_key: &[
            Is("SEATS"),
            Is("EVENT"),
            Is("TICKET"),
            Is("PROFILE"),
            Is("PING"),
            BeginsWith("WAIT#"),
            BeginsWith("REG#"),
            BeginsWith("ANN#"),
            BeginsWith("SCAN#"),
        ],
        new: None,
    },
    Pattern {
        event: Some(Event::Insert),
        sort_key: &[BeginsWith("SESSION#")],
        new: None,
    },
];

/// Returns whether a change matches the filter, so that a follower may want to know it.
pub(crate) fn is_followed(event: Event, sort_key: &str, new: Option<&Item>) -> bool {
    FOLLOWED.iter().any(|pattern| {
        pattern.event.is_none_or(|wanted| wanted == event)
            && pattern.sort_key.iter().any(|wanted| wanted.fits(sort_key))
            && pattern
                .new
                .as_ref()
                .is_none_or(|wanted| new.is_some_and(|item| wanted.fits(item)))
    })
}

impl SortKey {
    fn fits(&self, sort_key: &str) -> bool {
        match self {
            Is(text) => sort_key == *text,
            BeginsWith(prefix) => sort_key.starts_with(prefix),
        }
    }
}

impl New {
    fn fits(&self, item: &Item) -> bool {
        match self {
            Self::HasOtherThan(name, text) => {
                matches!(item.get(*name), Some(Value::S(value)) if value != text)
            }
            Self::HasNumber(name) => matches!(item.get(*name), Some(Value::N(_))),
        }
    }
}

#[cfg(test)]
mod tests;
