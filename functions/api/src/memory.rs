//! Caches events for seconds in a warm function, so that a registration reads nothing from the table.
//!
//! The cache decides nothing. A condition on the write of the bucket decides whether a seat is free and whether registration is
//! open. A cached value only shows which bucket to try.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{
    events::{Event, EventStatus},
    id::EventId,
    seats::availability::Availability,
};

/// The lifetime of a cached event.
const EVENT_LIFE: Duration = Duration::from_secs(3);
/// The lifetime of a cached availability. For this time, a request may not notice that a seat was given back.
const AVAILABILITY_LIFE: Duration = Duration::from_secs(1);
/// The largest number of events in the cache.
const MOST_EVENTS: usize = 256;

#[derive(Debug, Default)]
struct Entry {
    event: Option<(Instant, Arc<Event>)>,
    availability: Option<(Instant, Availability)>,
}

/// The cached events.
#[derive(Debug, Default)]
pub(crate) struct EventMemory(Mutex<HashMap<EventId, Entry>>);

impl EventMemory {
    fn entries(&self) -> MutexGuard<'_, HashMap<EventId, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a cached event, which was read at most [`EVENT_LIFE`] ago, and was published at that time. Returns `None` if the
    /// cache has no such event.
    pub(crate) fn event(&self, id: EventId) -> Option<Arc<Event>> {
        let entries = self.entries();
        let (at, event) = entries.get(&id)?.event.as_ref()?;
        (at.elapsed() < EVENT_LIFE).then(|| event.clone())
    }

    /// Caches an event if it is published. Drafts change too often, and events in other states accept no registrations.
    pub(crate) fn remember_event(&self, event: &Arc<Event>) {
        if event.status == EventStatus::Published {
            self.entry(event.id, |entry| {
                entry.event = Some((Instant::now(), event.clone()));
            });
        }
    }

    /// Returns the cached availability of an event if it is at most [`AVAILABILITY_LIFE`] old, and the time at which it was
    /// read.
    pub(crate) fn availability(&self, id: EventId) -> Option<(Instant, Availability)> {
        let entries = self.entries();
        let (at, availability) = entries.get(&id)?.availability.as_ref()?;
        (at.elapsed() < AVAILABILITY_LIFE).then(|| (*at, availability.clone()))
    }

    /// Returns whether the cached availability of an event, however old it is, shows no free seat.
    pub(crate) fn was_sold_out(&self, id: EventId) -> bool {
        let entries = self.entries();
        let known = entries
            .get(&id)
            .and_then(|entry| entry.availability.as_ref());
        known.is_some_and(|(_, availability)| availability.total_free() == 0)
    }

    /// Caches an event's availability. `since` is the time at which the availability was read from the table. If a claim only
    /// updates an availability that is already cached, `since` stays the time of the original read.
    pub(crate) fn remember_availability(
        &self,
        id: EventId,
        since: Instant,
        availability: Availability,
    ) {
        self.entry(id, |entry| {
            if entry
                .availability
                .as_ref()
                .is_none_or(|(at, _)| *at <= since)
            {
                entry.availability = Some((since, availability));
            }
        });
    }

    fn entry(&self, id: EventId, change: impl FnOnce(&mut Entry)) {
        let mut entries = self.entries();
        if entries.len() >= MOST_EVENTS && !entries.contains_key(&id) {
            entries.clear();
        }
        change(entries.entry(id).or_default());
    }
}
