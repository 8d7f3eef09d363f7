//! Judges the code or the content of a QR code that was shown at the door, before the ticket is read from the table.

use domain::{
    events::{Event, EventStatus, doors::DoorState},
    tickets::{
        code::TicketCode,
        input::TicketInput,
        key::TicketPublicKey,
        token::{TicketToken, TicketTokenError},
    },
};

use super::view::{Reason, ScanResult};
use crate::app::App;

/// Why a ticket that was shown admits nobody, if this is known before the ticket is read from the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) result: ScanResult,
    pub(super) reason: Option<Reason>,
    /// The code of the ticket; `None` if no code could be read.
    pub(super) code: Option<TicketCode>,
}

impl Refusal {
    pub(super) fn invalid(reason: Reason, code: Option<TicketCode>) -> Self {
        Self {
            result: ScanResult::Invalid,
            reason: Some(reason),
            code,
        }
    }

    pub(super) fn of(result: ScanResult, code: TicketCode) -> Self {
        Self {
            result,
            reason: None,
            code: Some(code),
        }
    }
}

/// Returns the code of the ticket in `shown`, which is a code or the content of a QR code. Refuses a text that is not valid,
/// and a QR code of another event.
pub(super) fn ticket_shown(app: &App, event: &Event, shown: &str) -> Result<TicketCode, Refusal> {
    let unknown = Refusal::invalid(Reason::Unknown, None);
    let code = match TicketInput::parse(shown).map_err(|_| unknown)? {
        TicketInput::Code(code) => code,
        TicketInput::Token(text) => {
            let keys: Vec<TicketPublicKey> = app
                .verifying()
                .iter()
                .map(|keyring| TicketPublicKey::from(&keyring.ticket))
                .collect();
            let token = TicketToken::open(&text, &keys).map_err(|error| match error {
                TicketTokenError::Malformed => unknown,
                TicketTokenError::UnknownKey => Refusal::invalid(Reason::ExpiredKey, None),
                TicketTokenError::Forged => Refusal::invalid(Reason::Forged, None),
            })?;
            if token.event != event.id {
                return Err(Refusal::of(ScanResult::WrongEvent, token.code));
            }
            token.code
        }
    };
    Ok(code)
}

/// Refuses the ticket `code` if the event is cancelled, because the ticket is then void.
pub(super) fn takes_place(event: &Event, code: TicketCode) -> Result<(), Refusal> {
    match event.status {
        EventStatus::Cancelled => Err(Refusal::of(ScanResult::Void, code)),
        EventStatus::Draft | EventStatus::Published | EventStatus::Completed => Ok(()),
    }
}

/// Refuses the ticket `code` if the event's doors are not open.
pub(super) fn doors_open(state: DoorState, code: TicketCode) -> Result<(), Refusal> {
    match state {
        DoorState::Open => Ok(()),
        DoorState::TooEarly => Err(Refusal::invalid(Reason::TooEarly, Some(code))),
        DoorState::Over => Err(Refusal::invalid(Reason::Over, Some(code))),
    }
}
