//! Records in the table whether the transport accepts mail from this deployment. The health check reads this record, because it
//! has no access to the transport.

use std::sync::{Mutex, PoisonError};

use bootstrap::{clock, error_chain::ErrorChain};
use domain::mail::sender::{SendOutcome, SenderNote};
use store::Store;

/// The last record of this process about the transport: when it accepted a mail, and when it refused mail of this deployment.
#[derive(Debug, Default)]
pub(crate) struct Standing(Mutex<SenderNote>);

impl Standing {
    /// Records the transport's reply to a mail, unless an equal reply was recorded a short time ago. If the record cannot be
    /// written, the mail does not fail, because the reply to a later mail will be recorded.
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
