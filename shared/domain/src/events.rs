//! Events and their states: an event is a draft, then published, and finally cancelled or completed.

pub mod announcement;
mod closed_reason;
pub mod doors;
mod field;
pub mod listing;
pub mod picture;
pub mod schedule;
pub mod search;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::{picture::Picture, schedule::Schedule};
use crate::{
    id::{EventId, UserId},
    invalid::{Reason, Refusal},
    text::{CancelReason, Category, Description, PersonName, Tag, Title, Venue},
};

pub use closed_reason::ClosedReason;
pub use field::EventField;

/// The time for which a link to the preview of a draft is valid. Links made later do not extend or end it.
pub const PREVIEW_LIFETIME: Duration = Duration::from_hours(24);

/// The state of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventStatus {
    /// The event is being prepared. Only its organizer and admins can see it.
    Draft,
    /// The event is open to the public.
    Published,
    /// The event will not take place.
    Cancelled,
    /// The event has taken place.
    Completed,
}

impl EventStatus {
    /// All states of an event: the draft comes first, the final states last.
    pub const ALL: [Self; 4] = [
        Self::Draft,
        Self::Published,
        Self::Cancelled,
        Self::Completed,
    ];

    /// Returns the name of the state as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Cancelled => "cancelled",
            Self::Completed => "completed",
        }
    }

    /// Returns `to` if an event may change from this state to the state `to`.
    ///
    /// # Errors
    /// An event may not change from this state to the state `to`.
    pub fn transition(self, to: Self) -> Result<Self, InvalidTransition> {
        match (self, to) {
            (Self::Draft, Self::Published)
            | (Self::Published, Self::Cancelled | Self::Completed) => Ok(to),
            (from, to) => Err(InvalidTransition { from, to }),
        }
    }
}

/// The error that an event may not change from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event that is {} cannot become {}", from.as_str(), to.as_str())]
pub struct InvalidTransition {
    /// The state that the event has.
    pub from: EventStatus,
    /// The state that was requested for the event.
    pub to: EventStatus,
}

/// The number of seats of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Capacity(u32);

/// The error that a number is not a valid capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from 1 to {max}", max = Capacity::MAX)]
pub struct CapacityError;

impl Refusal for CapacityError {
    fn reason(&self) -> Reason {
        Reason::OutOfRange {
            min: 1,
            max: Capacity::MAX,
        }
    }
}

impl Capacity {
    /// The maximum number of seats of one event.
    pub const MAX: u32 = 100_000;

    /// Returns the number of seats.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Capacity {
    type Error = CapacityError;
    fn try_from(seats: u32) -> Result<Self, CapacityError> {
        if (1..=Self::MAX).contains(&seats) {
            Ok(Self(seats))
        } else {
            Err(CapacityError)
        }
    }
}

impl From<Capacity> for u32 {
    fn from(capacity: Capacity) -> Self {
        capacity.0
    }
}

/// The account that organizes an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organizer {
    /// The id of the organizer's account.
    pub id: UserId,
    /// The organizer's name at the time when the organizer created the event or took it over.
    pub name: PersonName,
}

/// The part of an event that its organizer writes and may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventDetails {
    /// The title of the event.
    pub title: Title,
    /// The description of the event, which may be empty.
    pub description: Description,
    /// The venue of the event.
    pub venue: Venue,
    /// The times of the event.
    #[serde(flatten)]
    pub schedule: Schedule,
    /// The number of seats.
    pub capacity: Capacity,
    /// The category, by which lists of events can be filtered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The tags, by which lists of events can be filtered. There are at most [`MAX_TAGS`].
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// The maximum number of tags of one event.
pub const MAX_TAGS: usize = 10;

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The id of the event.
    pub id: EventId,
    /// The organizer of the event.
    pub organizer: Organizer,
    /// The part of the event that its organizer writes.
    #[serde(flatten)]
    pub details: EventDetails,
    /// The picture of the event, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// The state of the event.
    pub status: EventStatus,
    /// The reason why the event was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReason>,
    /// The time at which the event was cancelled. It is missing if an earlier version of this program, which did not store this
    /// time, cancelled the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// The number of buckets of the event's guest list, which never changes after publication. It is 0 for a draft.
    pub bucket_count: u16,
    /// The number of writes to the event. It is also the event's `ETag`.
    pub version: u64,
    /// The time at which the event was created.
    pub created_at: Timestamp,
    /// The time of the last write to the event.
    pub updated_at: Timestamp,
}

impl Event {
    /// Returns the time at which the event was cancelled and its tickets became invalid; `None` if the event is not cancelled.
    #[must_use]
    pub fn cancelled_since(&self) -> Option<Timestamp> {
        match self.status {
            // If the time of the cancellation is missing, the time of the last write replaces it. A cancelled event is not
            // edited any more, so the last write is the cancellation or a write shortly after it.
            EventStatus::Cancelled => Some(self.cancelled_at.unwrap_or(self.updated_at)),
            EventStatus::Draft | EventStatus::Published | EventStatus::Completed => None,
        }
    }

