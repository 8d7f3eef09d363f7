//! Function instances: so many at once, each working on one request at a time.

use std::collections::VecDeque;

use domain::seats::availability::Availability;

use super::agenda::Time;

/// One instance, with what it remembers of the event.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    /// Until when it remembers the event's facts.
    pub(crate) event_until: Time,
    /// What it knew of the buckets, and since when.
    pub(crate) availability: Option<(Time, Availability)>,
}

/// How a request finds the instances.
#[derive(Debug)]
pub(crate) enum Admission {
    /// One that has worked before.
    Warm(Instance),
    /// A new one, which has to start.
    Cold,
    /// All are busy; the request waits.
    Queued,
    /// All are busy, and so many wait that the request is refused.
    Refused,
}

/// All instances of a function.
#[derive(Debug)]
pub(crate) struct Instances<R> {
    /// The one that worked last is used first, as Lambda is seen to do.
    idle: Vec<Instance>,
    busy: u32,
    most: u32,
    waiting: VecDeque<R>,
    most_waiting: usize,
}

impl<R> Instances<R> {
    /// None yet; at most `most` at once, and `most_waiting` requests that wait for one.
    pub(crate) fn new(most: u32, most_waiting: usize) -> Self {
        Self {
            idle: Vec::new(),
            busy: 0,
            most,
            waiting: VecDeque::new(),
            most_waiting,
        }
    }

    /// Takes a request in.
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

    /// An instance has finished a request, or died (`None`). The request that it is to take next, if one waits.
    pub(crate) fn release(&mut self, instance: Option<Instance>) -> Option<(R, Option<Instance>)> {
        if let Some(request) = self.waiting.pop_front() {
            return Some((request, instance));
        }
        self.busy -= 1;
        self.idle.extend(instance);
        None
    }
}
