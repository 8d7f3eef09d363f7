//! Accounts.

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
    /// The id.
    pub id: UserId,
    /// The address, unique over all accounts.
    pub email: Email,
    /// The name as it is shown to organizers.
    pub name: PersonName,
    /// The role.
    pub role: Role,
    /// Whether the owner of the address has proved to be the owner of the account.
    pub email_verified: bool,
    /// The time at which the account was made.
    pub created_at: Timestamp,
}
