//! Simulates people: their arrivals, their admission at the gateway, and their reactions to answers.

use std::time::Duration;

use super::{Happening, Instance, Owner, RequestEnd, Visit, World, ms};
use crate::rush::{agenda::Time, instances::Admission, model::Arrivals};

/// An impatient person sends a second request at most this long after the first.
const DOUBLE_CLICK: Duration = Duration::from_millis(200);

impl World<'_> {
    /// Schedules the arrivals of all people.
    pub(super) fn invite(&mut self) {
        let window = Duration::from_secs_f64(self.model.window_seconds);
        let mut last = Time::ZERO;
        for person in 0..self.model.requests {
            let at = match self.model.arrivals {
                Arrivals::Burst => self.chance.within(window),
                Arrivals::Poisson => {
                    last += self.chance.exponential(window / self.model.requests);
                    last
                }
            };
            self.visit(person, at);
            if self.chance.happens(self.model.doubles) {
                let again = at + self.chance.within(DOUBLE_CLICK);
                self.visit(person, again);
            }
        }
    }

    fn visit(&mut self, person: u32, at: Time) {
        let visit = Visit {
            person,
            first_at: at,
            tries: 1,
        };
        self.agenda.at(at, Happening::Arrives(visit));
    }

    pub(super) fn arrive(&mut self, visit: Visit) {
        match self.instances.admit(|| visit) {
            Admission::Warm(instance) => self.serve(visit, Some(instance)),
            Admission::Cold => self.serve(visit, None),
            Admission::Queued => {}
            Admission::Refused => {
                self.tally.refused_at_gateway += 1;
                self.come_back(visit);
            }
        }
    }

    /// Starts to process a request on `instance`, or on a new instance if `instance` is `None`.
    fn serve(&mut self, visit: Visit, instance: Option<Instance>) {
        let now = self.agenda.now();
        let (delay, instance) = if let Some(instance) = instance {
            (Duration::ZERO, instance)
        } else {
            let start = self.model.spread(self.model.cold_start_ms);
            (self.chance.spread(start), Instance::default())
        };
        let fresh = |since: Time| now.saturating_sub(since) < ms(self.model.memory_ms);
        let known = match &instance.availability {
            Some((since, known)) if fresh(*since) => Some(known.clone()),
            _ => None,
        };
        let reads_event = instance.event_until <= now;
        let script = self.design.request(visit.person, known, self.chance.seed());
        self.begin(Owner::Visit(visit, instance), script, reads_event, delay);
    }

    /// Releases an instance, or removes it if it has ended. Then starts the next waiting request, if there is one.
    pub(super) fn release(&mut self, instance: Option<Instance>) {
        if let Some((visit, instance)) = self.instances.release(instance) {
            self.serve(visit, instance);
        }
    }

    /// Handles an answer to a person. Counts a final answer, and otherwise lets the person retry or give up.
    pub(super) fn answer(&mut self, visit: Visit, verdict: RequestEnd) {
        let now = self.agenda.now();
        let waited = now.saturating_sub(visit.first_at);
        match verdict {
            RequestEnd::Confirmed => {
                let units = self.table.units().0;
                self.tally.confirm(visit.person, now, waited, units);
                self.answered += 1;
            }
            RequestEnd::SoldOut => {
                self.tally.sold_out_waits.push(waited);
                self.answered += 1;
            }
            RequestEnd::Unavailable => {
                self.tally.unavailable += 1;
                self.come_back(visit);
            }
        }
    }

    /// Schedules another request for a person who must retry, or counts the person as one who gave up.
    fn come_back(&mut self, mut visit: Visit) {
        if visit.tries >= self.model.client_tries {
            self.tally.gave_up += 1;
            self.answered += 1;
            return;
        }
        visit.tries += 1;
        let wait = ms(self.model.retry_after_ms);
        let wait = wait + self.chance.within(wait);
        self.agenda.after(wait, Happening::Arrives(visit));
    }
}