    /// Returns the event with the organizer `to` instead of the present organizer. `now` is the time of the change.
    #[must_use]
    pub fn handed_over(&self, to: Organizer, now: Timestamp) -> Self {
        Self {
            organizer: to,
            version: self.version + 1,
            updated_at: now,
            ..self.clone()
        }
    }

    /// Returns the event with `picture` instead of its present picture. `now` is the time of the change.
    #[must_use]
    pub fn with_picture(&self, picture: Option<Picture>, now: Timestamp) -> Self {
        Self {
            picture,
            version: self.version + 1,
            updated_at: now,
            ..self.clone()
        }
    }

    /// Returns the reason why nobody can register for the event at the time `now`; `None` if registration is open.
    #[must_use]
    pub fn registration_closed(&self, now: Timestamp) -> Option<ClosedReason> {
        let schedule = &self.details.schedule;
        match self.status {
            EventStatus::Cancelled => Some(ClosedReason::Cancelled),
            EventStatus::Completed => Some(ClosedReason::Completed),
            EventStatus::Draft => Some(ClosedReason::NotOpenYet),
            EventStatus::Published if now >= schedule.starts_at => Some(ClosedReason::Started),
            EventStatus::Published if now >= schedule.registration_closes() => {
                Some(ClosedReason::Closed)
            }
            EventStatus::Published => schedule
                .registration_opens_at
                .is_some_and(|opens| now < opens)
                .then_some(ClosedReason::NotOpenYet),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::events::schedule::tests::{evening, time};

    pub(crate) fn concert(status: EventStatus) -> Event {
        Event {
            id: "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            organizer: Organizer {
                id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
                name: PersonName::parse("Ada").unwrap(),
            },
            details: EventDetails {
                title: Title::parse("Concert").unwrap(),
                description: Description::parse("").unwrap(),
                venue: Venue::parse("Town hall").unwrap(),
                schedule: evening(),
                capacity: Capacity::try_from(10).unwrap(),
                category: None,
                tags: vec![],
            },
            picture: None,
            status,
            cancel_reason: None,
            cancelled_at: None,
            bucket_count: 1,
            version: 1,
            created_at: time("2027-01-01T00:00:00Z"),
            updated_at: time("2027-01-01T00:00:00Z"),
        }
    }

    #[test]
    fn an_events_life_has_three_steps() {
        let allowed: Vec<_> = EventStatus::ALL
            .into_iter()
            .flat_map(|from| EventStatus::ALL.map(|to| (from, to)))
            .filter(|(from, to)| from.transition(*to).is_ok())
            .collect();
        assert_eq!(
            allowed,
            [
                (EventStatus::Draft, EventStatus::Published),
                (EventStatus::Published, EventStatus::Cancelled),
                (EventStatus::Published, EventStatus::Completed),
            ]
        );
    }

    #[test]
    fn an_event_that_is_handed_over_changes_its_organizer_alone() {
        let before = concert(EventStatus::Published);
        let grace = Organizer {
            id: "usr_01h455vb4pex5vsknk084sn02r".parse().unwrap(),
            name: PersonName::parse("Grace").unwrap(),
        };
        let now = time("2027-02-01T00:00:00Z");
        let after = before.handed_over(grace.clone(), now);
        assert_eq!(after.organizer, grace);
        assert_eq!((after.version, after.updated_at), (2, now));
        assert_eq!(
            EventField::changed(&before, &after),
            [EventField::Organizer]
        );
    }

    #[test]
    fn registration_is_open_between_its_times() {
        let mut event = concert(EventStatus::Published);
        event.details.schedule.registration_opens_at = Some(time("2027-03-01T00:00:00Z"));
        event.details.schedule.registration_closes_at = Some(time("2027-04-01T00:00:00Z"));
        for (now, expected) in [
            ("2027-02-28T23:59:59Z", Some(ClosedReason::NotOpenYet)),
            ("2027-03-01T00:00:00Z", None),
            ("2027-03-31T23:59:59Z", None),
            ("2027-04-01T00:00:00Z", Some(ClosedReason::Closed)),
            ("2027-05-01T18:00:00Z", Some(ClosedReason::Started)),
        ] {
            assert_eq!(event.registration_closed(time(now)), expected, "{now}");
        }
        event.status = EventStatus::Cancelled;
        assert_eq!(
            event.registration_closed(time("2027-03-02T00:00:00Z")),
            Some(ClosedReason::Cancelled)
        );
    }

    #[test]
    fn capacity_is_bounded() {
        assert!(Capacity::try_from(0).is_err());
        assert!(Capacity::try_from(1).is_ok());
        assert!(Capacity::try_from(100_000).is_ok());
        assert!(Capacity::try_from(100_001).is_err());
    }
}
