//! Whether SES takes mail of this deployment: noted in the table for whoever asks for its health, who has no access to SES.

use std::sync::{Mutex, PoisonError};

use aws_sdk_sesv2::{
    error::{ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
};
use bootstrap::{clock, error_chain::ErrorChain};
use domain::sender::{Fault, Outcome, SenderNote};
use store::Store;

/// What this process has noted.
#[derive(Debug, Default)]
pub(crate) struct Standing(Mutex<SenderNote>);

impl Standing {
    /// Notes what SES said to a mail, if that is due. No mail fails for it: the next one tells again.
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

/// What an error of SES blames on the deployment, if it does ("`SendEmail`", SES API v2).
pub(super) fn fault<R>(error: &SdkError<SendEmailError, R>) -> Option<Fault> {
    let error = error.as_service_error()?;
    fault_of(error.code()?, error.message().unwrap_or_default())
}

fn fault_of(code: &str, message: &str) -> Option<Fault> {
    match code {
        "MessageRejected" if message.contains("not verified") => Some(Fault::NotVerified),
        "MailFromDomainNotVerifiedException" => Some(Fault::NotVerified),
        "SendingPausedException" => Some(Fault::Paused),
        "AccountSuspendedException" => Some(Fault::Suspended),
        "AccessDeniedException" => Some(Fault::NotAllowed),
        "NotFoundException" => Some(Fault::NotFound),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_blames_the_deployment_is_told_from_what_blames_a_mail_or_the_rate() {
        for (code, message, expected) in [
            (
                "MessageRejected",
                "Email address is not verified. The following identities failed the check",
                Some(Fault::NotVerified),
            ),
            ("SendingPausedException", "", Some(Fault::Paused)),
            ("AccountSuspendedException", "", Some(Fault::Suspended)),
            ("AccessDeniedException", "", Some(Fault::NotAllowed)),
            (
                "NotFoundException",
                "Configuration set does not exist",
                Some(Fault::NotFound),
            ),
            ("MessageRejected", "Illegal content", None),
            ("BadRequestException", "", None),
            ("TooManyRequestsException", "", None),
            ("LimitExceededException", "", None),
        ] {
            assert_eq!(fault_of(code, message), expected, "{code}: {message}");
        }
    }
}
