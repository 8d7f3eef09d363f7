//! Caches public answers for a second at most.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::response::{IntoResponse as _, Response};
use bootstrap::clock;
use futures::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};

use super::{generations::Generations, kept::Kept, key::Key};
use crate::problem::ApiError;

#[cfg(test)]
mod tests;

/// The longest time for which an answer is kept.
const LIFE: Duration = Duration::from_secs(1);
/// The most answers that are kept.
const MOST_ANSWERS: usize = 1_024;
/// The most bytes that the bodies of all kept answers take.
const MOST_BYTES: usize = 8 << 20;

/// An answer that is being made, or was made. All requests for this answer wait for the same one. The work on it continues
/// while a request waits.
type Flight = Shared<BoxFuture<'static, Arc<Kept>>>;

/// The time of a request, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// The second of the wall clock, by which registration opens and closes.
    pub(crate) second: i64,
    /// The time of the clock that is never set.
    pub(crate) at: Instant,
}

impl Moment {
    /// Returns the present.
    pub(crate) fn now() -> Self {
        Self {
            second: clock::now().as_second(),
            at: Instant::now(),
        }
    }
}

/// The public answers of this second.
///
/// An answer is valid within the second of the wall clock in which its making began, and while the generation that was read
/// before that is still the current one. So an answer is never older than a second, times of events that are whole seconds take
/// effect immediately, and a write that the [`Generations`] know of is in every answer to a request that begins after it.
#[derive(Debug)]
pub(crate) struct PublicCache {
    generations: Arc<Generations>,
    clock: fn() -> Moment,
    answers: Mutex<Second>,
}

#[derive(Debug, Default)]
struct Second {
    number: i64,
    entries: HashMap<Key, Entry>,
}

#[derive(Debug)]
struct Entry {
    generation: u64,
    begun: Instant,
    flight: Flight,
}

impl PublicCache {
    pub(crate) fn new(generations: Arc<Generations>, clock: fn() -> Moment) -> Self {
        Self {
            generations,
            clock,
            answers: Mutex::default(),
        }
    }

    /// Returns the answer that is kept under `key`, or the one that `make` makes.
    pub(super) async fn answer<F>(&self, key: Key, make: impl FnOnce() -> F) -> Arc<Kept>
    where
        F: Future<Output = Response> + Send + 'static,
    {
        self.answer_at((self.clock)(), key, make).await
    }

    async fn answer_at<F>(&self, now: Moment, key: Key, make: impl FnOnce() -> F) -> Arc<Kept>
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let flight = self.flight(now, key, make);
        flight.await
    }

    fn flight<F>(&self, now: Moment, key: Key, make: impl FnOnce() -> F) -> Flight
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        // The table is not read before the flight is polled.
        let generation = self.generations.of(key.subject());
        answers.turn_to(now.second);
        if let Some(entry) = answers.entries.get(&key)
            && entry.stands(generation, now)
        {
            return entry.flight.clone();
        }
        answers.make_room();
        let flight = begin(make());
        let entry = Entry {
            generation,
            begun: now.at,
            flight: flight.clone(),
        };
        answers.entries.insert(key, entry);
        flight
    }
}

impl Second {
    /// Drops all answers if they were made in another second.
    fn turn_to(&mut self, number: i64) {
        if self.number != number {
            self.number = number;
            self.entries.clear();
        }
    }

    /// Drops all answers if there is no room for another one.
    fn make_room(&mut self) {
        if self.entries.len() >= MOST_ANSWERS || self.bytes() >= MOST_BYTES {
            self.entries.clear();
        }
    }

    /// Returns the bytes of the answers that are made.
    fn bytes(&self) -> usize {
        let made = self
            .entries
            .values()
            .filter_map(|entry| entry.flight.peek());
        made.map(|kept| kept.bytes()).sum()
    }
}

impl Entry {
    /// Returns whether a request that begins now may get the answer.
    fn stands(&self, generation: u64, now: Moment) -> bool {
        // The wall clock may be set back within a second.
        let is_young = now.at.saturating_duration_since(self.begun) < LIFE;
        let has_failed = self.flight.peek().is_some_and(|kept| !kept.is_good());
        self.generation == generation && is_young && !has_failed
    }
}

/// Begins an answer.
fn begin(work: impl Future<Output = Response> + Send + 'static) -> Flight {
    // A panic would fail all requests that wait for the answer, and all further ones in this second.
    let work = std::panic::AssertUnwindSafe(work).catch_unwind();
    let flight = async move {
        let response = work.await.unwrap_or_else(|_| {
            ApiError::internal("the handler of a public answer panicked").into_response()
        });
        Arc::new(Kept::read(response).await)
    };
    flight.boxed().shared()
}
