//! Which registrations have their ticket.

use std::collections::HashMap;

use domain::{
    admission::Ticket,
    id::{EventId, UserId},
    registration::{Registration, RegistrationStatus},
    ticket::code::TicketCode,
};

use crate::{app::App, problem::ApiError};

/// The code of a registration's ticket, issued or not.
pub(crate) fn code_of(app: &App, registration: &Registration) -> TicketCode {
    let Registration {
        event_id,
        user_id,
        generation,
        ..
    } = *registration;
    TicketCode::derive(&app.keyring.ticket_code, event_id, user_id, generation)
}

/// The tickets of those of the registrations that have one, by event and holder.
pub(crate) async fn tickets_of<'a>(
    app: &App,
    registrations: impl IntoIterator<Item = &'a Registration>,
) -> Result<HashMap<(EventId, UserId), Ticket>, ApiError> {
    let codes: Vec<TicketCode> = registrations
        .into_iter()
        .map(|registration| code_of(app, registration))
        .collect();
    let tickets = app.store.tickets(&codes).await?;
    Ok(tickets
        .into_iter()
        .map(|ticket| ((ticket.event_id, ticket.user_id), ticket))
        .collect())
}

/// The code of a confirmed registration's ticket, once it is issued.
pub(crate) async fn issued_code(
    app: &App,
    registration: &Registration,
) -> Result<Option<TicketCode>, ApiError> {
    if registration.status != RegistrationStatus::Confirmed {
        return Ok(None);
    }
    Ok(app
        .store
        .ticket(code_of(app, registration))
        .await?
        .map(|ticket| ticket.code))
}
