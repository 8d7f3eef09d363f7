//! Sends each mail once.
//!
//! A conditional write claims the item of a mail before the mail is passed to the transport. Another write sets the item to
//! `sent` afterwards. If the process ends between the transport's reply and the second write, the claim stays as a lease. After
//! the lease has expired, the mail is sent a second time. This cannot be avoided, because neither SES nor SMTP accepts an
//! idempotency token.

mod standing;

use std::{sync::Arc, time::Duration};

use bootstrap::{
    clock,
    error_chain::ErrorChain,
    metrics::{Metric, Metrics},
};
use domain::mail::{key::MailKey, sender::SendOutcome, state::MailState};
use jiff::Timestamp;
use mail::Message;
use store::{MailBlock, MailClaim, Store};

use crate::{
    count::count,
    error::{Cause, MailError},
    feedback,
    pace::Pace,
    transport::{RawMail, Refusal, Transport},
};

pub(crate) use standing::Standing;

/// The time for which a claim on a mail lasts. A claim lasts longer than a call of the transport may take.
pub(crate) const LEASE: Duration = Duration::from_mins(1);

/// Sends mails through a transport.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) store: Store,
    pub(crate) pace: Pace,
    /// The time for which a claim on a mail lasts.
    pub(crate) lease: Duration,
    pub(crate) standing: Standing,
    /// The metrics, which are written at the end of each batch.
    pub(crate) metrics: Metrics,
}

/// The request that caused a mail, and the time since which the mail is due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due<'a> {
    /// The id of the request. It is empty if no request caused the mail.
    pub(crate) request: &'a str,
    /// The time at which the mail's message was put on the queue.
    pub(crate) since: Option<Timestamp>,
}

impl Sender {
    /// Sends the mail that `compose` returns, unless the mail was sent before.
    ///
    /// # Errors
    /// The mail was not sent, or the mail was sent and the table could not be written afterwards.
    pub(crate) async fn send_once(
        &self,
        key: &MailKey,
        due: Due<'_>,
        compose: impl FnOnce() -> Result<Message, mail::ComposeError>,
    ) -> Result<(), MailError> {
        match self.store.claim_mail(key, clock::now(), self.lease).await? {
            MailClaim::Yours => {}
            MailClaim::Settled(_) => return Ok(()),
            MailClaim::Busy => return Err(MailError::Later(Cause::Busy)),
        }
        let message = match compose() {
            Ok(message) => message,
            Err(error) => {
                self.settle(key, due, MailState::Failed).await?;
                return Err(error.into());
            }
        };
        let to = message.to.clone();
        match self.send(key, message).await {
            Ok(()) => self.settle(key, due, MailState::Sent).await,
            Err(Refusal::Mail(cause)) => {
                self.settle(key, due, MailState::Failed).await?;
                Err(MailError::Never(Cause::Transport(cause)))
            }
            Err(Refusal::Address(cause)) => {
                tracing::info!(request_id = due.request, error = %ErrorChain(&*cause), "address_refused");
                self.settle(key, due, MailState::Bounced).await?;
                feedback::block(&self.store, key, &[to], MailBlock::Bounced).await
            }
            Err(
                Refusal::Sender(_, cause) | Refusal::Throttled(cause) | Refusal::NotSent(cause),
            ) => {
                self.store.release_mail(key).await?;
                Err(MailError::Later(Cause::Transport(cause)))
            }
            // The mail may have been sent, so the claim is not released, and stays until its lease expires.
            Err(Refusal::Unknown(cause)) => Err(MailError::Later(Cause::Transport(cause))),
        }
    }

    /// Stores the final state of a claimed mail in the mail's item. After that, only a delivery report changes this state.
    async fn settle(&self, key: &MailKey, due: Due<'_>, state: MailState) -> Result<(), MailError> {
        self.store.settle_mail(key, state, clock::now()).await?;
        count(&self.metrics, key, state);
        if let (MailState::Sent, Some(since)) = (state, due.since) {
            self.metrics.note_age(Metric::MailAge, since);
        }
        tracing::info!(
            request_id = due.request,
            mail.kind = key.known_kind(),
            state = state.as_str(),
            "mail_settled"
        );
        Ok(())
    }

    /// Records that a mail is not sent, because its recipient's address is blocked.
    ///
    /// # Errors
    /// The table could not be written.
    pub(crate) async fn suppress(&self, key: &MailKey) -> Result<(), MailError> {
        let claim = self.store.claim_mail(key, clock::now(), self.lease).await?;
        if claim == MailClaim::Yours {
            self.store
                .settle_mail(key, MailState::Suppressed, clock::now())
                .await?;
            count(&self.metrics, key, MailState::Suppressed);
        }
        Ok(())
    }

    /// Passes a mail to the transport as soon as the sending rate allows it. Then records whether the transport accepts mail
    /// from this deployment.
    async fn send(&self, key: &MailKey, message: Message) -> Result<(), Refusal> {
        self.pace.wait().await;
        let sent = self.transport.send(RawMail { key, message }).await;
        let outcome = match &sent {
            Ok(_) => Some(SendOutcome::Accepted),
            Err(Refusal::Sender(fault, _)) => Some(SendOutcome::Refused(*fault)),
            Err(_) => None,
        };
        if let Some(outcome) = outcome {
            self.standing.note(&self.store, outcome).await;
        }
        sent.map(|_| ())
    }
}

#[cfg(feature = "lambda")]
#[cfg(test)]
mod tests;
