//! Sends a mail once.
//!
//! Before a mail is handed to SES, its item is claimed by a conditional write; after it, the item says `sent`. A process
//! that dies between SES's answer and that write leaves a lease: when it has ended, the mail is sent once more. That
//! window is one call long, and cannot be closed, for SES takes no token by which it would know the same mail again.

mod standing;

use std::time::Duration;

use aws_sdk_sesv2::{
    Client,
    error::{ProvideErrorMetadata as _, SdkError},
    primitives::Blob,
    types::{Destination, EmailContent, MessageTag, RawMessage},
};
use bootstrap::{
    clock,
    metrics::{Metric, Metrics},
};
use domain::{mail_key::MailKey, mail_state::MailState, sender::Outcome};
use jiff::Timestamp;
use mail::Message;
use store::{MailClaim, Store};

use crate::{
    error::{Cause, MailError},
    pace::Pace,
};

pub(crate) use standing::Standing;

/// How long a claim lasts: longer than a call of SES may take.
pub(crate) const LEASE: Duration = Duration::from_mins(1);
/// The tag under which SES names the mail when it reports what became of it.
pub(crate) const TAG: &str = "mail";

/// Sends mails through SES.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) client: Client,
    pub(crate) store: Store,
    pub(crate) configuration_set: Option<String>,
    pub(crate) pace: Pace,
    /// How long a claim lasts.
    pub(crate) lease: Duration,
    pub(crate) standing: Standing,
    /// Written with the answer.
    pub(crate) metrics: Metrics,
}

/// Why a mail is sent, and since when it should have been.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due<'a> {
    /// The request that it follows from; empty where there is none.
    pub(crate) request: &'a str,
    /// When its message was put on the queue.
    pub(crate) since: Option<Timestamp>,
}

impl Sender {
    /// Sends the mail that `compose` makes, unless it was sent before.
    ///
    /// # Errors
    /// It was not sent, or that it was could not be noted.
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
        let sent = match compose() {
            Ok(message) => self.send(key, message).await,
            Err(error) => Err(Refusal::Never(error.into())),
        };
        let (state, outcome) = match sent {
            Ok(()) => (MailState::Sent, Ok(())),
            Err(Refusal::NotNow(cause)) => {
                self.store.release_mail(key).await?;
                return Err(MailError::Later(cause));
            }
            // Perhaps it was sent: the claim stands until its lease ends.
            Err(Refusal::Unknown(cause)) => return Err(MailError::Later(cause)),
            Err(Refusal::Never(cause)) => (MailState::Failed, Err(MailError::Never(cause))),
        };
        self.store.settle_mail(key, state, clock::now()).await?;
        count(&self.metrics, key, state);
        if let (MailState::Sent, Some(since)) = (state, due.since) {
            self.metrics.note_age(Metric::MailAge, since);
        }
        tracing::info!(
            request_id = due.request,
            mail.kind = key.kind(),
            state = state.as_str(),
            "mail_settled"
        );
        outcome
    }

    /// Notes that a mail is not sent, because its recipient gets none.
    ///
    /// # Errors
    /// It could not be noted.
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

    async fn send(&self, key: &MailKey, message: Message) -> Result<(), Refusal> {
        let permanent = |error| Refusal::Never(Cause::Ses(Box::new(error)));
        let raw = RawMessage::builder()
            .data(Blob::new(message.bytes))
            .build()
            .map_err(permanent)?;
        let tag = MessageTag::builder()
            .name(TAG)
            .value(key.as_str())
            .build()
            .map_err(permanent)?;
        self.pace.wait().await;
        let sent = self
            .client
            .send_email()
            .from_email_address(message.from)
            .destination(Destination::builder().to_addresses(message.to).build())
            .content(EmailContent::builder().raw(raw).build())
            .email_tags(tag)
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await;
        let outcome = match &sent {
            Ok(_) => Some(Outcome::Accepted),
            Err(error) => standing::fault(error).map(Outcome::Refused),
        };
        if let Some(outcome) = outcome {
            self.standing.note(&self.store, outcome).await;
        }
        match sent {
            Ok(_) => Ok(()),
            Err(error) => Err(judge(error)),
        }
    }
}

/// Counts a mail that has come to `state`.
pub(crate) fn count(metrics: &Metrics, key: &MailKey, state: MailState) {
    let (kind, outcome) = (key.known_kind(), state.as_str());
    metrics.note(Metric::Mails { kind, outcome }, 1);
}

/// Why SES did not take a mail.
enum Refusal {
    /// It may, later.
    NotNow(Cause),
    /// Whether it took it is not known.
    Unknown(Cause),
    /// It never will.
    Never(Cause),
}

/// Errors of SES that blame the mail itself ("`SendEmail`", SES API v2). An identity that is not verified comes as
/// `MessageRejected`, too, but blames the deployment, and is mended by it.
fn judge(error: SdkError<aws_sdk_sesv2::operation::send_email::SendEmailError>) -> Refusal {
    let not_sent = match &error {
        SdkError::ServiceError(service) => {
            let blames_the_mail = standing::fault(&error).is_none()
                && matches!(
                    service.err().code(),
                    Some("BadRequestException" | "MessageRejected")
                );
            if blames_the_mail {
                return Refusal::Never(Cause::Ses(Box::new(error)));
            }
            true
        }
        SdkError::ConstructionFailure(_) => true,
        SdkError::DispatchFailure(failure) => !failure.is_timeout() && !failure.is_io(),
        _ => false,
    };
    let cause = Cause::Ses(Box::new(error));
    if not_sent {
        Refusal::NotNow(cause)
    } else {
        Refusal::Unknown(cause)
    }
}

#[cfg(test)]
mod tests;
