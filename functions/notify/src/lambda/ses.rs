//! Sends mail through SES.

use std::time::Duration;

use aws_sdk_sesv2::{
    Client,
    config::{Builder, retry::RetryConfig, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata as _, SdkError},
    operation::send_email::SendEmailError,
    primitives::Blob,
    types::{Destination, EmailContent, MessageTag, RawMessage},
};
use aws_types::SdkConfig;
use domain::mail::sender::Fault;
use futures::{FutureExt as _, future::BoxFuture};

use crate::{Accepted, RawMail, Refusal, Transport, feedback::TAG};

/// The timeout of a call to SES. It is shorter than the time for which a process claims a mail.
const SES_TIMEOUT: Duration = Duration::from_secs(15);

/// Sends mails through SES.
#[derive(Debug)]
pub(crate) struct Ses {
    client: Client,
    /// The configuration set that reports the delivery of mails.
    configuration_set: Option<String>,
}

impl Ses {
    /// Returns a transport that sends mail through SES of this AWS account, with the SES configuration set `configuration_set`.
    pub(crate) fn new(aws: &SdkConfig, configuration_set: Option<String>) -> Self {
        // This client does not retry, because a retry after a lost reply would send the mail twice. The queue retries failed
        // mails instead.
        let config = Builder::from(aws)
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_timeout(SES_TIMEOUT)
                    .build(),
            )
            .build();
        Self {
            client: Client::from_conf(config),
            configuration_set,
        }
    }

    async fn send_email(&self, mail: RawMail<'_>) -> Result<Accepted, Refusal> {
        let permanent = |error| Refusal::Mail(Box::new(error));
        let RawMail { key, message } = mail;
        let raw = RawMessage::builder()
            .data(Blob::new(message.bytes))
            .build()
            .map_err(permanent)?;
        let tag = MessageTag::builder()
            .name(TAG)
            .value(key.as_str())
            .build()
            .map_err(permanent)?;
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
        match sent {
            Ok(sent) => Ok(Accepted {
                id: sent.message_id.unwrap_or_default(),
            }),
            Err(error) => Err(refusal(error)),
        }
    }
}

impl Transport for Ses {
    fn send<'a>(&'a self, mail: RawMail<'a>) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        self.send_email(mail).boxed()
    }
}

/// Converts an error of SES into a refusal. The refusal distinguishes errors that concern the mail itself, errors that concern
/// the deployment, and temporary errors ("`SendEmail`", SES API v2).
fn refusal(error: SdkError<SendEmailError>) -> Refusal {
    let code = error.as_service_error().and_then(|error| error.code());
    if let Some(code) = code {
        let message = error.as_service_error().and_then(|error| error.message());
        if let Some(fault) = fault_of(code, message.unwrap_or_default()) {
            return Refusal::Sender(fault, Box::new(error));
        }
        return match code {
            "BadRequestException" | "MessageRejected" => Refusal::Mail(Box::new(error)),
            "TooManyRequestsException" | "LimitExceededException" => {
                Refusal::Throttled(Box::new(error))
            }
            _ => Refusal::NotSent(Box::new(error)),
        };
    }
    let not_sent = match &error {
        SdkError::ServiceError(_) | SdkError::ConstructionFailure(_) => true,
        SdkError::DispatchFailure(failure) => !failure.is_timeout() && !failure.is_io(),
        _ => false,
    };
    if not_sent {
        Refusal::NotSent(Box::new(error))
    } else {
        Refusal::Unknown(Box::new(error))
    }
}

/// Returns the fault of the deployment that an error of SES reports, or `None` if the mail itself is at fault. SES reports
/// `MessageRejected` both for an unverified identity, which is a fault of the deployment, and for a refused mail.
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
