//! Handles `GET /events.ics`, `GET /events/{id}/event.ics` and `GET /organizers/{userId}/events.ics`.

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::{
    events::{Event, EventStatus},
    id::EventId,
};
use rendering::calendar::{self, CalendarEvent, Method};

use super::{Visited, list::upcoming};
use crate::{
    catalogue::filled,
    error::PageError,
    events::{self, Organized},
    pages::Shared,
    reply,
    views::shown_name,
    visit::Visit,
};

const ICALENDAR: &str = "text/calendar; charset=utf-8";
/// The largest number of events in a calendar.
const MOST_EVENTS: usize = 100;
/// The time after which a calendar program should read a calendar again.
const REFRESH_MINUTES: u32 = 60;

/// Returns an event as a file for a calendar program.
pub(super) async fn event(
    State(pages): State<Shared>,
    Extension(visit): Visited,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let event = events::event(&pages, &id).await?;
    let named = Named::of(&visit, &event);
    Ok(reply::feed(
        ICALENDAR,
        calendar::calendar(&named.entry(&event)),
    ))
}

/// Returns the upcoming events that match the address as a calendar.
pub(super) async fn list(
    State(pages): State<Shared>,
    Extension(visit): Visited,
) -> Result<Response, PageError> {
    let events = upcoming(&pages, &visit, MOST_EVENTS).await?;
    let name = &visit.messages().list_title;
    Ok(feed(&visit, name, &events))
}

/// Returns the upcoming events of an organizer as a calendar.
pub(super) async fn organizer(
    State(pages): State<Shared>,
    Extension(visit): Visited,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let Organized { name, upcoming, .. } = events::organized(&pages, &id, visit.now).await?;
    let texts = visit.messages();
    let name = filled(
        &texts.organizer_title,
        &[("name", shown_name(texts, &name))],
    );
    Ok(feed(&visit, &name, &upcoming))
}

fn feed(visit: &Visit, name: &str, events: &[Event]) -> Response {
    let named: Vec<Named> = events.iter().map(|event| Named::of(visit, event)).collect();
    let entries = events.iter().zip(&named);
    let entries: Vec<_> = entries.map(|(event, named)| named.entry(event)).collect();
    reply::feed(ICALENDAR, calendar::feed(name, REFRESH_MINUTES, &entries))
}

/// The texts that name an event in a calendar entry.
struct Named {
    uid: String,
    address: String,
}

impl Named {
    fn of(visit: &Visit, event: &Event) -> Self {
        Self {
            uid: uid(event.id),
            address: visit.site.at(&format!("/events/{}", event.id)),
        }
    }

    fn entry<'a>(&'a self, event: &'a Event) -> CalendarEvent<'a> {
        let details = &event.details;
        let is_cancelled = event.status == EventStatus::Cancelled;
        CalendarEvent {
            method: if is_cancelled {
                Method::Cancel
            } else {
                Method::Publish
            },
            uid: &self.uid,
            sequence: calendar::sequence(event.version, 0, is_cancelled),
            stamped_at: event.updated_at,
            starts_at: details.schedule.starts_at,
            ends_at: details.schedule.ends_at,
            summary: details.title.as_str(),
            location: details.venue.as_str(),
            ticket: None,
            description: details.description.as_str(),
            url: Some(&self.address),
            organizer: None,
            attendee: None,
        }
    }
}

/// Returns the UID of an event in public calendars. A guest's own entry has another UID, because it also follows the guest's
/// registration.
fn uid(event: EventId) -> String {
    format!("{event}@em-connect")
}
