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
    /// Id.
    pub id: UserId,
    /// Address, unique over all accounts.
    pub email: Email,
    /// Name as shown to organizers.
    pub name: PersonName,
    /// What the account may do.
    pub role: Role,
    /// Whether the owner of the address has proved to be the owner of the account.
    pub email_verified: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}
