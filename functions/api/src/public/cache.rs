//! Caches public answers for at most a second.

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

/// The longest time for which an answer is cached.
const LIFE: Duration = Duration::from_secs(1);
/// The largest number of cached answers.
const MOST_ANSWERS: usize = 1_024;
/// The largest number of bytes in the bodies of all cached answers.
const MOST_BYTES: usize = 8 << 20;

/// An answer that is complete or is still being made. All requests for the same answer wait for this one future. The work on
/// the answer continues as long as at least one request waits.
type Flight = Shared<BoxFuture<'static, Arc<Kept>>>;

/// The time of a request, on two clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// The second of the wall clock. Whether registration is open depends on this second.
    pub(crate) second: i64,
    /// The time on the monotonic clock, which is never set back.
    pub(crate) at: Instant,
}

impl Moment {
    /// Returns the present time on both clocks.
    pub(crate) fn now() -> Self {
        Self {
            second: clock::now().as_second(),
            at: Instant::now(),
        }
    }
}

/// The public answers of the current second of the wall clock.
///
/// An answer is valid only within the second in which the work on it began, and only until its data changes. A change of the
/// data changes its generation (see [`Generations`]). The generation was read before that work began. So an answer is never
/// older than a second. Times of events are whole seconds, so they take effect immediately. A request that begins after a write
/// sees the write if the host reported it to [`Generations`].
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

    /// Returns the answer that is cached under `key`. If there is none, calls `make` and caches its answer.
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
        // The generation must be read before the table is read. The table is read when the returned future is polled, which
        // happens later.
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
    /// Drops all answers if the second `number` is not the second in which they were made.
    fn turn_to(&mut self, number: i64) {
        if self.number != number {
            self.number = number;
            self.entries.clear();
        }
    }

    /// Drops all answers if the cache is full.
    fn make_room(&mut self) {
        if self.entries.len() >= MOST_ANSWERS || self.bytes() >= MOST_BYTES {
            self.entries.clear();
        }
    }

    /// Returns how many bytes the bodies of all complete answers may take.
    fn bytes(&self) -> usize {
        let made = self
            .entries
            .values()
            .filter_map(|entry| entry.flight.peek());
        made.map(|kept| kept.bytes()).sum()
    }
}

impl Entry {
    /// Returns whether a request that begins at `now` may get this answer.
    fn stands(&self, generation: u64, now: Moment) -> bool {
        // The age of the answer is checked as well, because the wall clock may be set back, so that the same second comes
        // twice.
        let is_young = now.at.saturating_duration_since(self.begun) < LIFE;
        let has_failed = self.flight.peek().is_some_and(|kept| !kept.is_good());
        self.generation == generation && is_young && !has_failed
    }
}

/// Returns a future that makes an answer by running `work`, and that several requests can wait for.
fn begin(work: impl Future<Output = Response> + Send + 'static) -> Flight {
    // A panic of `work` becomes a 500 answer. Otherwise it would fail every request that waits for this answer, and later
    // requests in the same second.
    let work = std::panic::AssertUnwindSafe(work).catch_unwind();
    let flight = async move {
        let response = work.await.unwrap_or_else(|_| {
            ApiError::internal("the handler of a public answer panicked").into_response()
        });
        Arc::new(Kept::read(response).await)
    };
    flight.boxed().shared()
}
