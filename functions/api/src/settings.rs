//! Settings of a deployment's API.

use crate::{FirstAdmin, Limits, Queues};

/// Settings of a deployment's API.
#[derive(Debug)]
pub struct Settings {
    /// The name of the deployment, part of the issuer of access tokens.
    pub stage: String,
    /// The first administrator, whose account is made at the first login; `None`: there is no first administrator.
    pub first_admin: Option<FirstAdmin>,
    /// Limits for one source, and the rule who may register.
    pub limits: Limits,
    /// The queues and their dead-letter queues.
    pub queues: Queues,
    /// Whether the deployment sends mail.
    pub mail_is_on: bool,
}
