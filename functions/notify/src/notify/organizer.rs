//! Sends mails to the present and the former organizer of an event.

use domain::{
    id::{EventId, UserId},
    mail::{key::MailKey, kind::OrganizerMail},
};
use mail::Content;

use super::{Errand, Notify, write};
use crate::error::MailError;

impl Notify {
    /// Sends a mail to the new organizer, who now organizes the event, or to the former organizer, who no longer does. If a
    /// later handover has made the content of the mail wrong, the mail is not sent, because the later handover causes its own
    /// mails.
    pub(super) async fn organizer(
        &self,
        errand: Errand<'_>,
        event: EventId,
        user: UserId,
        about: OrganizerMail,
    ) -> Result<(), MailError> {
        let Some(sheet) = self.sheet(errand, event).await? else {
            return Ok(());
        };
        if !about.holds(&sheet.event, user) {
            return Ok(());
        }
        // The former organizer's account may have been erased after the event was handed over.
        let Some(account) = self.store.account(user).await? else {
            return Ok(());
        };
        let key = MailKey::event(about.kind(), user, event, about.state());
        if account.mail_block.is_some() {
            return self.sender.suppress(&key).await;
        }
        self.sender
            .send_once(&key, errand.due, || {
                let facts = sheet.facts();
                let content = Content::about_organizer(about, &facts);
                write(errand, &account, &key, sheet.event.updated_at, &content)
            })
            .await
    }
}
