//! Function instances: a limited number, each working on one request at a time.

use std::collections::VecDeque;

use domain::seats::availability::Availability;

use super::agenda::Time;

/// One instance, with its memory of the event.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    /// The time until which the instance remembers the event's facts.
    pub(crate) event_until: Time,
    /// The remembered availability of the buckets, and its time.
    pub(crate) availability: Option<(Time, Availability)>,
}

/// The result of a request's search for an instance.
#[derive(Debug)]
pub(crate) enum Admission {
    /// An instance that has worked before.
    Warm(Instance),
    /// A new instance, which has to start.
    Cold,
    /// All are busy; the request waits.
    Queued,
    /// All are busy, and the queue is full: the request is refused.
    Refused,
}

/// All instances of a function.
#[derive(Debug)]
pub(crate) struct Instances<R> {
    /// Idle instances. The one that worked last is used first, as observed with Lambda.
    idle: Vec<Instance>,
    busy: u32,
    most: u32,
    waiting: VecDeque<R>,
    most_waiting: usize,
}

impl<R> Instances<R> {
    /// Creates no instances yet: there are at most `most`, and `most_waiting` requests that wait for one.
    pub(crate) fn new(most: u32, most_waiting: usize) -> Self {
        Self {
            idle: Vec::new(),
            busy: 0,
            most,
            waiting: VecDeque::new(),
            most_waiting,
        }
    }

    /// Admits a request.
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

    /// Takes back an instance that has finished a request, or ended (`None`). Returns the next waiting request, with that
    /// instance.
    pub(crate) fn release(&mut self, instance: Option<Instance>) -> Option<(R, Option<Instance>)> {
        if let Some(request) = self.waiting.pop_front() {
            return Some((request, instance));
        }
        self.busy -= 1;
        self.idle.extend(instance);
        None
    }
}
