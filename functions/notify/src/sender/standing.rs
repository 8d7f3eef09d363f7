//! Whether the transport takes mail of this deployment: noted in the table for whoever asks for its health, who has no access to
//! the transport.

use std::sync::{Mutex, PoisonError};

use bootstrap::{clock, error_chain::ErrorChain};
use domain::mail::sender::{Outcome, SenderNote};
use store::Store;

/// The state of the sender as this process last noted it.
#[derive(Debug, Default)]
pub(crate) struct Standing(Mutex<SenderNote>);

impl Standing {
    /// Notes what the transport said to a mail, if that is due. No mail fails for it: the next one tells again.
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
