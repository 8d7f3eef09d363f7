//! Does the steps of a batch in their order. If a step fails temporarily, the whole batch fails and is retried. If a step fails
//! permanently, the record that caused the work is parked.

mod alignments;
mod erased_accounts;
mod offers;
mod pictures;
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
    /// A step had a temporary failure. The whole batch must be retried. It is safe to repeat the steps.
    pub async fn process(&self, batch: Vec<Record>) -> Result<(), RelayError> {
        // The future of `do_all` is boxed, because it is large and would make the host's futures large too.
        let processed = Box::pin(self.do_all(batch)).await;
        self.metrics.write(None);
        processed
    }

    async fn do_all(&self, batch: Vec<Record>) -> Result<(), RelayError> {
        let requests = requests(&batch);
        let written: Vec<Timestamp> = batch.iter().map(|record| record.written_at).collect();
        let work = self.read(batch).await?;
        // The rights are checked first, because until then a connection may receive news that its user may no longer see.
        self.recheck_rights(&work.rights).await?;
        let repaired = self.repair_registrations(&work.seat_changes).await?;
        // Erased accounts give their seats back after the registrations are repaired, so that each seat has its registration,
        // and before messages are sent, so that an erased account gets no ticket.
        let erased = self.give_back(&work.perhaps_erased).await?;
        // Seats are offered early, because people wait for the results: a person's new seat, the news that an event is sold
        // out, and the event's new counts.
        for (event, offer) in &work.offers {
            self.offer_seats(*event, offer).await?;
        }
        // The news is published after seats are offered, because the offers change the counts that are published.
        self.publish(work.news).await?;
        // These messages are sent after the registrations are repaired, because the ticket function reads the registrations.
        self.outbox.send_seat_changes(&work.seat_messages).await?;
        self.outbox.send_mails(&work.mails).await?;
        self.align_buckets(work.bucket_alignments.into_values())
            .await?;
        self.align_reminders(work.reminder_alignments.into_values())
            .await?;
        self.discard_pictures(&work.pictures).await?;
        // Statistics are updated late, because nobody waits for them. Numbers must not be added twice, so this step stores
        // which records it has handled. No other step must do that.
        let counted = self.count_facts(&work.facts).await?;
        for at in &written {
            self.metrics.note_age(Metric::RecordAge, *at);
        }
        // The ping is answered last, because the reply confirms that all other work of the batch is done.
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

    /// Reads the records of a batch and merges their effects. If the old or the new item in a record cannot be read, the record
    /// is parked.
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
