//! Mails about an event, to one registrant.

use std::sync::Arc;

use bootstrap::clock;
use domain::{
    events::EventStatus,
    id::{EventId, UserId},
    keys::keyrings::Keyrings,
    mail::{key::MailKey, unsubscribe},
    seats::registration::{Registration, RegistrationStatus},
    text::CancelReason,
};
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use mail::{Content, Period, Previous};
use messages::{EventMail, Lead};
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
    /// The text of an announcement; empty in other mails.
    pub(super) message: String,
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
        let published = now.status == EventStatus::Published;
        let mut message = String::new();
        let (holds, date) = match &about {
            EventMail::Updated { .. } => (published, now.updated_at),
            EventMail::Cancelled { .. } => (now.status == EventStatus::Cancelled, now.updated_at),
            EventMail::Announcement { id } => {
                let Some(announcement) = self.store.announcement(event, *id).await? else {
                    return Ok(None);
                };
                announcement.message.as_str().clone_into(&mut message);
                (true, announcement.created_at)
            }
            EventMail::Reminder { lead, starts_at } => {
                let standing = now.details.schedule.starts_at;
                let date = starts_at
                    .checked_sub(lead.hours().hours())
                    .unwrap_or(*starts_at);
                (published && standing == *starts_at, date)
            }
        };
        Ok(holds.then_some(Subject {
            sheet,
            about,
            message,
            date,
        }))
    }

    /// Tells one registrant, if it concerns them.
    pub(super) async fn tell(
        &self,
        errand: Errand<'_>,
        subject: &Subject,
        account: &Account,
        registration: &Registration,
    ) -> Result<(), MailError> {
        let Subject {
            sheet,
            about,
            message,
            date,
        } = subject;
        let event = &sheet.event;
        let user = account.user.id;
        let waits = registration.status == RegistrationStatus::Waitlisted;
        let key = |kind: &str, state: &str| MailKey::event(kind, user, event.id, state);
        let (key, concerns) = match about {
            EventMail::Updated { version, .. } => (
                key("updated", &version.to_string()),
                // A guest who registered after the change has seen only the changed event.
                event.version != *version || registration.registered_at < event.updated_at,
            ),
            EventMail::Cancelled { version } => {
                (key("event-cancelled", &version.to_string()), true)
            }
            EventMail::Announcement { id } => (
                key("announcement", id.to_string().trim_start_matches("ann_")),
                !registration.muted,
            ),
            EventMail::Reminder { lead, starts_at } => (
                key(
                    &format!("reminder-{}", lead.as_str()),
                    &starts_at.as_millisecond().to_string(),
                ),
                !waits && !registration.muted,
            ),
        };
        if registration.status == RegistrationStatus::Cancelled || !concerns {
            return Ok(());
        }
        if account.mail_block.is_some() {
            return self.sender.suppress(&key).await;
        }
        let keyrings = self.keys.current().await?;
        let sent = self
            .sender
            .send_once(&key, errand.due, || {
                let facts = sheet.facts();
                let is_off = matches!(about, EventMail::Cancelled { .. });
                let seat = (!waits).then(|| Seat::of(event, registration, &keyrings, is_off));
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
                        message,
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
