//! Sends mails about a registration.

use domain::{
    events::EventStatus,
    id::{EventId, UserId},
    mail::{key::MailKey, kind::RegistrationMail},
    text::RemovalReason,
};
use mail::{CancelledBy, Content, RegistrantFacts};

use super::{Errand, Notify, write};
use crate::{error::MailError, facts::OwnedSeat};

impl Notify {
    /// Sends a mail about the current state of a registration. If the registration has changed after the mail was due, the mail
    /// is not sent, because the change causes its own mail.
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
        let Some(account) = self.store.account(user).await? else {
            return Ok(());
        };
        let Some(sheet) = self.sheet(errand, event).await?.filter(|sheet| {
            // If the event is cancelled, every registrant gets the mail about the cancelled event instead.
            about.holds(&registration) && sheet.event.status != EventStatus::Cancelled
        }) else {
            return Ok(());
        };
        let key = MailKey::event(about.kind(), user, event, about.state());
        if account.mail_block.is_some() {
            return self.sender.suppress(&key).await;
        }
        let position = match about.place() {
            Some(place) => Some(self.store.waitlist_position(event, place).await?),
            None => None,
        };
        let date = about.date(&registration);
        let keyrings = self.keys.current().await?;
        self.sender
            .send_once(&key, errand.due, || {
                let is_end = about.is_end();
                let seat = OwnedSeat::of(&sheet.event, &registration, &keyrings, is_end);
                let facts = RegistrantFacts {
                    event: &sheet.facts(),
                    seat: seat.facts(),
                    promoted: registration.promoted,
                    position,
                    cancelled_by: if registration.cancelled_by == Some(user) {
                        CancelledBy::Attendee
                    } else {
                        CancelledBy::Organizer
                    },
                    removal_reason: registration
                        .removal_reason
                        .as_ref()
                        .map(RemovalReason::as_str),
                };
                let content = Content::about_registration(about, &facts);
                write(errand, &account, &key, date, &content)
            })
            .await
    }
}
