//! What a deployment decides about its API.

use crate::{FirstAdmin, Limits, Queues};

/// What a deployment decides about its API.
#[derive(Debug)]
pub struct Settings {
    /// The name of the deployment, part of the issuer of access tokens.
    pub stage: String,
    /// The first administrator, whose account is made at the first login; `None`: nobody.
    pub first_admin: Option<FirstAdmin>,
    /// How much one source may ask for, and who may register.
    pub limits: Limits,
    /// The queues and their dead-letter queues.
    pub queues: Queues,
    /// Whether the deployment sends mail.
    pub mail_is_on: bool,
}
