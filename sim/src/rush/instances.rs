//! Instances of a Lambda function. Their number is limited, and each processes one request at a time.

use std::collections::VecDeque;

use domain::seats::availability::Availability;

use super::agenda::Time;

/// One instance of the function, with the data that it caches.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    /// The time at which the instance's cache entry with the event's facts expires.
    pub(crate) event_until: Time,
    /// The cached availability of the buckets, and when it was cached.
    pub(crate) availability: Option<(Time, Availability)>,
}

/// The way in which the function admits a request.
#[derive(Debug)]
pub(crate) enum Admission {
    /// An idle instance processes the request. It has processed a request before.
    Warm(Instance),
    /// A new instance processes the request, after it has started.
    Cold,
    /// All instances are busy, so the request waits in the queue.
    Queued,
    /// All instances are busy and the queue is full, so the request is refused.
    Refused,
}

/// All instances of a function.
#[derive(Debug)]
pub(crate) struct Instances<R> {
    /// The idle instances. The instance that worked last is used first, as was observed with Lambda.
    idle: Vec<Instance>,
    busy: u32,
    most: u32,
    waiting: VecDeque<R>,
    most_waiting: usize,
}

impl<R> Instances<R> {
    /// Creates a function without any instance yet. It may have `most` instances, and `most_waiting` requests may wait for an
    /// instance.
    pub(crate) fn new(most: u32, most_waiting: usize) -> Self {
        Self {
            idle: Vec::new(),
            busy: 0,
            most,
            waiting: VecDeque::new(),
            most_waiting,
        }
    }

    /// Gives a request to an instance, puts it into the queue, or refuses it.
    pub(crate) fn admit(&mut self, request: impl FnOnce() -> R) -> Admission {
        if self.busy < self.most {
            self.busy += 1;
            return self.idle.pop().map_or(Admission::Cold, Admission::Warm);
        }
        if self.waiting.len() < self.most_waiting {
            self.waiting.push_back(request());
            return Admission::Queued;
        }
        Admission::Refused
    }

    /// Takes back an instance that has finished its request; `None` means that the instance ended. If a request waits, returns
    /// it together with this instance.
    pub(crate) fn release(&mut self, instance: Option<Instance>) -> Option<(R, Option<Instance>)> {
        if let Some(request) = self.waiting.pop_front() {
            return Some((request, instance));
        }
        self.busy -= 1;
        self.idle.extend(instance);
        None
    }
}
