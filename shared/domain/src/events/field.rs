//! The fields of an event, and the fields in which two versions of an event differ.

use serde::{Deserialize, Serialize};

use super::Event;

/// A field of an event, as the HTTP API names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the API describes them")]
pub enum EventField {
    Title,
    Description,
    Venue,
    StartsAt,
    EndsAt,
    Timezone,
    Capacity,
    Category,
    Tags,
    Status,
    RegistrationOpensAt,
    RegistrationClosesAt,
    DoorsOpenAt,
    Organizer,
    /// Only the audit log names it. Viewers of an event are not notified of a picture.
    Picture,
}

impl EventField {
    /// Returns the fields in which the two events differ, in the order of the API. If an event has no `doors_open_at`, its
    /// doors open 12 hours before its start, so a change of the start also counts as a change of the doors.
    #[must_use]
    pub fn changed(before: &Event, after: &Event) -> Vec<Self> {
        let (old, new) = (&before.details, &after.details);
        let (then, now) = (&old.schedule, &new.schedule);
        [
            (Self::Title, old.title != new.title),
            (Self::Description, old.description != new.description),
            (Self::Venue, old.venue != new.venue),
            (Self::StartsAt, then.starts_at != now.starts_at),
            (Self::EndsAt, then.ends_at != now.ends_at),
            (Self::Timezone, then.timezone != now.timezone),
            (Self::Capacity, old.capacity != new.capacity),
            (Self::Category, old.category != new.category),
            (Self::Tags, old.tags != new.tags),
            (Self::Status, before.status != after.status),
            (
                Self::RegistrationOpensAt,
                then.registration_opens_at != now.registration_opens_at,
            ),
            (
                Self::RegistrationClosesAt,
                then.registration_closes_at != now.registration_closes_at,
            ),
            (
                Self::DoorsOpenAt,
                then.doors_open_at != now.doors_open_at || then.doors_open() != now.doors_open(),
            ),
            (Self::Organizer, before.organizer != after.organizer),
        ]
        .into_iter()
        .filter_map(|(field, differs)| differs.then_some(field))
        .collect()
    }
}
