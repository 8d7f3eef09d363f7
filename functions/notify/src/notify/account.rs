//! Sends mails about an account.

use bootstrap::clock;
use domain::{
    accounts::email::Email,
    id::UserId,
    mail::{
        key::MailKey,
        kind::{AccountMail, Audience},
    },
};
use jiff::Timestamp;
use mail::{AccountFacts, Content, Mailbox};
use store::Account;

use super::{Errand, Notify, write_to};
use crate::error::MailError;

/// The recipient of a mail about an account.
struct Addressee<'a> {
    address: &'a Email,
    /// Whether mail to the address is blocked.
    is_blocked: bool,
    /// Whether another account already has the address. This is possible only for a new address that the account requested.
    is_taken: bool,
    /// Whether the account's holder can get this address back after the account has changed to another address.
    is_restorable: bool,
}

impl Notify {
    /// Sends a mail about an incident in an account, for example an issued code. `at` is the time of the incident. If a newer
    /// incident of the same kind has replaced it, the mail would mislead its reader, so it is not sent. The newer incident has
    /// its own mail.
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
        let to = match about.kind().audience() {
            Audience::NewAddress => self.new_address(&account, at).await?,
            Audience::FormerAddress => former_address(&account, at),
            Audience::Account
            | Audience::Registrant
            | Audience::Seats
            | Audience::Everybody
            | Audience::Organizer
            | Audience::FormerOrganizer => holder(&account, about, at),
        };
        let Some(to) = to else {
            return Ok(());
        };
        let key = MailKey::account(about.kind(), user, at.as_millisecond());
        if to.is_blocked {
            return self.sender.suppress(&key).await;
        }
        let facts = AccountFacts {
            keyrings: &keyrings,
            user,
            at,
            now: clock::now(),
            address: to.address,
            is_taken: to.is_taken,
            is_restorable: to.is_restorable,
            public_url: &self.public_url,
            pages: self.pages.as_ref(),
        };
        let mailbox = Mailbox {
            // `mail::compose` leaves this name out of mails to an address that nobody has proved to own.
            name: account.user.name.as_str(),
            email: &to.address.identity(),
        };
        self.sender
            .send_once(&key, errand.due, || {
                let content = Content::about_account(about, &facts);
                write_to(errand, mailbox, &key, at, &content)
            })
            .await
    }

    /// Returns the new address that the account requested, even if another account has it. Returns `None` if the change was
    /// cancelled.
    async fn new_address<'a>(
        &self,
        account: &'a Account,
        at: Timestamp,
    ) -> Result<Option<Addressee<'a>>, MailError> {
        let change = account.email_change.as_ref();
        let Some(change) = change.filter(|change| change.issued_at == at) else {
            return Ok(None);
        };
        let other = self.store.account_by_email(&(&change.to).into()).await?;
        let is_blocked = |other: &Account| other.mail_block.is_some();
        Ok(Some(Addressee {
            address: &change.to,
            is_blocked: other.as_ref().is_some_and(is_blocked),
            is_taken: other.is_some(),
            is_restorable: false,
        }))
    }
}

/// Returns the account's present address. Returns `None` if a newer incident of the same kind has replaced the incident that
/// happened at the time `at`.
fn holder(account: &Account, about: AccountMail, at: Timestamp) -> Option<Addressee<'_>> {
    (account.happened_at(about) == Some(at)).then(|| Addressee {
        address: &account.user.email,
        is_blocked: account.mail_block.is_some(),
        is_taken: false,
        is_restorable: false,
    })
}

/// Returns the present or former address of an account. The owner of this address can object to the change of address that was
/// requested at the time `at`, even if the change was made already. Returns `None` if the change was cancelled.
fn former_address(account: &Account, at: Timestamp) -> Option<Addressee<'_>> {
    let user = &account.user;
    let change = account.email_change.as_ref();
    let is_pending = change.is_some_and(|change| change.issued_at == at);
    let former = account.former_email.as_ref();
    let kept = former.filter(|former| former.is_restorable(clock::now()));
    let (address, is_blocked, is_restorable) = match former.filter(|former| former.issued_at == at)
    {
        Some(former) => (&former.email, false, kept.is_some()),
        // An account keeps only one former address at a time. While it keeps one, the present address is not restorable.
        None if is_pending => (
            &user.email,
            account.mail_block.is_some(),
            user.email_verified && kept.is_none(),
        ),
        None => return None,
    };
    Some(Addressee {
        address,
        is_blocked,
        is_taken: false,
        is_restorable,
    })
}
