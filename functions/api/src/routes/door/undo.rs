//! Handles `DELETE /v1/events/{id}/check-ins/{code}`.

use axum::{extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    door::{Ticket, Undo},
    invalid::Findings,
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
    query::Parameters,
};

/// Takes an admission back. The ticket is then good for another admission, unless the ticket has ended. Scans that admitted the
/// ticket change nothing if they are sent again. Scans that were made without a network until now change nothing if they are
/// sent later. With `scanId`, only the admission by this scan is taken back, and the request can be repeated safely.
#[utoipa::path(delete, path = "/v1/events/{id}/check-ins/{code}", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("code" = String, Path, description = "Ticket"),
    ("scanId" = Option<String>, Query, description = "Takes back only the admission by the scan that has this `scanId`: 1 to 64 characters"),
), responses((status = 204, description = "The admission is taken back"), (status = 403, description = "`forbidden`"),
    (status = 404, description = "`not-found`: the event has no such ticket"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn undo_check_in(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    ticket: TicketPath,
    parameters: Parameters,
) -> Result<StatusCode, ApiError> {
    let mut findings = Findings::default();
    let only = parameters.get("scanId").map(ScanId::parse).transpose();
    let only = findings.check("/scanId", only);
    let only = findings.finish(only)?;
    let event = access::event(&app, &acting.actor, Action::CheckIn, path).await?;
    let (id, code) = (event.id, ticket.at(&event));
    let entry = acting.entry(&Deed::UndoCheckIn(id, code));
    let mut undone = Undo::Unchanged;
    let undo = |ticket: &mut Ticket| {
        if ticket.event_id == id {
            undone = match &only {
                Some(scan_id) => ticket.undo_scan(scan_id),
                None => ticket.undo(clock::now()),
            };
        }
        match undone {
            Undo::TookBack => TicketChange::Noted(&entry),
            Undo::Remembered => TicketChange::Changed,
            Undo::Unchanged => TicketChange::Unchanged,
        }
    };
    let ticket = app.store.change_ticket(code, undo).await?;
    let ticket = ticket
        .filter(|ticket| ticket.event_id == id)
        .ok_or(ApiError::NotFound)?;
    // Doors read in the log that the ticket is good again. If another scan still admits the holder, it is not.
    if undone == Undo::TookBack && !ticket.is_inside() {
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
            undone_scan_id: only,
        };
        app.store.log_scan(id, &logged).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
