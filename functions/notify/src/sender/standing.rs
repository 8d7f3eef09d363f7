//! Whether the transport accepts mail of this deployment. It is noted in the table, because the health check has no access to
//! the transport.

use std::sync::{Mutex, PoisonError};

use bootstrap::{clock, error_chain::ErrorChain};
use domain::mail::sender::{Outcome, SenderNote};
use store::Store;

/// The state of the sender as this process last noted it.
#[derive(Debug, Default)]
pub(crate) struct Standing(Mutex<SenderNote>);

impl Standing {
    /// Notes the transport's answer to a mail, if that is due. A failure does not fail the mail: the next mail notes it again.
    pub(super) async fn note(&self, store: &Store, outcome: Outcome) {
        let now = clock::now();
        {
            let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !noted.is_due(outcome, now) {
                return;
            }
            noted.add(outcome, now);
        }
        if let Outcome::Refused(fault) = outcome {
            tracing::error!(reason = fault.as_str(), "sender_refused");
        }
        if let Err(error) = store.note_sender(outcome, now).await {
            tracing::warn!(error = %ErrorChain(&error), "sender_not_noted");
        }
    }
}
