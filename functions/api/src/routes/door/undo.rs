//! Handles `DELETE /v1/events/{id}/check-ins/{code}`.

use axum::{extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    door::{Ticket, Undo},
    security::{audit::Deed, policy::Action},
    text::ScanId,
};
use store::{LoggedScan, TicketChange};
use uuid::Uuid;

use super::view::ScanResult;
use crate::{
    access,
    app::Shared,
    extract::{Acting, EventPath, TicketPath},
    problem::ApiError,
};

/// Takes an admission back. The ticket is then good for another admission, unless the ticket has ended. Scans that admitted the
/// ticket change nothing if they are sent again. Scans that were made without a network until now change nothing if they are
/// sent later.
#[utoipa::path(delete, path = "/v1/events/{id}/check-ins/{code}", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("code" = String, Path, description = "Ticket"),
), responses((status = 204, description = "The holder is not admitted"), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`: the event has no such ticket")))]
pub(crate) async fn undo_check_in(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    ticket: TicketPath,
) -> Result<StatusCode, ApiError> {
    let event = access::event(&app, &acting.actor, Action::CheckIn, path).await?;
    let (id, code) = (event.id, ticket.at(&event));
    let entry = acting.entry(&Deed::UndoCheckIn(id, code));
    let mut undone = Undo::Unchanged;
    let undo = |ticket: &mut Ticket| {
        if ticket.event_id == id {
            undone = ticket.undo(clock::now());
        }
        match undone {
            Undo::TookBack => TicketChange::Noted(&entry),
            Undo::Remembered => TicketChange::Changed,
            Undo::Unchanged => TicketChange::Unchanged,
        }
    };
    let ticket = app.store.change_ticket(code, undo).await?;
    ticket
        .filter(|ticket| ticket.event_id == id)
        .ok_or(ApiError::NotFound)?;
    if undone == Undo::TookBack {
        let scan_id =
            ScanId::parse(&Uuid::now_v7().simple().to_string()).map_err(ApiError::internal)?;
        let logged = LoggedScan {
            scan_id,
            at: clock::now(),
            by: acting.actor.id,
            gate: None,
            device_id: None,
            code: Some(code),
            result: ScanResult::Undone.as_str().to_owned(),
            reason: None,
        };
        app.store.log_scan(id, &logged).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
