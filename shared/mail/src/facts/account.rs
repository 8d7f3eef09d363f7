//! Facts about an account.

use domain::{
    accounts::{
        email::Email,
        email_change::objection::Objection,
        mail_code::{MailCode, Purpose},
    },
    id::UserId,
    keys::keyrings::Keyrings,
};
use jiff::Timestamp;

use crate::words;

/// Facts for a mail about an account. A mail with a code or a link derives it from them.
#[derive(Debug, Clone, Copy)]
pub struct AccountFacts<'a> {
    /// The keys that codes and links are derived from.
    pub keyrings: &'a Keyrings,
    /// The account.
    pub user: UserId,
    /// The time of the reported change, or of the issue of the code.
    pub at: Timestamp,
    /// The present time.
    pub now: Timestamp,
    /// The address that the mail goes to.
    pub address: &'a Email,
    /// Whether another account has this address.
    pub is_taken: bool,
    /// Whether the account can get this address back after a change.
    pub is_restorable: bool,
    /// The address of the HTTP API, for links; without a slash at the end.
    pub public_url: &'a str,
}

impl AccountFacts<'_> {
    /// Returns the code that the user was issued for this purpose.
    pub(crate) fn code(&self, purpose: Purpose<'_>) -> Code {
        let keyring = self.keyrings.signing(self.at);
        Code {
            text: MailCode::derive(keyring, purpose, self.user, self.at).to_string(),
            valid_minutes: u32::try_from(purpose.lifetime_seconds() / 60).unwrap_or(u32::MAX),
        }
    }

    /// Returns the page on which the reader of the address objects to a change of it.
    pub(crate) fn objection_url(&self) -> String {
        let keyring = self.keyrings.signing(self.now);
        let token = Objection::seal(keyring, self.user, self.address, self.at);
        let api = self.public_url;
        format!("{api}/v1/auth/email-change/objection?token={token}")
    }
}

/// A code to type. It has no `Debug`, so no log shows it.
pub(crate) struct Code {
    /// The code, as a person types it.
    pub(crate) text: String,
    /// The time for which the code is valid, in minutes.
    pub(crate) valid_minutes: u32,
}

impl Code {
    /// Returns the validity in words.
    pub(crate) fn lifetime(&self) -> String {
        words::minutes(self.valid_minutes)
    }
}
