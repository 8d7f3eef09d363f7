//! Does the work of a batch. A failure that may pass fails the batch, which then comes again; one that cannot
//! pass parks the record that asked for it.

use std::collections::HashMap;

use bootstrap::{
    clock,
    error_chain::ErrorChain,
    metrics::{Metric, Metrics},
};
use domain::{
    events::Event,
    id::{EventId, UserId},
    seats::{
        availability::BucketCounts,
        bucket::BucketNo,
        claim::SeatRev,
        promotion::{Outcome, Promotion},
    },
};
use futures::future::try_join_all;
use jiff::Timestamp;
use queues::SendError;
use store::{Store, StoreError, stream};

use crate::{
    batch::{SeatChange, Seating, Source, Work},
    live::{Live, judge},
    outbox::Outbox,
    parking::Parking,
    record::{Record, requests, source},
    reminders::Reminders,
    schedules::ScheduleError,
    tally::Facts,
};

/// The relay.
#[derive(Debug)]
pub struct Relay {
    /// The table.
    pub store: Store,
    /// The dead-letter queue of records.
    pub parking: Parking,
    /// The queues that the relay writes.
    pub outbox: Outbox,
    /// The schedules of reminders.
    pub reminders: Reminders,
    /// Metrics, written at the end of each batch.
    pub metrics: Metrics,
}

/// The batch must come again.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The table is away, or throttled.
    #[error(transparent)]
    Store(StoreError),
    /// A queue could not be written, or not whole.
    #[error(transparent)]
    Queue(#[from] SendError),
    /// A schedule could not be made, moved or deleted.
    #[error(transparent)]
    Schedule(ScheduleError),
}

impl Relay {
    /// Does everything that follows from the records of `batch`.
    ///
    /// # Errors
    /// Something failed that may succeed later. The whole batch must come again, which does no harm.
    pub async fn process(&self, batch: Vec<Record>) -> Result<(), RelayError> {
        // Boxed, because it is large, and the host's futures would grow by it.
        let processed = Box::pin(self.work_through(batch)).await;
        self.metrics.write(None);
        processed
    }

    async fn work_through(&self, batch: Vec<Record>) -> Result<(), RelayError> {
        let requests = requests(&batch);
        let written: Vec<Timestamp> = batch.iter().map(|record| record.written_at).collect();
        let work = self.read(batch).await?;
        self.end_rights(&work.live).await?;
        let repaired = self.repair_registrations(&work.seat_changes).await?;
        // After the repair, so that each seat has its registration; before the messages, so that no ticket is issued for it.
        let erased = self.give_back(&work.people).await?;
        // First what people wait for: that a seat is theirs, that none is left, that the count moves.
        for (event, seating) in &work.seatings {
            self.offer(*event, seating).await?;
        }
        // After the offers, which make the counts visible.
        self.tell_viewers(&work.live).await?;
        // After the repair: the ticket function reads the registrations.
        self.outbox.send_seat_changes(&work.seat_changes).await?;
        self.outbox.send_mails(&work.mails).await?;
        self.align(work.alignments.into_values()).await?;
        self.remind(work.reminders.into_values()).await?;
        // Late: nobody waits for it, and it alone must know what it has done before.
        let counted = self.count(work.facts).await?;
        for at in &written {
            self.metrics.note_age(Metric::RecordAge, *at);
        }
        // Last: the answer says that all of this is done.
        self.answer(work.asked).await;
        tracing::info!(
            request_ids = requests,
            records = written.len(),
            seat_changes = work.seat_changes.len(),
            mails = work.mails.len(),
            events = work.seatings.len(),
            repaired,
            erased,
            counted,
            "batch_processed"
        );
        Ok(())
    }

    async fn read(&self, batch: Vec<Record>) -> Result<Work, RelayError> {
        let mut work = Work::default();
        for record in batch {
            let source = source(&record);
            match stream::change(record.old, record.new) {
                Ok(change) => work.add(change, record.written_at, source),
                Err(error) => self.park(&source, &error).await?,
            }
        }
        Ok(work)
    }

