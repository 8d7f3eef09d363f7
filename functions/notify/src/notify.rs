//! Handles the messages of the queues `mail` and `feedback`.

mod account;
mod event_mail;
mod organizer;
mod registrant;
mod registrants;
mod sheets;

use std::sync::Arc;

use bootstrap::{
    batch::{self, Failure as _},
    keys::Keys,
    metrics::{Metric, Metrics},
};
use domain::{
    accounts::{email::Email, user::User},
    events::Event,
    id::EventId,
    mail::key::MailKey,
};
use jiff::Timestamp;
use mail::{Content, Mail, Mailbox, Message, Pages};
use messages::MailDue;
use queues::{Inbox, Message as QueueMessage, Queue};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;
use store::{Account, Store};

use crate::{
    error::{Cause, MailError},
    facts::EventSheet,
    feedback::{self, Feedback},
    pace::Pace,
    queue::MailQueue,
    sender::{Due, LEASE, Sender, Standing},
    settings::Settings,
    transport::Transport,
};

use sheets::Sheets;

/// The sender's name, which mails show together with the sender's address.
const SENDER_NAME: &str = "em-connect";

/// Composes and sends mails, and records delivery reports.
#[derive(Debug)]
pub struct Notify {
    store: Store,
    keys: Keys,
    queue: MailQueue,
    sender: Sender,
    /// The address from which mails are sent. If it is `None`, no mail is sent.
    from: Option<Email>,
    public_url: String,
    pages: Option<Pages>,
}

/// The data that is the same for all mails that one queue message causes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Errand<'a> {
    /// The email address from which the mails are sent, in ASCII.
    from: &'a str,
    due: Due<'a>,
    /// The events that the messages of the whole batch need.
    sheets: &'a Sheets,
}

impl Notify {
    /// Returns the handler of a deployment, which sends its mail through `transport`.
    ///
    /// `queue` is the queue `mail`, which takes the parts of a divided message. `inbox` contains the queues `mail` and
    /// `feedback`, their dead-letter queues, and [`LONGEST_WAITS`](crate::LONGEST_WAITS). `metrics` are written at the end of
    /// each batch.
    #[must_use]
    pub fn new(
        store: Store,
        keys: Keys,
        queue: Queue,
        inbox: Inbox,
        transport: Arc<dyn Transport>,
        metrics: Metrics,
        settings: Settings,
    ) -> Self {
        Self {
            keys,
            queue: MailQueue { queue, inbox },
            sender: Sender {
                transport,
                store: store.clone(),
                pace: Pace::new(settings.sending_rate),
                lease: LEASE,
                standing: Standing::default(),
                metrics,
            },
            from: settings.from,
            public_url: settings.public_url,
            pages: settings.pages,
            store,
        }
    }

    /// Handles messages of the queues `mail` and `feedback` concurrently. Returns the ids of the messages to retry.
    pub async fn process(&self, batch: Vec<QueueMessage>) -> Vec<String> {
        let sheets = Sheets::default();
        let handle = async |message: &_, body| self.handle(message, body, &sheets).await;
        let failed = batch::each(batch, &self.queue.inbox, handle).await;
        self.sender.metrics.write(None);
        failed
    }

    /// Handles one queue message. `sheets` contains the events that the messages of its batch need.
    ///
    /// # Errors
    /// The message must be retried, or it can never succeed.
    async fn handle(
        &self,
        message: &QueueMessage,
        body: Body,
        sheets: &Sheets,
    ) -> Result<(), MailError> {
        let done = self.settle(message, body, sheets).await;
        if done.as_ref().is_err_and(|error| !error.is_permanent()) {
            self.sender.metrics.note(Metric::MailRetries, 1);
        }
        done
    }

