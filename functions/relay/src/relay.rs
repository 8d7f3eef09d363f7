//! Does the work of a batch. A failure that may pass fails the batch, which then comes again. For a failure that cannot
//! pass, the record that caused the work is parked.

use std::collections::{BTreeMap, HashMap};

use bootstrap::{
    clock,
    error_chain::ErrorChain,
    metrics::{Metric, Metrics},
};
use domain::{
    events::Event,
    id::{EventId, UserId},
    seats::{
        claim::SeatRev,
        promotion::{self, Promotion},
    },
};
use futures::future::try_join_all;
use jiff::Timestamp;
use queues::SendError;
use store::{Store, StoreError, stream};

use crate::{
    batch::{Facts, LiveNews, SeatOffer, Work, WrittenSeatChange, recheck_messages},
    effect::SeatChange,
    outbox::Outbox,
    parking::Parking,
    record::{Record, Source, requests},
    reminders::Reminders,
    schedules::ScheduleError,
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

/// A failure after which the same batch may succeed. The whole batch must come again.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The table is unavailable or throttles.
    #[error(transparent)]
    Store(StoreError),
    /// A queue did not take every message.
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
        let processed = Box::pin(self.do_all(batch)).await;
        self.metrics.write(None);
        processed
    }

    async fn do_all(&self, batch: Vec<Record>) -> Result<(), RelayError> {
        let requests = requests(&batch);
        let written: Vec<Timestamp> = batch.iter().map(|record| record.written_at).collect();
        let work = self.read(batch).await?;
        // First: until then, a connection receives news that its user may not see any more.
        self.recheck_rights(&work.rights).await?;
        let repaired = self.repair_registrations(&work.seat_changes).await?;
        // After the repair, so that each seat has its registration. Before the messages, so that no ticket is issued for it.
        let erased = self.give_back(&work.perhaps_erased).await?;
        // Early, because people wait for it: for a seat, for the news that none is left, for the counts.
        for (event, offer) in &work.offers {
            self.offer_seats(*event, offer).await?;
        }
        // After the offers, which make the counts visible.
        self.publish(&work.news).await?;
        // After the repair, because the ticket function reads the registrations.
        self.outbox.send_seat_changes(&work.seat_messages).await?;
        self.outbox.send_mails(&work.mails).await?;
        self.align_buckets(work.bucket_alignments.into_values())
            .await?;
        self.align_reminders(work.reminder_alignments.into_values())
            .await?;
        // Late, because nobody waits for it, and it alone must remember what it has done before.
        let counted = self.count_facts(&work.facts).await?;
        for at in &written {
            self.metrics.note_age(Metric::RecordAge, *at);
        }
        // Last: the answer says that all other work of the batch is done.
        self.answer_ping(work.asked_at).await;
        tracing::info!(
            request_ids = requests,
            records = written.len(),
            seat_changes = work.seat_changes.len(),
            mails = work.mails.len(),
            events = work.offers.len(),
            repaired,
            erased,
            counted,
            "batch_processed"
        );
        Ok(())
    }

    /// Reads the records of a batch and merges their effects. Parks a record whose images cannot be read.
    async fn read(&self, batch: Vec<Record>) -> Result<Work, RelayError> {
        let mut work = Work::default();
        for record in batch {
            let source = Source::of(&record);
            match stream::change(record.old, record.new) {
                Ok(change) => work.add(&change, record.written_at, &source),
                Err(error) => self.park(&source, &error).await?,
            }
        }
        Ok(work)
    }

    /// Writes the registrations that lag behind the guest list, because the process that claimed the seat died. Usually
    /// there are none. Returns how many it wrote.
    ///
    /// # Errors
    /// The batch must come again.
    async fn repair_registrations(
        &self,
        changes: &[WrittenSeatChange],
    ) -> Result<usize, RelayError> {
        let wanted = changes.iter().map(|written| written.change);
        let mut wanted: Vec<(EventId, UserId)> =
            wanted.map(|change| (change.event, change.user)).collect();
        wanted.sort();
        wanted.dedup();
        let standing = match self.store.registrations(wanted).await {
            Ok(standing) => standing,
            Err(error) if error.is_transient() => return Err(RelayError::Store(error)),
            // One of them cannot be read. The conditions of the writes show which.
            Err(_) => Vec::new(),
        };
        let standing: HashMap<_, _> = standing
            .into_iter()
            .map(|item| ((item.event_id, item.user_id), item))
            .collect();
        let mut repairs = 0;
        for written in changes {
            let SeatChange {
                event, user, rev, ..
            } = written.change;
            let repaired = match standing.get(&(event, user)) {
                Some(registration) if registration.rev >= rev => {
                    match registration.obsolete_entry() {
                        Some(entry) => self.store.strike_entry(event, entry).await,
                        None => continue,
                    }
                }
                Some(_) | None => self.repair(written).await,
            };
            repairs += 1;
            self.metrics.note(Metric::RegistrationsRepaired, 1);
            self.settle(repaired, &written.source).await?;
        }
        Ok(repairs)
    }

    async fn repair(&self, written: &WrittenSeatChange) -> Result<(), StoreError> {
        let WrittenSeatChange { change, at, source } = written;
        let SeatChange {
            event,
            user,
            seated,
            rev,
        } = *change;
        let request = &source.request;
        let rev = SeatRev::Written(rev);
        if seated {
            self.store
                .record_seat(event, user, rev, *at, request)
                .await?;
        } else {
            // A caller who removes another guest writes the registration in the same transaction. It is not written here, so
            // the guest has left by themselves.
            self.store
                .record_removal(event, user, rev, user, *at, request)
                .await?;
        }
        Ok(())
    }

    /// Writes the counts of buckets and of the waitlist to the availability. Then offers the seats that were given back:
    /// to the head of the waitlist, or to everybody if nobody waits. The order matters: a user who joins meanwhile is seen
    /// here, or reads an availability that has the counts.
    ///
    /// # Errors
    /// The batch must come again.
    async fn offer_seats(&self, event: EventId, offer: &SeatOffer) -> Result<(), RelayError> {
        let Some(source) = offer.source() else {
            return Ok(());
        };
        let offered = self
            .note_counts_and_promote(event, offer, &source.request)
            .await;
        self.settle(offered, source).await
    }

    async fn note_counts_and_promote(
        &self,
        event: EventId,
        offer: &SeatOffer,
        request: &str,
    ) -> Result<(), StoreError> {
        let waitlisted = match offer.waitlist {
            Some(_) => Some(self.store.count_waitlist(event).await?),
            None => None,
        };
        let known = self
            .store
            .learn_availability(event, &offer.counts(), waitlisted)
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
        // These users have their seats even if the promotion fails afterwards.
        let promoted = promotion.promoted().len();
        self.metrics
            .note(Metric::SeatsPromoted, u64::try_from(promoted).unwrap_or(0));
        let outcome = outcome?;
        tracing::info!(request_id = request, event.id = %event, promoted, ?outcome, "seats_offered");
        match outcome {
            promotion::Outcome::Settled
            | promotion::Outcome::Closed
            | promotion::Outcome::Unfinished => Ok(()),
            promotion::Outcome::Contended => {
                Err(StoreError::Contended("a guest list and its waitlist"))
            }
        }
    }

    /// Has the rights of users checked on each of their open connections, if they have any.
    ///
    /// # Errors
    /// The batch must come again.
    async fn recheck_rights(&self, rights: &BTreeMap<UserId, Source>) -> Result<(), RelayError> {
        for (user, source) in rights {
            match self.store.connections_of(*user).await {
                Ok(open) => {
                    let messages = recheck_messages(*user, open, source);
                    self.outbox.send_rechecks(&messages).await?;
                }
                Err(error) => self.settle(Err(error), source).await?,
            }
        }
        Ok(())
    }

    /// Sends the news to the push function, if somebody watches.
    ///
    /// # Errors
    /// The batch must come again.
    async fn publish(&self, news: &LiveNews) -> Result<(), RelayError> {
        let topics = news.topics();
        let Some(source) = topics.values().next() else {
            return Ok(());
        };
        match self.store.topics(topics.keys().copied()).await {
            Ok(watched) => {
                let due = news.due(&watched, clock::now());
                self.outbox.send_news(&due).await?;
                Ok(())
            }
            Err(error) => self.settle(Err(error), source).await,
        }
    }

    /// Brings buckets up to events whose process died before it had done so.
    ///
    /// # Errors
    /// The batch must come again.
    async fn align_buckets(
        &self,
        events: impl Iterator<Item = (Event, Source)>,
    ) -> Result<(), RelayError> {
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
    ///
    /// # Errors
    /// The batch must come again.
    async fn align_reminders(
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

    /// Counts the facts that were not counted before. Returns how many they are.
    ///
    /// # Errors
    /// The batch must come again.
    async fn count_facts(&self, facts: &Facts) -> Result<usize, RelayError> {
        let counts = facts.0.iter().map(async |(of, (facts, source))| {
            let mut new = 0;
            let counted = self.store.count_facts(*of, facts).await;
            let counted = counted.map(|count| new = count);
            self.settle(counted, source).await.map(|()| new)
        });
        Ok(try_join_all(counts).await?.into_iter().sum())
    }

    /// Answers the question that was asked at `asked_at`, if one was. A failure does not fail the batch, because the next
    /// question comes in seconds.
    async fn answer_ping(&self, asked_at: Option<Timestamp>) {
        let Some(asked_at) = asked_at else {
            return;
        };
        if let Err(error) = self.store.answer_ping(asked_at, clock::now()).await {
            tracing::warn!(error = %ErrorChain(&error), "ping_not_answered");
        }
    }

    /// Parks the record of `source` if its call can never succeed.
    ///
    /// # Errors
    /// The call failed in a way that may pass, or the dead-letter queue cannot be written.
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

    /// Puts the record of `source` on the dead-letter queue, with `error` and its causes as the reason.
    ///
    /// # Errors
    /// The queue cannot be written.
    pub(crate) async fn park(
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
