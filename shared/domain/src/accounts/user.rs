//! The data of an account that most of the code uses.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    accounts::{email::Email, role::Role},
    id::UserId,
    text::PersonName,
};

/// An account, without its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id of the user.
    pub id: UserId,
    /// The e-mail address. No two accounts have the same address.
    pub email: Email,
    /// The name of the user, as organizers see it.
    pub name: PersonName,
    /// The role of the account.
    pub role: Role,
    /// Whether the user has proved that they read the mail of the address.
    pub email_verified: bool,
    /// The time at which the account was created.
    pub created_at: Timestamp,
}
