//! Events as clients see them.

use domain::{event::Event, guest_list::availability::Availability, live::counts::Counts};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// An event. `registered`, `remaining` and `waitlisted` may be two seconds old.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Event)]
pub(crate) struct EventView {
    #[schema(example = "evt_01kamyz7p4e4gtxg4rv9jd5q7a")]
    id: String,
    title: String,
    description: String,
    venue: String,
    #[schema(format = DateTime)]
    starts_at: String,
    #[schema(format = DateTime)]
    ends_at: String,
    /// IANA time zone in which people read the times.
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    capacity: u32,
    #[schema(required)]
    category: Option<String>,
    tags: Vec<String>,
    #[schema(value_type = words::EventStatus)]
    status: &'static str,
    /// `null`: with publication.
    #[schema(required, format = DateTime)]
    registration_opens_at: Option<String>,
    /// `null`: with the start.
    #[schema(required, format = DateTime)]
    registration_closes_at: Option<String>,
    /// As said, or 12 hours before the start.
    #[schema(format = DateTime)]
    doors_open_at: String,
    organizer: OrganizerView,
    registered: u32,
    remaining: u32,
    waitlisted: u32,
    /// Counts the changes; the `ETag` begins with it.
    version: u64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// Who runs an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organizer)]
struct OrganizerView {
    id: String,
    name: String,
}

impl EventView {
    /// `availability`: `None` for an event that was never published.
    pub(crate) fn new(event: &Event, availability: Option<Availability>) -> Self {
        let details = &event.details;
        let schedule = &details.schedule;
        let Counts {
            registered,
            remaining,
            capacity,
            waitlisted,
            ..
        } = Counts::of(event, availability);
        Self {
            id: event.id.to_string(),
            title: details.title.as_str().to_owned(),
            description: details.description.as_str().to_owned(),
            venue: details.venue.as_str().to_owned(),
            starts_at: schedule.starts_at.to_string(),
            ends_at: schedule.ends_at.to_string(),
            timezone: schedule.timezone.as_str().to_owned(),
            capacity,
            category: details
                .category
                .as_ref()
                .map(|category| category.as_str().to_owned()),
            tags: details
                .tags
                .iter()
                .map(|tag| tag.as_str().to_owned())
                .collect(),
            status: event.status.as_str(),
            registration_opens_at: schedule.registration_opens_at.map(|at| at.to_string()),
            registration_closes_at: schedule.registration_closes_at.map(|at| at.to_string()),
            doors_open_at: schedule.doors_open().to_string(),
            organizer: OrganizerView {
                id: event.organizer.id.to_string(),
                name: event.organizer.name.as_str().to_owned(),
            },
            registered,
            remaining,
            waitlisted,
            version: event.version,
            created_at: event.created_at.to_string(),
            updated_at: event.updated_at.to_string(),
        }
    }
}
