//! Finds the issued tickets of registrations.

use std::collections::HashMap;

use domain::{
    door::Ticket,
    id::{EventId, UserId},
    seats::registration::{Registration, RegistrationStatus},
    tickets::code::TicketCode,
};

use crate::{app::App, problem::ApiError};

/// Returns the code of a registration's ticket, even if the ticket is not issued yet.
pub(crate) fn code_of(app: &App, registration: &Registration) -> TicketCode {
    TicketCode::of(&app.keyrings(), registration)
}

/// Returns the issued tickets of the registrations, by event and holder. Registrations without an issued ticket are not in the
/// map.
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

/// Returns the ticket of a registration; `None` if no ticket is issued. This function does not check the policy, because a
/// caller who may see the registration may also see its ticket.
pub(crate) async fn ticket_of(
    app: &App,
    registration: &Registration,
) -> Result<Option<Ticket>, ApiError> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the registration was come by through the policy"
    )]
    Ok(app.store.ticket(code_of(app, registration)).await?)
}

/// Returns the code of the registration's ticket; `None` if the registration is not confirmed or the ticket is not issued.
pub(crate) async fn issued_code(
    app: &App,
    registration: &Registration,
) -> Result<Option<TicketCode>, ApiError> {
    if registration.status != RegistrationStatus::Confirmed {
        return Ok(None);
    }
    let ticket = ticket_of(app, registration).await?;
    Ok(ticket.map(|ticket| ticket.code))
}
