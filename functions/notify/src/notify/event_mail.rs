//! Mails about an event, to one registrant.

use std::sync::Arc;

use bootstrap::clock;
use domain::{
    events::announcement::Announcement,
    id::{EventId, UserId},
    keys::keyrings::Keyrings,
    mail::{
        key::MailKey,
        kind::{EventMail, Lead},
        unsubscribe,
    },
    seats::registration::{Registration, RegistrationStatus},
    text::CancelReason,
};
use jiff::{Timestamp, tz::TimeZone};
use mail::{Content, Period, Previous};
use store::Account;

use super::{Errand, Notify, unless_nothing_changed, write};
use crate::{
    error::MailError,
    facts::{EventSheet, Seat},
};

/// The content of a mail about an event, read once for all its recipients.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) sheet: Arc<EventSheet>,
    pub(super) about: EventMail,
    /// The announcement that the mail brings; `None` in other mails.
    pub(super) announcement: Option<Announcement>,
    pub(super) date: Timestamp,
}

impl Notify {
    /// Reads the content of the mail; `None` if the event has changed so that the mail would mislead.
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

    /// Mails one registrant, if the mail reaches them.
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
                let facts = sheet.facts();
                let has_seat = registration.status == RegistrationStatus::Confirmed;
                let seat =
                    has_seat.then(|| Seat::of(event, registration, &keyrings, about.is_end()));
                let place = Seat::place(seat.as_ref());
                let ticket = seat.as_ref().map(Seat::ticket);
                let unsubscribe_url = self.unsubscribe_url(&keyrings, user, event.id);
                let zone;
                let content = match about {
                    EventMail::Updated { previous, .. } => {
                        let period = match &previous.period {
                            Some((starts_at, ends_at, name)) => {
                                zone = TimeZone::get(name).unwrap_or(TimeZone::UTC);
                                Some(Period {
                                    starts_at: *starts_at,
                                    ends_at: *ends_at,
                                    time_zone: &zone,
                                })
                            }
                            None => None,
                        };
                        Content::EventUpdated {
                            event: &facts,
                            previous: Previous {
                                title: previous.title.as_deref(),
                                venue: previous.venue.as_deref(),
                                period,
                            },
                            place,
                            ticket,
                        }
                    }
                    EventMail::Cancelled { .. } => Content::EventCancelled {
                        event: &facts,
                        reason: event.cancel_reason.as_ref().map(CancelReason::as_str),
                        place,
                    },
                    EventMail::Announcement { .. } => Content::Announcement {
                        event: &facts,
                        message: announcement.as_ref().map_or("", |it| it.message.as_str()),
                        unsubscribe_url: &unsubscribe_url,
                    },
                    EventMail::Reminder { lead, .. } => Content::Reminder {
                        event: &facts,
                        lead: match lead {
                            Lead::Day => mail::Lead::Day,
                            Lead::Hour => mail::Lead::Hour,
                        },
                        ticket,
                        unsubscribe_url: &unsubscribe_url,
                    },
                };
                write(errand, account, &key, *date, content)
            })
            .await;
        unless_nothing_changed(sent)
    }

    /// Returns the address at which a registrant ends announcements and reminders of an event.
    fn unsubscribe_url(&self, keyrings: &Keyrings, user: UserId, event: EventId) -> String {
        let token = unsubscribe::seal(keyrings.signing(clock::now()), user, event);
        format!("{}/v1/unsubscribe?token={token}", self.public_url)
    }
}
