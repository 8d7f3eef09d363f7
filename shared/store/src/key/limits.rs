//! The keys of items that limit how often somebody may try something.

use domain::security::{
    rate_limit::{Requests, Window},
    throttle::Subject,
};

use super::{key, suffix};
use crate::attribute::Item;

pub(crate) fn throttle(subject: &Subject) -> Item {
    let pk = match subject {
        Subject::Account(email) => format!("THROTTLE#login#{}", email.identity()),
        Subject::Source(source) => format!("THROTTLE#login-from#{source}"),
    };
    key(pk, "THROTTLE")
}

/// Returns the key of the item that counts requests within one window of time. Each window of time has its own item, so a
/// counter is never reset.
pub(crate) fn requests(requests: &Requests, window: Window) -> Item {
    let pk = match requests {
        Requests::SignUpsFrom(source) => format!("sign-ups-from#{source}"),
        Requests::CodesFrom(source) => format!("codes-from#{source}"),
        Requests::LiveTicketsFrom(source) => format!("live-tickets-from#{source}"),
        Requests::ResetsOf(email) => format!("resets-of#{}", email.identity()),
        Requests::VerificationsOf(user) => format!("verifications-of#{}", suffix(user)),
        Requests::EmailChangesOf(user) => format!("email-changes-of#{}", suffix(user)),
        Requests::EmailChangesTo(email) => format!("email-changes-to#{}", email.identity()),
        Requests::LiveTicketsOf(user) => format!("live-tickets-of#{}", suffix(user)),
    };
    key(format!("LIMIT#{pk}#{}", window.begins_at), "LIMIT")
}
