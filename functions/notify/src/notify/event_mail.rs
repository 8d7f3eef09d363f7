//! Sends one registrant a mail about an event.

use std::sync::Arc;

use bootstrap::clock;
use domain::{
    events::announcement::Announcement,
    id::{EventId, UserId},
    keys::keyrings::Keyrings,
    mail::{key::MailKey, kind::EventMail, unsubscribe},
    seats::registration::{Registration, RegistrationStatus},
    text::CancelReason,
};
use jiff::Timestamp;
use mail::{AttendeeFacts, Content};
use store::Account;

use super::{Errand, Notify, unless_nothing_changed, write};
use crate::{
    error::MailError,
    facts::{EventSheet, OwnedSeat},
};

/// The content of a mail about an event. It is read from the table once for all recipients of the mail.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) sheet: Arc<EventSheet>,
    pub(super) about: EventMail,
    /// The announcement that the mail contains; `None` for other mails.
    pub(super) announcement: Option<Announcement>,
    pub(super) date: Timestamp,
}

impl Notify {
    /// Reads the content of a mail about an event. Returns `None` if the event has changed so that the mail would mislead its
    /// readers.
    pub(super) async fn subject(
        &self,
        errand: Errand<'_>,
        event: EventId,
        about: EventMail,
    ) -> Result<Option<Subject>, MailError> {
        let Some(sheet) = self.sheet(errand, event).await? else {
            return Ok(None);
        };
        let now = &sheet.event;
        if !about.holds(now) {
            return Ok(None);
        }
        let announcement = match about.announcement() {
            Some(id) => match self.store.announcement(event, id).await? {
                None => return Ok(None),
                found => found,
            },
            None => None,
        };
        let date = about.date(now, announcement.as_ref());
        Ok(Some(Subject {
            sheet,
            about,
            announcement,
            date,
        }))
    }

    /// Sends a mail about an event to one registrant, if the mail is meant for this registrant.
    pub(super) async fn mail_one(
        &self,
        errand: Errand<'_>,
        subject: &Subject,
        account: &Account,
        registration: &Registration,
    ) -> Result<(), MailError> {
        let Subject {
            sheet,
            about,
            announcement,
            date,
        } = subject;
        let event = &sheet.event;
        let user = account.user.id;
        if !about.reaches(event, registration) {
            return Ok(());
        }
        let key = MailKey::event(about.kind(), user, event.id, about.state());
        if account.mail_block.is_some() {
            return self.sender.suppress(&key).await;
        }
        let keyrings = self.keys.current().await?;
        let sent = self
            .sender
            .send_once(&key, errand.due, || {
                let has_seat = registration.status == RegistrationStatus::Confirmed;
                let seat =
                    has_seat.then(|| OwnedSeat::of(event, registration, &keyrings, about.is_end()));
                let facts = AttendeeFacts {
                    event: &sheet.facts(),
                    seat: seat.as_ref().map(OwnedSeat::facts),
                    message: announcement.as_ref().map_or("", |it| it.message.as_str()),
                    cancel_reason: event.cancel_reason.as_ref().map(CancelReason::as_str),
                    unsubscribe_url: &self.unsubscribe_url(&keyrings, user, event.id),
                };
                let content = Content::about_event(about, &facts);
                write(errand, account, &key, *date, &content)
            })
            .await;
        unless_nothing_changed(sent)
    }

    /// Returns the URL with which a registrant unsubscribes from an event's announcements and reminders.
    fn unsubscribe_url(&self, keyrings: &Keyrings, user: UserId, event: EventId) -> String {
        let token = unsubscribe::seal(keyrings.signing(clock::now()), user, event);
        format!("{}/v1/unsubscribe?token={token}", self.public_url)
    }
}
