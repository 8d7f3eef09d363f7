//! The table of the model. Each write is as atomic as `DynamoDB` makes it.
//!
//! The conditions and effects of writes come from `domain::seats::writes`, which the store translates for `DynamoDB`. This
//! module evaluates them on the model's state. A negative control removes a condition before the evaluation.

mod places;
mod registrations;
mod seats;

use domain::seats::{
    availability::BucketCounts,
    bucket::Bucket,
    registration::Registration,
    writes::{BucketWrite, PlaceWrite, RegistrationChange, RegistrationWrite},
};
use jiff::Timestamp;

use super::{
    control::Without,
    record::{Record, SeatChange},
    setting::{Setting, User},
    world::{Broken, World},
};

/// The time of every write. It is constant, because times are no part of a state ([`forget_times`]).
const AT: Timestamp = Timestamp::UNIX_EPOCH;

impl Setting {
    /// If `control` is the negative control of this run, removes from `demands` all conditions for which `takes` returns true.
    fn weaken<D>(&self, control: Without, demands: &mut Vec<D>, takes: fn(&D) -> bool) {
        if self.is_without(control) {
            demands.retain(|demand| !takes(demand));
        }
    }
}

impl World {
    /// Erases the account in one transaction, unless it is erased already. From then on, the checker ignores the answers that
    /// the user got earlier.
    pub(crate) fn erase_account(&mut self, setting: &Setting, user: User) {
        if self.erased[user] {
            return;
        }
        self.erased[user] = true;
        for client in self.clients.iter_mut().filter(|client| client.user == user) {
            client.answered = None;
        }
        self.record(setting, Record::Account(user));
    }

    /// Adds a record to the stream.
    fn record(&mut self, setting: &Setting, record: Record) {
        self.stream[setting.shard(&record)].push(record);
    }

    /// Returns the current state of the bucket that `write` changes, if one of the write's conditions fails; `None` if all
    /// conditions are met.
    fn refusing(&self, write: &BucketWrite) -> Option<Bucket> {
        let bucket = &self.buckets[usize::from(write.no)];
        (!write.holds(bucket)).then(|| bucket.clone())
    }

    /// Writes a bucket, and adds a record to the stream.
    fn write_bucket(&mut self, setting: &Setting, write: &BucketWrite) {
        let bucket = &mut self.buckets[usize::from(write.no)];
        write.apply(bucket);
        let counts = BucketCounts::from(&*bucket);
        let seated = write.seated().map(|guest| (guest, true));
        let unseated = write.unseated().map(|guest| (guest, false));
        let change = seated.or(unseated).and_then(|(guest, seated)| {
            let user = setting.user(guest)?;
            Some(SeatChange { user, seated })
        });
        if let Some(SeatChange { user, seated }) = change {
            if seated && self.closed {
                self.break_promise(Broken::SeatAfterClose);
            }
            self.seatings[user] += u8::from(seated);
            if !seated {
                for client in self.clients.iter_mut().filter(|client| client.user == user) {
                    client.lost_seat();
                }
            }
        }
        let no = write.no;
        self.record(setting, Record::Bucket { no, counts, change });
    }

    /// Writes a registration, and returns its new state.
    fn write_registration(
        &mut self,
        setting: &Setting,
        user: User,
        write: &RegistrationWrite,
    ) -> Registration {
        let standing = self.registrations[user].take();
        let rev = standing.as_ref().map(|item| item.rev);
        let mut written = write.applied(standing);
        forget_times(&mut written);
        if rev.is_some_and(|rev| rev > written.rev) {
            self.break_promise(Broken::RevFell);
        }
        self.registrations[user] = Some(written.clone());
        if matches!(write.change, RegistrationChange::Place { .. }) && setting.instance.erases() {
            self.record(setting, Record::Joined(user));
        }
        written
    }

    /// Makes or deletes a place. Adds a record to the stream if the number of places changed.
    fn write_place(&mut self, setting: &Setting, write: &PlaceWrite) {
        let places = self.entries.len();
        write.apply(&mut self.entries);
        if self.entries.len() == places {
            return;
        }
        if let PlaceWrite::Delete(gone) | PlaceWrite::DeleteStanding(gone) = write {
            self.behind.remove(gone);
            for behind in self.behind.values_mut() {
                behind.retain(|other| other != gone);
            }
        }
        self.record(setting, Record::Place);
    }
}

/// Resets the fields that no rule of the guest list reads: times, who cancelled the registration, and how the user got the
/// seat. Otherwise the checker would distinguish states that behave alike.
fn forget_times(registration: &mut Registration) {
    registration.registered_at = AT;
    registration.cancelled_at = None;
    registration.cancelled_by = None;
    registration.seat_lost_at = None;
    registration.promoted = false;
}
