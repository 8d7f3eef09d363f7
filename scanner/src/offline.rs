//! The rules for judging a ticket offline, in the order of `docs/ticket-format.md`.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    events::doors::{DoorState, DoorWindow},
    id::EventId,
    tickets::{
        code::TicketCode,
        input::TicketInput,
        key::TicketPublicKey,
        token::{TicketToken, TicketTokenError},
    },
};
use jiff::Timestamp;

use crate::verdict::{Admission, Reason, Verdict};

/// The data about a door that is needed to judge tickets without a network.
#[derive(Debug)]
pub(crate) struct KnownDoor<'a> {
    /// The id of the event.
    pub(crate) event: EventId,
    /// The public keys with which tickets are verified.
    pub(crate) keys: &'a [TicketPublicKey],
    /// The time at which the doors open, if the server sent it. This time takes precedence over the time in the ticket.
    pub(crate) doors_open_at: Option<Timestamp>,
    /// The time at which the event ends, if the server sent it. This time takes precedence over the time in the ticket.
    pub(crate) ends_at: Option<Timestamp>,
    /// Whether the event was cancelled. If so, no ticket is valid.
    pub(crate) cancelled: bool,
    /// The codes of void tickets.
    pub(crate) revoked: &'a BTreeSet<TicketCode>,
    /// Tickets with which somebody was admitted, as far as this device knows.
    pub(crate) admitted: &'a BTreeMap<TicketCode, Admission>,
}

impl KnownDoor<'_> {
    /// Judges the text `shown` at the time `now`. The text is a code or the content of a QR code.
    pub(crate) fn judge(&self, shown: &str, now: Timestamp) -> Verdict {
        let token = match TicketInput::parse(shown) {
            Err(_) => return Verdict::Invalid(Reason::Unknown),
            Ok(TicketInput::Code(code)) => {
                return self.used(code).unwrap_or(Verdict::Unverifiable(code));
            }
            Ok(TicketInput::Token(text)) => match TicketToken::open(&text, self.keys) {
                Err(error) => return Verdict::Invalid(reason(error)),
                Ok(token) => token,
            },
        };
        if token.event != self.event {
            return Verdict::WrongEvent;
        }
        if self.cancelled {
            return Verdict::Void(Some(token.code));
        }
        match self.window(&token).at(whole(now)) {
            DoorState::TooEarly => Verdict::Invalid(Reason::TooEarly),
            DoorState::Over => Verdict::Invalid(Reason::Over),
            DoorState::Open => self
                .used(token.code)
                .unwrap_or(Verdict::AdmittedOffline(token.code)),
        }
    }

    /// If this device knows that the ticket is void or already used, returns the verdict that refuses it. Otherwise returns
    /// `None`.
    fn used(&self, code: TicketCode) -> Option<Verdict> {
        if self.cancelled || self.revoked.contains(&code) {
            return Some(Verdict::Void(Some(code)));
        }
        let admission = self.admitted.get(&code)?;
        Some(Verdict::AlreadyAdmitted(Some(code), admission.clone()))
    }

    fn window(&self, token: &TicketToken) -> DoorWindow {
        let DoorWindow { opens, closes } = token.window();
        DoorWindow {
            opens: whole(self.doors_open_at.unwrap_or(opens)),
            closes: whole(self.ends_at.unwrap_or(closes)),
        }
    }
}

fn reason(error: TicketTokenError) -> Reason {
    match error {
        TicketTokenError::Malformed => Reason::Unknown,
        TicketTokenError::UnknownKey => Reason::ExpiredKey,
        TicketTokenError::Forged => Reason::Forged,
    }
}

/// Rounds a time down to whole seconds, because the rules compare times in whole seconds.
fn whole(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

#[cfg(test)]
mod tests;
