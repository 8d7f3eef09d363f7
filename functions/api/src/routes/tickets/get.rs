//! Handles `GET /v1/tickets/{code}`.

use axum::{Json, extract::State};
use domain::{accounts::user::User, door::Ticket, events::Event, security::policy::Action};
use store::Account;

use crate::{
    access,
    app::{App, Shared},
    extract::{AccountHolder, TicketPath},
    problem::ApiError,
    views::TicketView,
};

/// A ticket with its event and its holder's account.
pub(crate) struct Found {
    pub(crate) ticket: Ticket,
    pub(crate) event: Event,
    pub(crate) holder: Option<User>,
}

/// Returns the ticket whose code is in the path, if `caller` may see the ticket. In most cases the caller is the ticket's
/// holder, so the holder's account need not be read again.
pub(crate) async fn visible(
    app: &App,
    caller: Account,
    path: TicketPath,
) -> Result<Found, ApiError> {
    let (ticket, event) = access::ticket(app, &caller.actor(), Action::ReadTicket, path).await?;
    let holder = if ticket.user_id == caller.user.id {
        Some(caller)
    } else {
        app.store.account(ticket.user_id).await?
    };
    let holder = holder.map(|account| account.user);
    Ok(Found {
        ticket,
        event,
        holder,
    })
}

/// A ticket. The code may also be in lower case, without hyphens, or with `O` for `0` and `I` for `1`.
#[utoipa::path(get, path = "/v1/tickets/{code}", tag = "tickets", security(("bearer" = [])), params(("code" = String, Path, description = "Ticket")), responses(
    (status = 200, body = TicketView), (status = 403, description = "`forbidden`: the caller organizes the event, but does not have the role of organizer any more"), (status = 404, description = "`not-found`: there is no such ticket, or the caller is neither its holder nor a member of the event's staff"),
))]
pub(crate) async fn get_ticket(
    State(app): State<Shared>,
    AccountHolder(caller): AccountHolder,
    path: TicketPath,
) -> Result<Json<TicketView>, ApiError> {
    let Found {
        ticket,
        event,
        holder,
    } = visible(&app, caller, path).await?;
    Ok(Json(TicketView::new(
        &ticket,
        &event,
        holder.as_ref(),
        &app.signing().ticket,
    )))
}
