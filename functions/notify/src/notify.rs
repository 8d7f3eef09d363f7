//! What a message asks for.

mod account;
mod audience;
mod event_mail;
mod registrant;

use aws_lambda_events::sqs::SqsMessage;
use bootstrap::error_chain::ErrorChain;
use domain::{
    email::Email, event::Event, id::EventId, keyring::Keyring, mail_key::MailKey, user::User,
};
use jiff::Timestamp;
use mail::{Content, Mail, Mailbox, Message};
use messages::MailDue;
use serde::Deserialize;
use store::{Account, Store};

use crate::{
    error::{Cause, MailError},
    facts::EventSheet,
    feedback::{self, Feedback},
    queue::MailQueue,
    sender::Sender,
};

/// Name under which mail comes, beside the address.
const SENDER_NAME: &str = "em-connect";

/// The notify function.
#[derive(Debug)]
pub(crate) struct Notify {
    pub(crate) store: Store,
    pub(crate) keyring: Keyring,
    pub(crate) queue: MailQueue,
    pub(crate) sender: Sender,
    /// `None`: no mail is sent.
    pub(crate) from: Option<Email>,
    pub(crate) public_url: String,
}

impl Notify {
    /// Does what a message asks for. What can never be done goes to the dead letters, and counts as done.
    ///
    /// # Errors
    /// The message must come again.
    pub(crate) async fn handle(&self, message: &SqsMessage) -> Result<(), MailError> {
        let body = message.body.as_deref().unwrap_or_default();
        let done = match self.settle(body).await {
            Err(MailError::Never(cause)) => {
                tracing::error!(error = %ErrorChain(&cause), "message_buried");
                self.queue.bury_message(message, &cause).await
            }
            done => done,
        };
        if done.is_err() {
            self.queue.back_off(message).await;
        }
        done
    }

    async fn settle(&self, body: &str) -> Result<(), MailError> {
        let due = match serde_json::from_str(body)? {
            Body::Feedback(feedback) => return feedback::take_in(&self.store, &feedback).await,
            Body::Due(due) => due,
        };
        let Some(from) = &self.from else {
            tracing::info!(request_id = due.request_id(), "mail_is_off");
            return Ok(());
        };
        let from = from.as_str();
        match due {
            MailDue::Account {
                user_id, about, at, ..
            } => self.account(from, user_id, about, at).await,
            MailDue::Registrant {
                event_id,
                user_id,
                about,
                ..
            } => self.registrant(from, event_id, user_id, about).await,
            MailDue::Audience {
                event_id,
                audience,
                about,
                request_id,
            } => {
                self.audience(from, event_id, audience, about, &request_id)
                    .await
            }
        }
    }

    /// The event and its organizer; `None` if there is no such event any more.
    async fn sheet(&self, id: EventId) -> Result<Option<EventSheet>, MailError> {
        let Some(event) = self.store.event(id).await? else {
            return Ok(None);
        };
        let organizer = self.user(&event).await?;
        Ok(Some(EventSheet::new(event, organizer)?))
    }

    async fn user(&self, event: &Event) -> Result<Option<User>, MailError> {
        Ok(self.store.users(&[event.organizer.id]).await?.pop())
    }
}

/// What the function's queues bring.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Body {
    Due(MailDue),
    Feedback(Feedback),
}

/// Writes a mail to `to`.
pub(crate) fn write(
    from: &str,
    to: &Account,
    key: &MailKey,
    date: Timestamp,
    content: Content<'_>,
) -> Result<Message, mail::ComposeError> {
    let domain = from.rsplit('@').next().unwrap_or_default();
    mail::compose(&Mail {
        from: Mailbox {
            name: SENDER_NAME,
            email: from,
        },
        to: Mailbox {
            name: to.user.name.as_str(),
            email: to.user.email.as_str(),
        },
        message_id: &format!("{}@{domain}", key.as_str()),
        date,
        content,
    })
}

/// A mail that says nothing new is none: the event was changed back.
pub(crate) fn unless_nothing_changed(sent: Result<(), MailError>) -> Result<(), MailError> {
    match sent {
        Err(MailError::Never(Cause::Compose(mail::ComposeError::NothingChanged))) => Ok(()),
        sent => sent,
    }
}
