//! Steps of the organizer's process.

use domain::seats::{
    availability::{Availability, BucketCounts},
    capacity_change,
};

use super::super::{
    instance::{Change, terms},
    organizer::Organizer,
    setting::Setting,
    world::World,
};

impl World {
    /// Makes the organizer's next call. If `dies` is set, the process ends after this call.
    pub(crate) fn step_organizer(&mut self, setting: &Setting, dies: bool) {
        let Some(change) = self.organizer.change(&setting.instance) else {
            return;
        };
        let is_last = match change {
            Change::Raise(seats, first) => {
                let plan = capacity_change::raise(setting.instance.count(), seats, first);
                self.raise(setting, &plan);
                true
            }
            Change::Lower(seats) => self.step_lower(setting, seats),
            Change::Close | Change::Reopen => self.step_terms(setting, change == Change::Reopen),
        };
        if dies || is_last {
            self.closed = match change {
                Change::Close => !dies,
                _ => self.closed,
            };
            self.organizer = Organizer {
                at: self.organizer.at + 1,
                ..Organizer::default()
            };
        } else {
            self.organizer.calls += 1;
        }
    }

    /// Reads all buckets in the first call. In the second call, withdraws seats from the buckets if the buckets still have
    /// these seats. Returns whether this was the last call.
    fn step_lower(&mut self, setting: &Setting, seats: u32) -> bool {
        let Some(read) = self.organizer.read.take() else {
            let mut read = Availability::default();
            for bucket in &self.buckets {
                read.update(bucket.no, BucketCounts::from(bucket));
            }
            self.organizer.read = Some(read);
            return false;
        };
        if let Ok(plan) = capacity_change::lower(&read, seats) {
            self.lower(setting, &plan);
        }
        true
    }

    /// Writes the event's new terms in the first call, and the terms of one bucket in each later call. Returns whether this was
    /// the last call.
    fn step_terms(&mut self, setting: &Setting, open: bool) -> bool {
        let calls = self.organizer.calls;
        if calls == 0 {
            if open {
                self.closed = false;
            }
            let version = self.event.event_version + 1;
            self.write_event(setting, terms(open, version));
            return false;
        }
        self.align(setting, calls - 1, self.event);
        calls == setting.instance.count()
    }
}
