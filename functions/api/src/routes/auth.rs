//! Accounts and sessions.

mod attempt;
pub(crate) mod browser;
pub(crate) mod forgot_password;
pub(crate) mod jwks;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod object;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod reset_password;
pub(crate) mod verify_email;

use domain::id::UserId;
use uuid::Uuid;

/// Returns the id of an account that does not exist. A write with this id takes as long as a write to an existing account, and
/// changes nothing. Each call returns another id, so that not all of these writes go to the same partition of the table.
fn nobody() -> UserId {
    UserId::from_uuid(Uuid::now_v7())
}
