//! A cache of events that a warm function keeps for seconds: a registration then reads nothing.
//!
//! The cache decides nothing. A condition on the bucket decides whether a seat is free and whether registration is open;
//! a cached value only shows where to try.

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

/// Lifetime of a cached event.
const EVENT_LIFE: Duration = Duration::from_secs(3);
/// Lifetime of a cached availability: a seat given back may be overlooked for so long.
const AVAILABILITY_LIFE: Duration = Duration::from_secs(1);
/// Most events in the cache.
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

    /// A published event as it was seconds ago.
    pub(crate) fn event(&self, id: EventId) -> Option<Arc<Event>> {
        let entries = self.entries();
        let (at, event) = entries.get(&id)?.event.as_ref()?;
        (at.elapsed() < EVENT_LIFE).then(|| event.clone())
    }

    /// Caches an event, if it is published: drafts change too often, and other states are final.
    pub(crate) fn remember_event(&self, event: &Arc<Event>) {
        if event.status == EventStatus::Published {
            self.entry(event.id, |entry| {
                entry.event = Some((Instant::now(), event.clone()));
            });
        }
    }

    /// Returns the cached availability of an event, and the time at which it was read.
    pub(crate) fn availability(&self, id: EventId) -> Option<(Instant, Availability)> {
        let entries = self.entries();
        let (at, availability) = entries.get(&id)?.availability.as_ref()?;
        (at.elapsed() < AVAILABILITY_LIFE).then(|| (*at, availability.clone()))
    }

    /// Whether no seat was free by the last known counts of an event's buckets, of any age.
    pub(crate) fn was_sold_out(&self, id: EventId) -> bool {
        let entries = self.entries();
        let known = entries
            .get(&id)
            .and_then(|entry| entry.availability.as_ref());
        known.is_some_and(|(_, availability)| availability.total_free() == 0)
    }

    /// Caches an event's availability that was read at `since`. Later updates of it do not renew its age.
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
