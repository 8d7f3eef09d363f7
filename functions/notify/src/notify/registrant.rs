//! Mails about a registration.

use domain::{
    events::EventStatus,
    id::{EventId, UserId},
    mail::key::MailKey,
    seats::registration::RegistrationStatus,
};
use mail::{CancelledBy, Content};
use messages::RegistrationMail;

use super::{Errand, Notify, write};
use crate::{error::MailError, facts::Seat};

impl Notify {
    /// Sends a mail about a registration as it stands now. If the registration has changed since the mail was due, another
    /// mail is on its way, and this one is not sent.
    pub(super) async fn registrant(
        &self,
        errand: Errand<'_>,
        event: EventId,
        user: UserId,
        about: RegistrationMail,
    ) -> Result<(), MailError> {
        let Some(registration) = self.store.registration(event, user).await? else {
            return Ok(());
        };
        let (key, holds, date) = match about {
            RegistrationMail::Ticket { generation } => (
                MailKey::ticket(user, event, generation),
                registration.status == RegistrationStatus::Confirmed
                    && registration.generation == generation,
                registration.registered_at,
            ),
            RegistrationMail::Waitlisted { entry_id } => (
                MailKey::event("waitlisted", user, event, entry_id),
                registration.status == RegistrationStatus::Waitlisted
                    && registration.entry_id == Some(entry_id),
                registration.registered_at,
            ),
            RegistrationMail::Cancelled { at, .. } => (
                MailKey::event("cancelled", user, event, at.as_millisecond()),
                registration.status == RegistrationStatus::Cancelled
                    && registration.cancelled_at == Some(at),
                at,
            ),
        };
        let Some(account) = self.store.account(user).await? else {
            return Ok(());
        };
        let Some(sheet) = self.sheet(errand, event).await?.filter(|sheet| {
            // Of a cancelled event everybody is told by itself.
            holds && sheet.event.status != EventStatus::Cancelled
        }) else {
            return Ok(());
        };
        if account.mail_block.is_some() {
            return self.sender.suppress(&key).await;
        }
        let position = match about {
            RegistrationMail::Waitlisted { entry_id } => {
                Some(self.store.waitlist_position(event, entry_id).await?)
            }
            _ => None,
        };
        let keyrings = self.keys.current().await?;
        self.sender
            .send_once(&key, errand.due, || {
                let facts = sheet.facts();
                let is_off = matches!(about, RegistrationMail::Cancelled { .. });
                let seat = Seat::of(&sheet.event, &registration, &keyrings, is_off);
                let (event, entry, ticket) = (&facts, seat.entry(), seat.ticket());
                let content = match about {
                    RegistrationMail::Ticket { .. } if registration.promoted => Content::Promoted {
                        event,
                        entry,
                        ticket,
                    },
                    RegistrationMail::Ticket { .. } => Content::RegistrationConfirmed {
                        event,
                        entry,
                        ticket,
                    },
                    RegistrationMail::Waitlisted { .. } => Content::Waitlisted { event, position },
                    RegistrationMail::Cancelled { waitlist, .. } => {
                        Content::RegistrationCancelled {
                            event,
                            place: Seat::place(Some(&seat).filter(|_| !waitlist)),
                            by: if registration.cancelled_by == Some(user) {
                                CancelledBy::Attendee
                            } else {
                                CancelledBy::Organizer
                            },
                        }
                    }
                };
                write(errand, &account, &key, date, content)
            })
            .await
    }
}