    /// Writes the registration items that lag behind the guest list, because the process that claimed the seat
    /// died; usually there are none. How many it wrote.
    async fn repair_registrations(&self, changes: &[SeatChange]) -> Result<usize, RelayError> {
        let mut wanted: Vec<(EventId, UserId)> = changes
            .iter()
            .map(|change| (change.event, change.user))
            .collect();
        wanted.sort();
        wanted.dedup();
        let standing = match self.store.registrations(wanted).await {
            Ok(standing) => standing,
            Err(error) if error.is_transient() => return Err(RelayError::Store(error)),
            // One of them cannot be read: the conditions of the writes find out which.
            Err(_) => Vec::new(),
        };
        let standing: HashMap<_, _> = standing
            .into_iter()
            .map(|item| ((item.event_id, item.user_id), item))
            .collect();
        let mut repairs = 0;
        for change in changes {
            let repaired = match standing.get(&(change.event, change.user)) {
                Some(registration) if registration.rev >= change.rev => {
                    match registration.obsolete_entry() {
                        Some(entry) => self.store.strike_entry(change.event, entry).await,
                        None => continue,
                    }
                }
                _ => self.repair(change).await,
            };
            repairs += 1;
            self.metrics.note(Metric::RegistrationsRepaired, 1);
            self.settle(repaired, &change.source).await?;
        }
        Ok(repairs)
    }

    async fn repair(&self, change: &SeatChange) -> Result<(), StoreError> {
        let SeatChange {
            event,
            user,
            rev,
            at,
            source,
            ..
        } = change;
        let request = &source.request;
        let rev = SeatRev::Written(*rev);
        if change.seated {
            self.store
                .record_seat(*event, *user, rev, *at, request)
                .await?;
        } else {
            // A caller who removes another guest writes the registration in the same transaction. It is not written here, so
            // the guest has left by themselves.
            self.store
                .record_removal(*event, *user, rev, *user, *at, request)
                .await?;
        }
        Ok(())
    }

    /// Brings buckets up to events whose process died before it had done so.
    async fn align(&self, events: impl Iterator<Item = (Event, Source)>) -> Result<(), RelayError> {
        for (event, source) in events {
            let aligned = self
                .store
                .align_buckets_behind(&event, &source.request)
                .await
                .map(|buckets| {
                    if buckets > 0 {
                        tracing::warn!(request_id = source.request, event.id = %event.id, buckets, "buckets_aligned");
                    }
                });
            self.settle(aligned, &source).await?;
        }
        Ok(())
    }

    /// Brings the schedules of reminders up to their events.
    async fn remind(
        &self,
        events: impl Iterator<Item = (Event, Source)>,
    ) -> Result<(), RelayError> {
        for (event, source) in events {
            let now = clock::now();
            match self.reminders.align(&event, now, &source.request).await {
                Ok(()) => {}
                Err(error) if error.is_transient() => return Err(RelayError::Schedule(error)),
                Err(error) => self.park(&source, &error).await?,
            }
        }
        Ok(())
    }

    /// Learns what the buckets look like and how many wait, then offers the seats that were given back: to whoever
    /// waits, or to everybody. In this order: whoever joins meanwhile is seen here, or sees what was learned.
    async fn offer(&self, event: EventId, seating: &Seating) -> Result<(), RelayError> {
        let look = seating.looks.values().last();
        let Some(source) = look.map(|look| &look.source).or(seating.waitlist.as_ref()) else {
            return Ok(());
        };
        let offered = self
            .learn_and_promote(event, seating, &source.request)
            .await;
        self.settle(offered, source).await
    }

