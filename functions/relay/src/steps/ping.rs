//! Answers pings, which check whether the stream is read.

use bootstrap::{clock, error_chain::ErrorChain};
use jiff::Timestamp;

use crate::relay::Relay;

impl Relay {
    /// Answers the ping that was written at `asked_at`, if there is one. If the answer cannot be written, the batch does not
    /// fail, because the next ping comes within seconds.
    pub(super) async fn answer_ping(&self, asked_at: Option<Timestamp>) {
        let Some(asked_at) = asked_at else {
            return;
        };
        if let Err(error) = self.store.answer_ping(asked_at, clock::now()).await {
            tracing::warn!(error = %ErrorChain(&error), "ping_not_answered");
        }
    }
}
