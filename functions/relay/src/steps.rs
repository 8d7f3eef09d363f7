//! The steps of a batch, in their order. A transient failure fails the batch, which is then retried. After a permanent
//! failure, the record that caused the work is parked.

mod alignments;
mod erased_accounts;
mod offers;
mod ping;
mod registrations;
mod statistics;
mod viewers;

use std::sync::Arc;

use bootstrap::metrics::Metric;
use jiff::Timestamp;
use store::stream;

use crate::{
    batch::Work,
    record::{Record, Source, requests},
    relay::{Relay, RelayError},
};

impl Relay {
    /// Applies all effects of the records of `batch`.
    ///
    /// # Errors
    /// A step failed that may succeed later. The whole batch must be retried, which does no harm.
    pub async fn process(&self, batch: Vec<Record>) -> Result<(), RelayError> {
        // Boxed, because this large future would enlarge the host's futures.
        let processed = Box::pin(self.do_all(batch)).await;
        self.metrics.write(None);
        processed
    }

    async fn do_all(&self, batch: Vec<Record>) -> Result<(), RelayError> {
        let requests = requests(&batch);
        let written: Vec<Timestamp> = batch.iter().map(|record| record.written_at).collect();
        let work = self.read(batch).await?;
        // First: until then, a connection receives news that its user is no longer allowed to see.
        self.recheck_rights(&work.rights).await?;
        let repaired = self.repair_registrations(&work.seat_changes).await?;
        // After the repair, so that each seat has its registration. Before the messages, so that an erased account gets no
        // ticket.
        let erased = self.give_back(&work.perhaps_erased).await?;
        // Early, because people wait for the result: a seat, the news that no seat is left, the counts.
        for (event, offer) in &work.offers {
            self.offer_seats(*event, offer).await?;
        }
        // After the offers, which make the counts visible.
        self.publish(work.news).await?;
        // After the repair, because the ticket function reads the registrations.
        self.outbox.send_seat_changes(&work.seat_messages).await?;
        self.outbox.send_mails(&work.mails).await?;
        self.align_buckets(work.bucket_alignments.into_values())
            .await?;
        self.align_reminders(work.reminder_alignments.into_values())
            .await?;
        // Late, because nobody waits for the statistics, and this is the only step that must remember which records it has
        // handled.
        let counted = self.count_facts(&work.facts).await?;
        for at in &written {
            self.metrics.note_age(Metric::RecordAge, *at);
        }
        // Last: the answer confirms that all other work of the batch is done.
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
            let source = Arc::new(Source::of(&record));
            match stream::change(record.old, record.new) {
                Ok(change) => work.add(&change, record.written_at, &source),
                Err(error) => self.park(&source, &error).await?,
            }
        }
        Ok(work)
    }
}
