//! The facts about an account.

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

use crate::{Pages, words};

/// The facts for a mail about an account. A code or link in the mail is derived from these facts.
#[derive(Debug, Clone, Copy)]
pub struct AccountFacts<'a> {
    /// The keyrings from whose keys codes and links are derived.
    pub keyrings: &'a Keyrings,
    /// The id of the account's user.
    pub user: UserId,
    /// The time of the reported change, or the time at which the code was issued.
    pub at: Timestamp,
    /// The present time. The keyring that signs at this time makes the mail's links.
    pub now: Timestamp,
    /// The address to which the mail goes.
    pub address: &'a Email,
    /// Whether another account already has `address`.
    pub is_taken: bool,
    /// Whether the owner of `address` can still take the account back to this address after the account's address has changed.
    pub is_restorable: bool,
    /// The base URL of the HTTP API, for links. It does not end with a slash.
    pub public_url: &'a str,
    /// The pages to which the mail links; `None` if the deployment has no pages, or does not know their address.
    pub pages: Option<&'a Pages>,
}

impl AccountFacts<'_> {
    /// Returns the code that was issued to the user for `purpose`.
    pub(crate) fn code(&self, purpose: Purpose<'_>) -> Code {
        let keyring = self.keyrings.signing(self.at);
        let text = MailCode::derive(keyring, purpose, self.user, self.at).to_string();
        let url = self.pages.map(|pages| match purpose {
            Purpose::Verification => pages.verification(&text),
            Purpose::PasswordReset => pages.password_reset(&text, self.address),
            Purpose::EmailChange(_) => pages.new_address(&text),
        });
        Code {
            text,
            url,
            valid_minutes: u32::try_from(purpose.lifetime_seconds() / 60).unwrap_or(u32::MAX),
        }
    }

    /// Returns the URL of the web page on which the mail's reader can object to the change of the address.
    pub(crate) fn objection_url(&self) -> String {
        let keyring = self.keyrings.signing(self.now);
        let token = Objection::seal(keyring, self.user, self.address, self.at);
        let api = self.public_url;
        format!("{api}/v1/auth/email-change/objection?token={token}")
    }
}

/// A code that the recipient types. The type has no `Debug`, so no log shows the code.
pub(crate) struct Code {
    /// The code as a person types it.
    pub(crate) text: String,
    /// The URL of the page that takes the code. The URL contains the code.
    pub(crate) url: Option<String>,
    /// The time for which the code is valid, in minutes.
    pub(crate) valid_minutes: u32,
}

impl Code {
    /// Returns in words how long the code is valid.
    pub(crate) fn lifetime(&self) -> String {
        words::minutes(self.valid_minutes)
    }
}
