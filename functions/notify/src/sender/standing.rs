//! Records in the table whether the transport accepts mail from this deployment. The health check reads it there, because it
//! has no access to the transport.

use std::sync::{Mutex, PoisonError};

use bootstrap::{clock, error_chain::ErrorChain};
use domain::mail::sender::{SendOutcome, SenderNote};
use store::Store;

/// The state of the sender that this process recorded last.
#[derive(Debug, Default)]
pub(crate) struct Standing(Mutex<SenderNote>);

impl Standing {
    /// Records the transport's reply to a mail, if a new record is due. If the reply cannot be recorded, the mail does not
    /// fail, because the reply to a later mail is recorded.
    pub(super) async fn note(&self, store: &Store, outcome: SendOutcome) {
        let now = clock::now();
        {
            let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if !noted.is_due(outcome, now) {
                return;
            }
            noted.add(outcome, now);
        }
        if let SendOutcome::Refused(fault) = outcome {
            tracing::error!(reason = fault.as_str(), "sender_refused");
        }
        if let Err(error) = store.note_sender(outcome, now).await {
            tracing::warn!(error = %ErrorChain(&error), "sender_not_noted");
        }
    }
}
