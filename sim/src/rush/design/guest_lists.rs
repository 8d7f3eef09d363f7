//! The design with guest lists: runs the unchanged state machine of a claim, from `domain`, on the modelled table.

mod bucket;
mod guest;
mod registering;
mod relay;

use domain::{
    id::EventId,
    seats::{
        availability::Availability,
        bucket::{BucketNo, SEATS_PER_BUCKET, home, layout},
    },
};
use uuid::Uuid;

use super::{Design, Script, Seats};
use crate::rush::{
    item::{Item, Key, Stored},
    model::{Model, ms},
    table::{Record, Table},
};
use bucket::untouched;
use guest::{guest, person};
use registering::{Registering, Variation};
use relay::Relaying;

/// The product's design, with guest lists.
#[derive(Debug)]
pub(crate) struct GuestLists {
    name: &'static str,
    event: EventId,
    capacity: u32,
    count: BucketNo,
    per_bucket: u32,
    stored: Stored,
    variation: Variation,
}

impl GuestLists {
    /// Creates the design with the model's parameters.
    pub(crate) fn new(model: &Model, name: &'static str) -> Self {
        let event = Uuid::from_u128(u128::from(model.seed) << 64 | 0x7000);
        Self {
            name,
            event: EventId::from_uuid(event),
            capacity: model.capacity,
            count: BucketNo::try_from(model.bucket_count()).unwrap_or(BucketNo::MAX),
            per_bucket: model.seats_per_bucket,
            stored: if model.whole_availability {
                Stored::Whole
            } else {
                Stored::Sharded
            },
            variation: Variation {
                donor: model.donor,
                skip_full_homes: model.skip_full_homes,
                answer_unrecorded: model.answer_unrecorded,
                borrow_wait: ms(model.borrow_wait_ms),
                refusal_wait: ms(model.refusal_wait_ms),
            },
        }
    }

    /// Returns the number of free seats of each bucket before the sale. `domain` computes it for buckets of the usual size. For
    /// other sizes, this method divides the seats in the same way.
    fn layout(&self) -> Vec<(BucketNo, u32)> {
        if self.per_bucket == SEATS_PER_BUCKET {
            return layout(self.capacity).collect();
        }
        let count = u32::from(self.count);
        let share = |no| self.capacity / count + u32::from(u32::from(no) < self.capacity % count);
        (0..self.count).map(|no| (no, share(no))).collect()
    }
}

impl Design for GuestLists {
    fn name(&self) -> &'static str {
        self.name
    }

    fn lay_out(&self, table: &mut Table) {
        table.lay_out(Key::Event, Item::Event);
        let buckets = self.layout();
        let known = Availability::untouched(buckets.iter().map(|(_, free)| *free));
        table.lay_out(Key::Availability, Item::Availability(known, 0, self.stored));
        for (no, free) in buckets {
            let bucket = untouched(no, free);
            table.lay_out(Key::Bucket(no), Item::Bucket(bucket));
        }
    }

    fn request(&self, who: u32, known: Option<Availability>, seed: u64) -> Box<dyn Script> {
        let home = home(self.event, guest(who), self.count);
        Box::new(Registering::new(
            who,
            home,
            self.count,
            known,
            self.variation,
            seed,
        ))
    }

    fn batch(&self, records: Vec<Record>, seed: u64) -> Option<Box<dyn Script>> {
        Some(Box::new(Relaying::new(records, seed)))
    }

    /// Counts a seat as sold only if its guest has a registration, because a guest without a registration could not show the
    /// seat.
    fn count(&self, table: &Table) -> Seats {
        let mut seats = Seats { sold: 0, left: 0 };
        for (_, item) in table.items() {
            let Item::Bucket(bucket) = item else { continue };
            seats.left += bucket.free + bucket.held;
            for guest in &bucket.guests {
                let key = Key::Registration(person(*guest));
                seats.sold += u32::from(table.item(key).is_some());
            }
        }
        seats
    }
}
