//! Tickets as clients see them.

use domain::{
    accounts::user::User, door::Ticket, events::Event, keys::keyring::SigningKey,
    text::timestamp::rfc3339, tickets::token::TicketToken,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{shown_name, words};

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ticket)]
pub(crate) struct TicketView {
    /// Code of the ticket: 12 characters of Crockford base32 in groups of four.
    #[schema(example = "ABCD-EFGH-JKMN")]
    code: String,
    event_id: String,
    user_id: String,
    /// Name of the holder: 1 to 100 characters; `(erased)` if the account is erased.
    holder_name: String,
    #[schema(value_type = words::TicketStatus)]
    status: &'static str,
    #[schema(format = DateTime)]
    issued_at: String,
    #[schema(required, format = DateTime)]
    admitted_at: Option<String>,
    /// Content of the QR code: a signed token, see `docs/ticket-format.md`.
    qr: String,
}

/// Returns the content of a ticket's QR code. The door times in it are those that the event has now.
pub(crate) fn qr(ticket: &Ticket, event: &Event, key: &SigningKey) -> String {
    TicketToken::of(event, ticket.code, ticket.generation).seal(key)
}

impl TicketView {
    /// Returns the ticket in the form in which the API shows it. `holder` is `None` if the holder's account is erased.
    pub(crate) fn new(
        ticket: &Ticket,
        event: &Event,
        holder: Option<&User>,
        key: &SigningKey,
    ) -> Self {
        Self {
            code: ticket.code.to_string(),
            event_id: ticket.event_id.to_string(),
            user_id: ticket.user_id.to_string(),
            holder_name: shown_name(holder),
            status: ticket.status.as_str(),
            issued_at: rfc3339(ticket.issued_at),
            admitted_at: ticket.admission().map(|scan| rfc3339(scan.at)),
            qr: qr(ticket, event, key),
        }
    }
}