    async fn settle(
        &self,
        message: &QueueMessage,
        body: Body,
        sheets: &Sheets,
    ) -> Result<(), MailError> {
        let due = match body {
            Body::Feedback(feedback) => {
                return feedback::take_in(&self.store, &self.sender.metrics, &feedback).await;
            }
            Body::Due(due) => due,
        };
        let Some(from) = &self.from else {
            tracing::info!(request_id = due.request_id(), "mail_is_off");
            return Ok(());
        };
        let errand = Errand {
            from: from.held_as(),
            due: Due {
                request: due.request_id(),
                since: message.sent_at,
            },
            sheets,
        };
        match &due {
            MailDue::Account {
                user_id, about, at, ..
            } => self.account(errand, *user_id, *about, *at).await,
            MailDue::Registrant {
                event_id,
                user_id,
                about,
                ..
            } => self.registrant(errand, *event_id, *user_id, *about).await,
            MailDue::Organizer {
                event_id,
                user_id,
                about,
                ..
            } => self.organizer(errand, *event_id, *user_id, *about).await,
            MailDue::Registrants {
                event_id,
                part,
                about,
                ..
            } => self.registrants(errand, *event_id, *part, about).await,
        }
    }

    /// Returns the event and its organizer, or `None` if the event no longer exists.
    async fn sheet(
        &self,
        errand: Errand<'_>,
        id: EventId,
    ) -> Result<Option<Arc<EventSheet>>, MailError> {
        let read = async || {
            let Some(event) = self.store.event(id).await? else {
                return Ok(None);
            };
            let organizer = self.user(&event).await?;
            let pages = self.pages.as_ref();
            Ok(Some(EventSheet::new(event, organizer, pages)?))
        };
        errand.sheets.get(id, read).await
    }

    async fn user(&self, event: &Event) -> Result<Option<User>, MailError> {
        Ok(self.store.users(&[event.organizer.id]).await?.pop())
    }
}

/// A message of one of the two queues: a mail that is due (`mail`), or a delivery report (`feedback`).
#[derive(Debug)]
pub(crate) enum Body {
    Due(MailDue),
    Feedback(Feedback),
}

/// Parses a body with an `eventType` as an event of SES, and any other body as a mail that is due. The type is chosen before
/// the body is parsed, so a parse error refers to the correct type.
impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(body: D) -> Result<Self, D::Error> {
        let body = Value::deserialize(body)?;
        if body.get("eventType").is_some() {
            serde_json::from_value(body).map(Self::Feedback)
        } else {
            serde_json::from_value(body).map(Self::Due)
        }
        .map_err(D::Error::custom)
    }
}

/// Composes a mail to the holder of an account.
pub(crate) fn write(
    errand: Errand<'_>,
    to: &Account,
    key: &MailKey,
    date: Timestamp,
    content: &Content<'_>,
) -> Result<Message, mail::ComposeError> {
    let (name, email) = (to.user.name.as_str(), &to.user.email.identity());
    write_to(errand, Mailbox { name, email }, key, date, content)
}

/// Composes a mail with this `content` to the mailbox `to`.
fn write_to(
    errand: Errand<'_>,
    to: Mailbox<'_>,
    key: &MailKey,
    date: Timestamp,
    content: &Content<'_>,
) -> Result<Message, mail::ComposeError> {
    let from = errand.from;
    let domain = from.rsplit('@').next().unwrap_or_default();
    mail::compose(&Mail {
        from: Mailbox {
            name: SENDER_NAME,
            email: from,
        },
        to,
        message_id: &format!("{}@{domain}", key.as_str()),
        date,
        request_id: errand.due.request,
        content,
    })
}

/// Returns success instead of the error `NothingChanged`. This error means that an event was changed, and then changed back. So
/// the mail about the change would show no difference, and need not be sent.
pub(crate) fn unless_nothing_changed(sent: Result<(), MailError>) -> Result<(), MailError> {
    match sent {
        Err(MailError::Never(Cause::Compose(mail::ComposeError::NothingChanged))) => Ok(()),
        sent => sent,
    }
}
