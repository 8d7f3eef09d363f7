//! Reads the events that the public may see.

use domain::{
    events::{Event, EventStatus},
    id::{EventId, UserId},
    seats::availability::Availability,
};
use jiff::Timestamp;
use store::StoreError;

use crate::{error::PageError, pages::Pages, views::EventView, visit::Visit};

/// The largest number of an organizer's events that one page reads. The page reads the newest events, and shows the published
/// ones among them.
const MOST_OWNED: usize = 100;

/// The published events of an organizer.
#[derive(Debug)]
pub(crate) struct Organized {
    /// The organizer's name as the newest event has it.
    pub(crate) name: String,
    /// The events that are not over, in the order of their start.
    pub(crate) upcoming: Vec<Event>,
    /// The events that are over, the latest first.
    pub(crate) past: Vec<Event>,
}

/// Returns the event whose id a path contains. A draft gives the same error as an event that does not exist.
pub(crate) async fn event(pages: &Pages, id: &str) -> Result<Event, PageError> {
    let id: EventId = id.parse().map_err(|_| PageError::NotFound)?;
    let event = pages.store.event(id).await?;
    event
        .filter(|event| event.status != EventStatus::Draft)
        .ok_or(PageError::NotFound)
}

/// Returns the availability of an event; `None` if it is not known.
pub(crate) async fn availability(
    pages: &Pages,
    event: &Event,
) -> Result<Option<Availability>, StoreError> {
    if event.bucket_count == 0 {
        return Ok(None);
    }
    pages.store.availability(event.id).await
}

/// Returns the events as visitors see them, with their counts.
pub(crate) async fn shown(
    pages: &Pages,
    visit: &Visit,
    events: &[Event],
) -> Result<Vec<EventView>, StoreError> {
    let mut availabilities = pages.store.availabilities(events).await?;
    let view = |event: &Event| EventView::new(visit, event, availabilities.remove(&event.id));
    Ok(events.iter().map(view).collect())
}

/// Returns the published events of the organizer whose id a path contains. An account without published events gives the same
/// error as an account that does not exist.
pub(crate) async fn organized(
    pages: &Pages,
    id: &str,
    now: Timestamp,
) -> Result<Organized, PageError> {
    let user: UserId = id.parse().map_err(|_| PageError::NotFound)?;
    let ids = pages.store.newest_owned_events(user, MOST_OWNED).await?;
    let mut events = pages.store.events(&ids).await?;
    events.retain(|event| event.status == EventStatus::Published && event.organizer.id == user);
    let newest = events.iter().max_by_key(|event| event.id);
    let name = newest
        .ok_or(PageError::NotFound)?
        .organizer
        .name
        .as_str()
        .to_owned();
    events.sort_by_key(|event| (event.details.schedule.starts_at, event.id));
    let is_over = |event: &Event| event.details.schedule.ends_at <= now;
    let (mut past, upcoming): (Vec<_>, Vec<_>) = events.into_iter().partition(is_over);
    past.reverse();
    Ok(Organized {
        name,
        upcoming,
        past,
    })
}
