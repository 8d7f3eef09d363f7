//! The availability of events: one small item each, kept by the relay.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    event::Event,
    guest_list::{
        availability::{Availability, BucketCounts},
        bucket::{BucketNo, layout},
    },
    id::EventId,
};

use crate::{
    Store, StoreError,
    attribute::{Item, PK, REV, b, n, number},
    batch::back_off,
    key,
};

const COUNTS: &str = "counts";
const WAITLISTED: &str = "waitlisted";
/// Tries to write an availability that others write, too.
const MAX_TRIES: u32 = 8;

fn read(item: &Item) -> Result<Availability, StoreError> {
    let mut availability = match item.get(COUNTS) {
        Some(AttributeValue::B(bytes)) => Availability::from_bytes(bytes.as_ref())
            .ok_or(StoreError::corrupt("an availability"))?,
        _ => return Err(StoreError::corrupt("an availability")),
    };
    availability.waitlisted = number(item, WAITLISTED)?;
    Ok(availability)
}

impl Store {
    /// The availability of an event, read consistently; `None` before its publication.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn availability(&self, event: EventId) -> Result<Option<Availability>, StoreError> {
        Ok(self
            .versioned_availability(event)
            .await?
            .map(|(availability, _)| availability))
    }

    async fn versioned_availability(
        &self,
        event: EventId,
    ) -> Result<Option<(Availability, u64)>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key::availability(event)))
            .consistent_read(true)
            .send()
            .await?;
        found
            .item
            .map(|item| Ok((read(&item)?, number(&item, REV)?)))
            .transpose()
    }

    /// The availabilities of those of the events that have one.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn availabilities(
        &self,
        events: &[EventId],
    ) -> Result<HashMap<EventId, Availability>, StoreError> {
        let items = self
            .get_all(
                events
                    .iter()
                    .map(|event| key::availability(*event))
                    .collect(),
                false,
            )
            .await?;
        let mut by_key = HashMap::new();
        for item in items {
            by_key.insert(crate::attribute::text(&item, PK)?.to_owned(), read(&item)?);
        }
        let of = |event: &EventId| {
            let pk = key::availability(*event).remove(PK)?;
            Some((*event, by_key.remove(pk.as_s().ok()?)?))
        };
        Ok(events.iter().filter_map(of).collect())
    }

    /// Writes the availability of an event that is about to be published: all seats free.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn init_availability(&self, event: &Event) -> Result<(), StoreError> {
        let availability =
            Availability::untouched(layout(event.details.capacity.get()).map(|(_, free)| free));
        for attempt in 1..=MAX_TRIES {
            let over = match self.versioned_availability(event.id).await? {
                // Another publication was faster, and people came.
                Some((standing, _)) if standing.is_touched() => return Ok(()),
                Some((_, rev)) => Some(rev),
                None => None,
            };
            if self.put_availability(event.id, &availability, over).await? {
                return Ok(());
            }
            back_off(attempt).await;
        }
        Err(StoreError::Contended("an availability"))
    }

    /// Takes in what buckets looked like, and how many wait, if that was counted. What is known already, or newer,
    /// stays; so this may be repeated. Answers what is known then.
    ///
    /// # Errors
    /// The table could not be read or written, or others kept writing the item.
    pub async fn learn_availability(
        &self,
        event: EventId,
        looks: &[(BucketNo, BucketCounts)],
        waitlisted: Option<u32>,
    ) -> Result<Availability, StoreError> {
        for attempt in 1..=MAX_TRIES {
            let (mut availability, rev) = match self.versioned_availability(event).await? {
                Some((availability, rev)) => (availability, Some(rev)),
                None => (Availability::default(), None),
            };
            let mut news = waitlisted.is_some_and(|count| count != availability.waitlisted);
            availability.waitlisted = waitlisted.unwrap_or(availability.waitlisted);
            for (no, counts) in looks {
                news |= availability.learn(*no, *counts);
            }
            if !news || self.put_availability(event, &availability, rev).await? {
                return Ok(availability);
            }
            back_off(attempt).await;
        }
        Err(StoreError::Contended("an availability"))
    }

    /// Writes an availability over the one of revision `over` (`None`: over none). Whether it did; otherwise
    /// somebody else wrote first.
    async fn put_availability(
        &self,
        event: EventId,
        availability: &Availability,
        over: Option<u64>,
    ) -> Result<bool, StoreError> {
        let mut item = key::availability(event);
        item.insert(COUNTS.to_owned(), b(availability.to_bytes()));
        item.insert(WAITLISTED.to_owned(), n(availability.waitlisted));
        item.insert(REV.to_owned(), n(over.map_or(0, |rev| rev + 1)));
        self.try_put(self.put_over(item, over)?).await
    }
}
