//! The settings of the API in one deployment.

use crate::{FirstAdmin, Limits, Queues};

/// The settings of the API in one deployment.
#[derive(Debug)]
pub struct Settings {
    /// The name of the deployment. It is part of the issuer in access tokens.
    pub stage: String,
    /// The first administrator, whose account is made at the first login. If it is `None`, there is no first administrator.
    pub first_admin: Option<FirstAdmin>,
    /// The limits of each source, and the rule about who may register for events.
    pub limits: Limits,
    /// The queues and their dead-letter queues.
    pub queues: Queues,
    /// Whether the deployment sends mail.
    pub mail_is_on: bool,
}
