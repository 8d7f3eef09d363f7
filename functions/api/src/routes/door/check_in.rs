//! Handles `POST /v1/events/{id}/check-ins`.

use axum::{Extension, Json, extract::State};
use bootstrap::{clock, error_chain::ErrorChain, metrics::Metric};
use domain::{
    door::{Scan, Ticket, TicketStatus, Verdict},
    events::{Event, doors::DoorWindow},
    id::UserId,
    invalid::{Findings, Invalid},
    security::policy::Action,
    text::{DeviceId, Gate, ScanId},
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{Admission, LoggedScan};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    judge::{Refusal, doors_open, takes_place, ticket_shown},
    view::{CheckIn, Reason, ScanResult},
};
use crate::{
    access,
    app::{App, Shared},
    extract::{Body, EventPath, SignedIn},
    problem::ApiError,
    request::RequestId,
    views::TicketView,
};

/// A ticket shown at the door.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ShownTicket {
    /// Code of the ticket, such as `ABCD-EFGH-JKMN`, or content of its QR code.
    #[schema(example = "ABCD-EFGH-JKMN")]
    ticket: String,
    /// Name of the entrance: at most 50 characters.
    gate: Option<String>,
    /// Name of the device that scans: at most 100 characters.
    device_id: Option<String>,
}

impl ShownTicket {
    fn scan(&self, by: UserId, at: Timestamp) -> Result<Scan, Vec<Invalid>> {
        let mut findings = Findings::default();
        let gate = self
            .gate
            .as_ref()
            .and_then(|text| findings.check("/gate", Gate::parse(text)));
        let device_id = self
            .device_id
            .as_ref()
            .and_then(|text| findings.check("/deviceId", DeviceId::parse(text)));
        let scan_id = findings.check("", ScanId::parse(&Uuid::now_v7().simple().to_string()));
        findings.finish(scan_id.map(|scan_id| Scan {
            scan_id,
            at,
            by,
            gate,
            device_id,
            online: true,
            clock_off: false,
        }))
    }
}

/// Checks a ticket in. If two scanners send the same ticket, only one of them admits its holder. The status is 200 even if the
/// ticket is refused; `result` gives the outcome. `GET /v1/events/{id}/check-ins` lists every attempt.
#[utoipa::path(post, path = "/v1/events/{id}/check-ins", tag = "door", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), request_body = ShownTicket, responses(
    (status = 200, body = CheckIn), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn check_in(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    Extension(RequestId(request)): Extension<RequestId>,
    Body(body): Body<ShownTicket>,
) -> Result<Json<CheckIn>, ApiError> {
    let event = access::event(&app, &actor, Action::CheckIn, path).await?;
    let now = clock::now();
    let scan = body.scan(actor.id, now)?;
    let judged = ticket_shown(&app, &event, &body.ticket).and_then(|code| {
        takes_place(&event, code)?;
        doors_open(DoorWindow::from(&event.details.schedule).at(now), code)?;
        Ok(code)
    });
    let (answer, code) = match judged {
        Err(Refusal {
            result,
            reason,
            code,
        }) => (CheckIn::refused(result, reason), code),
        Ok(code) => (
            judge_ticket(
                &app,
                &event,
                &scan,
                app.store.admit(event.id, code, &scan).await?,
            )
            .await?,
            Some(code),
        ),
    };
    let result = answer.result.as_str();
    app.metrics.note(Metric::CheckIns { result }, 1);
    let logged = LoggedScan {
        scan_id: scan.scan_id,
        at: now,
        by: actor.id,
        gate: scan.gate,
        device_id: scan.device_id,
        code,
        result: result.to_owned(),
        reason: answer.reason.map(|reason| reason.as_str().to_owned()),
        undone_scan_id: None,
    };
    if let Err(error) = app.store.log_scan(event.id, &logged).await {
        // The check-in succeeds even if its log entry cannot be written. Otherwise the scanner would repeat the request, and
        // the ticket would be used already.
        tracing::error!(request_id = request, event.id = %event.id, error = %ErrorChain(&error), "scan_not_logged");
    }
    Ok(Json(answer))
}

async fn judge_ticket(
    app: &App,
    event: &Event,
    scan: &Scan,
    admission: Admission,
) -> Result<CheckIn, ApiError> {
    let (result, ticket) = match admission {
        Admission::Unknown => {
            return Ok(CheckIn::refused(ScanResult::Invalid, Some(Reason::Unknown)));
        }
        Admission::Refused(ticket) if ticket.event_id != event.id => {
            return Ok(CheckIn::refused(ScanResult::WrongEvent, None));
        }
        Admission::Admitted(ticket) => (ScanResult::Admitted, ticket),
        // This same scan admitted the ticket before: the scanner did not get the first answer, and repeated the request.
        Admission::Refused(ticket) if ticket.verdict(scan) == Verdict::Admitted => {
            (ScanResult::Admitted, ticket)
        }
        Admission::Refused(ticket) if ticket.status == TicketStatus::Void => {
            (ScanResult::Void, ticket)
        }
        Admission::Refused(ticket) => (ScanResult::AlreadyAdmitted, ticket),
    };
    let view = shown(app, event, &ticket).await?;
    Ok(CheckIn::of(result, None, view, ticket.admission()))
}

/// Returns the ticket together with its holder's name.
pub(super) async fn shown(
    app: &App,
    event: &Event,
    ticket: &Ticket,
) -> Result<TicketView, ApiError> {
    let holder = app
        .store
        .account(ticket.user_id)
        .await?
        .map(|account| account.user);
    Ok(TicketView::new(
        ticket,
        event,
        holder.as_ref(),
        &app.signing().ticket,
    ))
}
