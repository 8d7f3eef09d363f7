//! Erasure: the rules for the seats, waitlist places, drafts and events that an account has when it is erased.
//!
//! The request that erases an account applies these rules. The relay applies the same rules to everything that was added while
//! the account was being erased.

use jiff::Timestamp;

use crate::{
    events::{Event, EventStatus},
    seats::registration::{Registration, RegistrationStatus},
    text::PersonName,
};

/// Whether an account that is erased at `now` gives up its seat or waitlist place at `event`, so that somebody else gets it.
/// The account keeps the seat or place if the event has started, or was cancelled or completed.
#[must_use]
pub fn is_to_come(event: &Event, now: Timestamp) -> bool {
    event.status == EventStatus::Published && now < event.details.schedule.starts_at
}

/// Whether an erased account gives up, at `now`, the seat or waitlist place that it has through `registration`. If the guest
/// had already entered the event, the seat stays taken. Otherwise several people could enter with one seat.
#[must_use]
pub fn gives_up(registration: &Registration, event: &Event, now: Timestamp) -> bool {
    registration.status != RegistrationStatus::Cancelled
        && !registration.kept
        && is_to_come(event, now)
}

/// The effect on an event when the account of its organizer is erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remains {
    /// The event was a draft. It is deleted.
    Deleted(Event),
    /// The event stays. The value is the new version of the event, without the organizer's name.
    Nameless(Event),
    /// The event stays unchanged, because it no longer has the organizer's name.
    Unchanged,
}

impl Remains {
    /// Returns the effect on `event` if the account of its organizer is erased at `now`.
    #[must_use]
    pub fn of(event: Event, now: Timestamp) -> Self {
        let erased = PersonName::erased();
        if event.status == EventStatus::Draft {
            Self::Deleted(event)
        } else if event.organizer.name == erased {
            Self::Unchanged
        } else {
            let mut event = event;
            event.organizer.name = erased;
            event.version += 1;
            event.updated_at = now;
            Self::Nameless(event)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::tests::concert;

    fn registration(status: RegistrationStatus, kept: bool) -> Registration {
        let event = concert(EventStatus::Published);
        Registration {
            event_id: event.id,
            user_id: event.organizer.id,
            status,
            registered_at: event.created_at,
            cancelled_at: None,
            cancelled_by: None,
            removal_reason: None,
            seat_lost_at: None,
            promoted: false,
            muted: false,
            kept,
            generation: 1,
            entry_id: None,
            rev: 1,
        }
    }

    #[test]
    fn places_at_events_to_come_are_given_up_unless_their_holder_had_come_in() {
        use RegistrationStatus::{Cancelled, Confirmed, Waitlisted};
        let event = concert(EventStatus::Published);
        let start = event.details.schedule.starts_at;
        let before = Timestamp::from_millisecond(start.as_millisecond() - 1).unwrap();
        for (status, kept, now, expected) in [
            (Confirmed, false, before, true),
            (Waitlisted, false, before, true),
            (Cancelled, false, before, false),
            (Confirmed, true, before, false),
            (Confirmed, false, start, false),
            (Waitlisted, false, start, false),
        ] {
            let registration = registration(status, kept);
            assert_eq!(gives_up(&registration, &event, now), expected, "{status:?}");
        }
        let confirmed = registration(Confirmed, false);
        for status in [EventStatus::Cancelled, EventStatus::Completed] {
            assert!(
                !gives_up(&confirmed, &concert(status), before),
                "{status:?}"
            );
        }
    }

    #[test]
    fn a_draft_is_deleted_and_every_other_event_loses_the_name_once() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let draft = concert(EventStatus::Draft);
        assert_eq!(Remains::of(draft.clone(), now), Remains::Deleted(draft));
        for status in [
            EventStatus::Published,
            EventStatus::Cancelled,
            EventStatus::Completed,
        ] {
            let event = concert(status);
            let Remains::Nameless(after) = Remains::of(event.clone(), now) else {
                panic!("{status:?} keeps the name");
            };
            let mut expected = event;
            expected.organizer.name = PersonName::erased();
            expected.version += 1;
            expected.updated_at = now;
            assert_eq!(after, expected);
            assert_eq!(Remains::of(after, now), Remains::Unchanged);
        }
    }
}