    async fn learn_and_promote(
        &self,
        event: EventId,
        seating: &Seating,
        request: &str,
    ) -> Result<(), StoreError> {
        let counts: Vec<(BucketNo, BucketCounts)> = seating
            .looks
            .iter()
            .map(|(no, look)| (*no, look.counts))
            .collect();
        let waitlisted = match seating.waitlist {
            Some(_) => Some(self.store.count_waitlist(event).await?),
            None => None,
        };
        let known = self
            .store
            .learn_availability(event, &counts, waitlisted)
            .await?;
        if !Promotion::is_due(&known) {
            return Ok(());
        }
        let Some(standing) = self.store.event(event).await? else {
            return Ok(());
        };
        let now = clock::now();
        let mut promotion =
            Promotion::new(event, standing.bucket_count, now.as_millisecond(), known);
        let outcome = self.store.promote(&mut promotion, now, request).await;
        // These have their seats even if the promotion fails afterwards.
        let promoted = promotion.promoted().len();
        self.metrics
            .note(Metric::SeatsPromoted, u64::try_from(promoted).unwrap_or(0));
        let outcome = outcome?;
        tracing::info!(request_id = request, event.id = %event, promoted, ?outcome, "seats_offered");
        match outcome {
            Outcome::Settled | Outcome::Closed | Outcome::Unfinished => Ok(()),
            Outcome::Contended => Err(StoreError::Contended("a guest list and its waitlist")),
        }
    }

    /// Counts what is new. How many facts that was.
    async fn count(&self, facts: Facts) -> Result<usize, RelayError> {
        let counts = facts.0.iter().map(async |(of, (facts, source))| {
            let mut new = 0;
            let counted = self.store.count_facts(*of, facts).await;
            let counted = counted.map(|count| new = count);
            self.settle(counted, source).await.map(|()| new)
        });
        Ok(try_join_all(counts).await?.into_iter().sum())
    }

    /// Has the open connections judged anew of users whose rights may have ended, if they have any. First of all: until then
    /// they hear what they may not.
    async fn end_rights(&self, live: &Live) -> Result<(), RelayError> {
        for (user, source) in live.rights() {
            match self.store.connections_of(user).await {
                Ok(open) => self.outbox.send_rights(&judge(user, open, source)).await?,
                Err(error) => self.settle(Err(error), source).await?,
            }
        }
        Ok(())
    }

    /// Tells those who watch, if anybody does.
    async fn tell_viewers(&self, live: &Live) -> Result<(), RelayError> {
        let wanted = live.topics();
        let Some(source) = wanted.values().next() else {
            return Ok(());
        };
        match self.store.topics(wanted.keys().copied()).await {
            Ok(watched) => {
                self.outbox
                    .send_live(&live.due(&watched, clock::now()))
                    .await?;
                Ok(())
            }
            Err(error) => self.settle(Err(error), source).await,
        }
    }

    /// Answers whoever asks whether the stream is read. No batch fails for it: the next question comes in seconds.
    async fn answer(&self, asked: Option<Timestamp>) {
        let Some(asked_at) = asked else {
            return;
        };
        if let Err(error) = self.store.answer_ping(asked_at, clock::now()).await {
            tracing::warn!(error = %ErrorChain(&error), "ping_not_answered");
        }
    }

    /// Parks the record of a call that can never succeed; passes on an error that may pass.
    pub(crate) async fn settle(
        &self,
        result: Result<(), StoreError>,
        source: &Source,
    ) -> Result<(), RelayError> {
        match result {
            Ok(()) => Ok(()),
            Err(error) if error.is_transient() => Err(RelayError::Store(error)),
            Err(error) => Ok(self.park(source, &error).await?),
        }
    }

    async fn park(
        &self,
        source: &Source,
        error: &(dyn std::error::Error + 'static),
    ) -> Result<(), SendError> {
        self.parking
            .park(source, ErrorChain(error).to_string())
            .await?;
        self.metrics.note(Metric::RecordsParked, 1);
        Ok(())
    }
}
