//! Mails about an account.

use domain::{
    id::UserId,
    mail_code::{MailCode, Purpose},
    mail_key::MailKey,
};
use jiff::Timestamp;
use mail::Content;
use messages::AccountMail;

use super::{Errand, Notify, write};
use crate::error::MailError;

impl Notify {
    /// A code that was issued at `at`, or a change of password then. If another code was issued since, the mail with that
    /// one is on its way, and this one would only mislead.
    pub(super) async fn account(
        &self,
        errand: Errand<'_>,
        user: UserId,
        about: AccountMail,
        at: Timestamp,
    ) -> Result<(), MailError> {
        let Some(account) = self.store.account(user).await? else {
            return Ok(());
        };
        let keyrings = self.keys.current().await?;
        let code = |purpose| {
            let code = MailCode::derive(keyrings.signing(at), purpose, user, at).to_string();
            let minutes = u32::try_from(purpose.lifetime_seconds() / 60).unwrap_or(u32::MAX);
            (code, minutes)
        };
        let (kind, pending) = match about {
            AccountMail::Welcome => ("welcome", account.verification.map(|code| code.issued_at)),
            AccountMail::PasswordReset => {
                ("password-reset", account.reset.map(|code| code.issued_at))
            }
            AccountMail::PasswordChanged => ("password-changed", account.password_changed_at),
        };
        if pending != Some(at) {
            return Ok(());
        }
        let key = MailKey::account(kind, user, at.as_millisecond());
        if account.mail_block.is_some() {
            return self.sender.suppress(&key).await;
        }
        self.sender
            .send_once(&key, errand.due, || match about {
                AccountMail::Welcome => {
                    let (code, valid_minutes) = code(Purpose::Verification);
                    let content = Content::Welcome {
                        code: &code,
                        valid_minutes,
                    };
                    write(errand, &account, &key, at, content)
                }
                AccountMail::PasswordReset => {
                    let (code, valid_minutes) = code(Purpose::PasswordReset);
                    let content = Content::PasswordReset {
                        code: &code,
                        valid_minutes,
                    };
                    write(errand, &account, &key, at, content)
                }
                AccountMail::PasswordChanged => {
                    let content = Content::PasswordChanged { changed_at: at };
                    write(errand, &account, &key, at, content)
                }
            })
            .await
    }
}
