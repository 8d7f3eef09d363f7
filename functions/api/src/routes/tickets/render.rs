//! Renders a ticket as `/qr.svg`, `/qr.png`, `/ticket.pdf` and `/calendar.ics`.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use domain::{
    door::{Ticket, TicketStatus},
    events::{Event, EventStatus},
};
use jiff::tz::TimeZone;
use rendering::{
    calendar::{self, CalendarEvent, Method},
    pdf::{self, TicketDocument},
    qr::Symbol,
};

use super::get::{Found, visible};
use crate::{
    app::{App, Shared},
    extract::{AccountHolder, TicketPath},
    headers::NO_STORE,
    problem::ApiError,
    views::{Bytes, qr, shown_name},
};

fn typed(media_type: &'static str, body: impl IntoResponse) -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
            NO_STORE,
        ],
        body,
    )
}

/// Makes the QR code of the ticket.
fn symbol(app: &App, ticket: &Ticket, event: &Event) -> Result<Symbol, ApiError> {
    Symbol::of(&qr(ticket, event, &app.signing().ticket)).map_err(ApiError::internal)
}

/// The QR code as SVG.
#[utoipa::path(get, path = "/v1/tickets/{code}/qr.svg", tag = "tickets", security(("bearer" = [])), params(("code" = String, Path, description = "Ticket")), responses(
    (status = 200, description = "The QR code as SVG", content_type = "image/svg+xml", body = String), (status = 403, description = "`forbidden`: the caller organizes the event, but does not have the role of organizer any more"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn qr_svg(
    State(app): State<Shared>,
    AccountHolder(caller): AccountHolder,
    path: TicketPath,
) -> Result<impl IntoResponse, ApiError> {
    let Found { ticket, event, .. } = visible(&app, caller, path).await?;
    let symbol = symbol(&app, &ticket, &event)?;
    Ok(typed("image/svg+xml", symbol.svg()))
}

/// The QR code as PNG.
#[utoipa::path(get, path = "/v1/tickets/{code}/qr.png", tag = "tickets", security(("bearer" = [])), params(("code" = String, Path, description = "Ticket")), responses(
    (status = 200, description = "The QR code as PNG", content_type = "image/png", body = inline(Bytes)), (status = 403, description = "`forbidden`: the caller organizes the event, but does not have the role of organizer any more"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn qr_png(
    State(app): State<Shared>,
    AccountHolder(caller): AccountHolder,
    path: TicketPath,
) -> Result<impl IntoResponse, ApiError> {
    let Found { ticket, event, .. } = visible(&app, caller, path).await?;
    let symbol = symbol(&app, &ticket, &event)?;
    Ok(typed(
        "image/png",
        symbol.png().map_err(ApiError::internal)?,
    ))
}

/// The ticket as a page to print.
#[utoipa::path(get, path = "/v1/tickets/{code}/ticket.pdf", tag = "tickets", security(("bearer" = [])), params(("code" = String, Path, description = "Ticket")), responses(
    (status = 200, description = "The ticket as a PDF of one page", content_type = "application/pdf", body = inline(Bytes)), (status = 403, description = "`forbidden`: the caller organizes the event, but does not have the role of organizer any more"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn ticket_pdf(
    State(app): State<Shared>,
    AccountHolder(caller): AccountHolder,
    path: TicketPath,
) -> Result<impl IntoResponse, ApiError> {
    let Found {
        ticket,
        event,
        holder,
    } = visible(&app, caller, path).await?;
    let schedule = &event.details.schedule;
    let document = TicketDocument {
        event_title: event.details.title.as_str(),
        venue: event.details.venue.as_str(),
        starts_at: schedule.starts_at,
        ends_at: schedule.ends_at,
        time_zone: TimeZone::get(schedule.timezone.as_str()).map_err(ApiError::internal)?,
        organizer_name: event.organizer.name.as_str(),
        holder_name: &shown_name(holder.as_ref()),
        code: &ticket.code.to_string(),
    };
    let symbol = symbol(&app, &ticket, &event)?;
    let pdf = pdf::ticket_pdf(&document, &symbol).map_err(ApiError::internal)?;
    Ok(typed("application/pdf", pdf))
}

/// Returns the event as a calendar entry. A later entry replaces an earlier one, because the UID stays and the SEQUENCE rises.
#[utoipa::path(get, path = "/v1/tickets/{code}/calendar.ics", tag = "tickets", security(("bearer" = [])), params(("code" = String, Path, description = "Ticket")), responses(
    (status = 200, description = "A calendar entry (RFC 5545)", content_type = "text/calendar", body = String), (status = 403, description = "`forbidden`: the caller organizes the event, but does not have the role of organizer any more"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn calendar_ics(
    State(app): State<Shared>,
    AccountHolder(caller): AccountHolder,
    path: TicketPath,
) -> Result<impl IntoResponse, ApiError> {
    let Found { ticket, event, .. } = visible(&app, caller, path).await?;
    let schedule = &event.details.schedule;
    let off = event.status == EventStatus::Cancelled || ticket.status == TicketStatus::Void;
    let entry = calendar::calendar(&CalendarEvent {
        method: if off { Method::Cancel } else { Method::Publish },
        uid: &calendar::uid(ticket.event_id, ticket.user_id),
        sequence: calendar::sequence(event.version, ticket.generation, off),
        stamped_at: event.updated_at,
        starts_at: schedule.starts_at,
        ends_at: schedule.ends_at,
        summary: event.details.title.as_str(),
        location: event.details.venue.as_str(),
        ticket: Some(&ticket.code.to_string()),
        description: event.details.description.as_str(),
        url: None,
        organizer: None,
        attendee: None,
    });
    Ok(typed("text/calendar; charset=utf-8", entry))
}
