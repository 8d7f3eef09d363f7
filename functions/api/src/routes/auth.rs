//! Accounts and sessions.

mod attempt;
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

/// An account that does not exist: a write meant for it takes as long as one for an account, and changes nothing.
/// Always another one, so that no partition of the table gets all of them.
fn nobody() -> UserId {
    UserId::from_uuid(Uuid::now_v7())
}
