//! Registrations as clients see them.

use domain::{
    events::Event,
    mail::state::MailState,
    seats::registration::{Registration, RegistrationStatus},
    text::timestamp::rfc3339,
    tickets::code::TicketCode,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// The main data of the event to which a registration belongs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegistrationEvent)]
struct RegistrationEventView {
    id: String,
    title: String,
    venue: String,
    #[schema(format = DateTime)]
    starts_at: String,
    #[schema(format = DateTime)]
    ends_at: String,
    #[schema(example = "Europe/Berlin")]
    timezone: String,
    #[schema(value_type = words::EventStatus)]
    status: &'static str,
}

/// A registration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Registration)]
pub(crate) struct RegistrationView {
    event: RegistrationEventView,
    user_id: String,
    #[schema(value_type = words::RegistrationStatus)]
    status: &'static str,
    #[schema(format = DateTime)]
    registered_at: String,
    #[schema(required, format = DateTime)]
    cancelled_at: Option<String>,
    /// Reason that the organizer gave for taking back the seat or place: 1 to 500 characters; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "You are on the list twice.")]
    cancel_reason: Option<String>,
    /// With status `waitlisted`: the place on the waitlist, from 1.
    #[schema(required)]
    waitlist_position: Option<u32>,
    /// Code of the ticket: 12 characters of Crockford base32 in groups of four; `null` until it is issued.
    #[schema(required, example = "ABCD-EFGH-JKMN")]
    ticket_code: Option<String>,
}

/// The benefit that a registration gives its holder at this moment: a ticket, a place on the waitlist, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing, because the registration is cancelled or its ticket is not issued yet.
    None,
    /// The ticket that has this code.
    Ticket(TicketCode),
    /// A place on the waitlist at this position. The head of the waitlist has position 1.
    InLine(u32),
}

impl From<Option<TicketCode>> for Place {
    fn from(ticket: Option<TicketCode>) -> Self {
        ticket.map_or(Self::None, Self::Ticket)
    }
}

impl RegistrationView {
    pub(crate) fn new(event: &Event, registration: &Registration, place: Place) -> Self {
        let (ticket, position) = match place {
            Place::None => (None, None),
            Place::Ticket(code) => (Some(code), None),
            Place::InLine(position) => (None, Some(position)),
        };
        let details = &event.details;
        Self {
            event: RegistrationEventView {
                id: event.id.to_string(),
                title: details.title.as_str().to_owned(),
                venue: details.venue.as_str().to_owned(),
                starts_at: rfc3339(details.schedule.starts_at),
                ends_at: rfc3339(details.schedule.ends_at),
                timezone: details.schedule.timezone.as_str().to_owned(),
                status: event.status.as_str(),
            },
            user_id: registration.user_id.to_string(),
            status: registration.status.as_str(),
            registered_at: rfc3339(registration.registered_at),
            cancelled_at: registration.cancelled_at.map(rfc3339),
            cancel_reason: registration
                .removal_reason
                .as_ref()
                .filter(|_| registration.status == RegistrationStatus::Cancelled)
                .map(|reason| reason.as_str().to_owned()),
            waitlist_position: position,
            ticket_code: ticket.map(|code| code.to_string()),
        }
    }
}

/// Returns the state of a mail as a word of the contract; `None` as long as the mail is on its way.
pub(crate) fn shown_state(state: MailState) -> Option<&'static str> {
    (state != MailState::Sending).then(|| state.as_str())
}
