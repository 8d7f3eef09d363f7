//! `GET /v1/tickets/{code}`.

use axum::{Json, extract::State};
use domain::{
    admission::Ticket,
    event::Event,
    policy::{Actor, EventAccess, event_access, may_work_at_doors},
    ticket::code::TicketCode,
    user::User,
};

use crate::{
    app::{App, Shared},
    extract::{SignedIn, TicketPath},
    problem::ApiError,
    views::TicketView,
};

/// A ticket with its event and its holder.
pub(crate) struct Found {
    pub(crate) ticket: Ticket,
    pub(crate) event: Event,
    pub(crate) holder: Option<User>,
}

/// The ticket, if `actor` holds it or works at the event's doors.
pub(crate) async fn visible(app: &App, actor: &Actor, code: TicketCode) -> Result<Found, ApiError> {
    let ticket = app.store.ticket(code).await?.ok_or(ApiError::NotFound)?;
    let event = app
        .store
        .event(ticket.event_id)
        .await?
        .ok_or(ApiError::NotFound)?;
    if ticket.user_id != actor.id {
        let access = event_access(Some(actor), &event);
        let staff = access == EventAccess::View && app.store.is_staff(event.id, actor.id).await?;
        if !may_work_at_doors(access, staff) {
            return Err(ApiError::NotFound);
        }
    }
    let holder = app
        .store
        .account(ticket.user_id)
        .await?
        .map(|account| account.user);
    Ok(Found {
        ticket,
        event,
        holder,
    })
}

/// A ticket. Codes are found in lower case, without hyphens, and with `O` for `0` or `I` for `1`, too.
#[utoipa::path(get, path = "/v1/tickets/{code}", tag = "tickets", security(("bearer" = [])), params(("code" = String, Path, description = "Ticket")), responses(
    (status = 200, body = TicketView), (status = 404, description = "`not-found`: no such ticket, or neither its holder nor the event's staff asks"),
))]
pub(crate) async fn get_ticket(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    TicketPath(code): TicketPath,
) -> Result<Json<TicketView>, ApiError> {
    let Found {
        ticket,
        event,
        holder,
    } = visible(&app, &actor, code).await?;
    Ok(Json(TicketView::new(
        &ticket,
        &event,
        holder.as_ref(),
        &app.keyring.ticket,
    )))
}
