//! Mails about an account.

use bootstrap::clock;
use domain::{
    accounts::{
        email_change::{RESTORABLE_FOR, objection::Objection},
        mail_code::{MailCode, Purpose},
    },
    id::UserId,
    keys::keyrings::Keyrings,
    mail::{
        key::MailKey,
        kind::{AccountMail, MailKind},
    },
};
use jiff::Timestamp;
use mail::{Content, Mailbox};
use store::Account;

use super::{Errand, Notify, write, write_to};
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
        match about {
            AccountMail::Welcome => {
                let (code, valid_minutes) = code(&keyrings, Purpose::Verification, user, at);
                let content = Content::Welcome {
                    code: &code,
                    valid_minutes,
                };
                self.to_holder(errand, &account, about, at, content).await
            }
            AccountMail::PasswordReset => {
                let (code, valid_minutes) = code(&keyrings, Purpose::PasswordReset, user, at);
                let content = Content::PasswordReset {
                    code: &code,
                    valid_minutes,
                };
                self.to_holder(errand, &account, about, at, content).await
            }
            AccountMail::PasswordChanged => {
                let content = Content::PasswordChanged { changed_at: at };
                self.to_holder(errand, &account, about, at, content).await
            }
            AccountMail::EmailChange => self.email_change(errand, &account, at, &keyrings).await,
            AccountMail::EmailChangeNotice => {
                self.email_change_notice(errand, &account, at, &keyrings)
                    .await
            }
        }
    }

    /// A mail to the holder of an account, if what happened there last happened at the time that the message says.
    async fn to_holder(
        &self,
        errand: Errand<'_>,
        account: &Account,
        about: AccountMail,
        at: Timestamp,
        content: Content<'_>,
    ) -> Result<(), MailError> {
        if account.happened_at(about) != Some(at) {
            return Ok(());
        }
        let key = MailKey::account(about.kind(), account.user.id, at.as_millisecond());
        if account.mail_block.is_some() {
            return self.sender.suppress(&key).await;
        }
        self.sender
            .send_once(&key, errand.due, || {
                write(errand, account, &key, at, content)
            })
            .await
    }

    /// To the address that an account is to get: the code that confirms it, unless another account has it.
    async fn email_change(
        &self,
        errand: Errand<'_>,
        account: &Account,
        at: Timestamp,
        keyrings: &Keyrings,
    ) -> Result<(), MailError> {
        let Some(change) = account
            .email_change
            .as_ref()
            .filter(|it| it.issued_at == at)
        else {
            return Ok(());
        };
        let (user, purpose) = (account.user.id, Purpose::EmailChange(&change.to));
        let key = MailKey::account(MailKind::EmailChange, user, at.as_millisecond());
        let (code, valid_minutes) = code(keyrings, purpose, user, at);
        let content = match self.store.account_by_email(&(&change.to).into()).await? {
            Some(holder) if holder.mail_block.is_some() => {
                return self.sender.suppress(&key).await;
            }
            Some(_) => Content::AddressInUse,
            None => Content::NewAddress {
                code: &code,
                valid_minutes,
            },
        };
        let to = Mailbox {
            name: "",
            email: &change.to.identity(),
        };
        self.sender
            .send_once(&key, errand.due, || write_to(errand, to, &key, at, content))
            .await
    }

    /// To the address that an account has, or had: how to object to a change. The change may have been made already.
    async fn email_change_notice(
        &self,
        errand: Errand<'_>,
        account: &Account,
        at: Timestamp,
        keyrings: &Keyrings,
    ) -> Result<(), MailError> {
        let user = &account.user;
        let is_pending = account
            .email_change
            .as_ref()
            .is_some_and(|change| change.issued_at == at);
        let former = account.former_email.as_ref();
        let kept = former.filter(|former| former.is_restorable(clock::now()));
        let (address, is_blocked, is_restorable) =
            match former.filter(|former| former.issued_at == at) {
                Some(former) => (&former.email, false, kept.is_some()),
                // While an earlier address is kept, no other is.
                None if is_pending => (
                    &user.email,
                    account.mail_block.is_some(),
                    user.email_verified && kept.is_none(),
                ),
                None => return Ok(()),
            };
        let key = MailKey::account(MailKind::EmailChangeNotice, user.id, at.as_millisecond());
        if is_blocked {
            return self.sender.suppress(&key).await;
        }
        let token = Objection::seal(keyrings.signing(clock::now()), user.id, address, at);
        let url = format!(
            "{}/v1/auth/email-change/objection?token={token}",
            self.public_url
        );
        let to = Mailbox {
            name: "",
            email: &address.identity(),
        };
        let content = Content::AddressChange {
            asked_at: at,
            objection_url: &url,
            restorable_hours: is_restorable
                .then(|| u32::try_from(RESTORABLE_FOR.as_hours()).unwrap_or(u32::MAX)),
        };
        self.sender
            .send_once(&key, errand.due, || write_to(errand, to, &key, at, content))
            .await
    }
}

/// The code that `user` was issued at `at`, and for how many minutes it is valid.
fn code(keyrings: &Keyrings, purpose: Purpose<'_>, user: UserId, at: Timestamp) -> (String, u32) {
    let code = MailCode::derive(keyrings.signing(at), purpose, user, at).to_string();
    let minutes = u32::try_from(purpose.lifetime_seconds() / 60).unwrap_or(u32::MAX);
    (code, minutes)
}
