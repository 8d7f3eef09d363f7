//! `POST /v1/events/{id}/check-ins/sync`: what scanners did without a network.

use std::collections::HashMap;

use axum::{Json, extract::State};
use bootstrap::{clock, metrics::Metric};
use domain::{
    admission::{Scan, ScanTime, Ticket, TicketStatus, Verdict},
    event::Event,
    id::UserId,
    invalid::{Findings, Invalid},
    policy::Action,
    schedule::parse_time,
    text::{DeviceId, Gate, ScanId},
    ticket::{
        code::TicketCode,
        door::{DoorState, DoorWindow},
    },
    user::User,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::LoggedScan;
use utoipa::ToSchema;

use super::{
    judge::{Refusal, doors_open, ticket_shown},
    view::{CheckIn, Reason, ScanResult, device, gate},
};
use crate::{
    access,
    app::{App, Shared},
    extract::{Body, EventPath, SignedIn},
    problem::ApiError,
    views::TicketView,
};

/// The most scans of one call.
const MAX_SCANS: usize = 100;
/// Tickets written at once.
const WRITES_AT_ONCE: usize = 16;

/// Scans that were made without a network.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sync {
    /// At most 100.
    scans: Vec<OfflineScan>,
}

/// One scan that was made without a network.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfflineScan {
    /// Made by the scanner, unique; sent again, it changes nothing. At most 64 characters.
    scan_id: String,
    /// Code of the ticket, such as `ABCD-EFGH-JKMN`, or content of its QR code.
    ticket: String,
    #[schema(format = DateTime)]
    scanned_at: String,
    gate: Option<String>,
    device_id: String,
}

/// What each scan came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Synced {
    results: Vec<SyncedScan>,
}

/// What a scan came to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SyncedScan {
    scan_id: String,
    #[serde(flatten)]
    check_in: CheckIn,
    /// Other scans that would have let the holder in: the ticket was used more than once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<Conflict>,
}

/// Another scan of the same ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Conflict {
    scan_id: String,
    #[schema(format = DateTime)]
    scanned_at: String,
    #[schema(required)]
    gate: Option<String>,
    #[schema(required)]
    device_id: Option<String>,
}

/// A scan with what could be judged of it without its ticket.
struct Judged {
    scan: Scan,
    said_at: Timestamp,
    clock_off: bool,
    ticket: Result<TicketCode, Refusal>,
}

impl Sync {
    fn parse(
        self,
        app: &App,
        event: &Event,
        by: UserId,
        now: Timestamp,
    ) -> Result<Vec<Judged>, Vec<Invalid>> {
        let mut findings = Findings::default();
        if self.scans.len() > MAX_SCANS {
            findings.add("/scans", format!("must have at most {MAX_SCANS} scans"));
            return findings.finish(None);
        }
        let doors = DoorWindow::from(&event.details.schedule);
        let mut judged = Vec::with_capacity(self.scans.len());
        for (at, scan) in self.scans.into_iter().enumerate() {
            let field = |name: &str| format!("/scans/{at}/{name}");
            let scan_id = findings.check(field("scanId"), ScanId::parse(&scan.scan_id));
            let said_at = findings.check(field("scannedAt"), parse_time(&scan.scanned_at));
            let gate = scan
                .gate
                .as_ref()
                .and_then(|text| findings.check(field("gate"), Gate::parse(text)));
            let device_id = findings.check(field("deviceId"), DeviceId::parse(&scan.device_id));
            if let (Some(scan_id), Some(said_at)) = (scan_id, said_at) {
                let shown = ticket_shown(app, event, &scan.ticket);
                let (at, clock_off, ticket) = match ScanTime::judge(said_at, now, doors) {
                    ScanTime::Believed(at) => (at, false, shown),
                    ScanTime::ClockOff(at) => (at, true, shown),
                    ScanTime::TooEarly => (said_at, false, closed(shown, DoorState::TooEarly)),
                    ScanTime::Over => (said_at, false, closed(shown, DoorState::Over)),
                };
                let scan = Scan {
                    scan_id,
                    at,
                    by,
                    gate,
                    device_id,
                };
                judged.push(Judged {
                    scan,
                    said_at,
                    clock_off,
                    ticket,
                });
            }
        }
        findings.finish(Some(judged))
    }
}

/// A ticket that was shown while the doors were closed.
fn closed(shown: Result<TicketCode, Refusal>, state: DoorState) -> Result<TicketCode, Refusal> {
    shown.and_then(|code| doors_open(state, code).map(|()| code))
}

/// Takes in scans that were made without a network. Of several scans of a ticket the earliest admits, whatever the
/// order in which they arrive; the others are reported as conflicts. A time that cannot be believed is replaced by
/// the time of arrival and flagged with the reason `clock-off`.
#[utoipa::path(post, path = "/v1/events/{id}/check-ins/sync", tag = "door", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), request_body = Sync, responses(
    (status = 200, body = Synced), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn sync(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    Body(body): Body<Sync>,
) -> Result<Json<Synced>, ApiError> {
    let event = access::event(&app, &actor, Action::CheckIn, path).await?;
    let scans = body.parse(&app, &event, actor.id, clock::now())?;
    take(&app, &event, &scans).await?;
    let results = results(&app, &event, &scans).await?;
    for synced in &results {
        let result = synced.check_in.result.as_str();
        app.metrics.note(Metric::CheckIns { result }, 1);
    }
    log(&app, &event, &scans, &results).await?;
    Ok(Json(Synced { results }))
}

/// Takes all scans in, each ticket by itself.
async fn take(app: &App, event: &Event, scans: &[Judged]) -> Result<(), ApiError> {
    let mut by_ticket: HashMap<TicketCode, Vec<Scan>> = HashMap::new();
    for judged in scans {
        if let Ok(code) = judged.ticket {
            by_ticket.entry(code).or_default().push(judged.scan.clone());
        }
    }
    stream::iter(by_ticket)
        .map(|(code, scans)| async move {
            let take_all = |ticket: &mut Ticket| {
                let of_event = ticket.event_id == event.id;
                // Each must be taken, so no short cut.
                of_event
                    && scans
                        .iter()
                        .filter(|scan| ticket.take((*scan).clone()))
                        .count()
                        > 0
            };
            app.store
                .change_ticket(code, None, take_all)
                .await
                .map(|_| ())
        })
        .buffer_unordered(WRITES_AT_ONCE)
        .try_collect::<()>()
        .await?;
    Ok(())
}

/// What the scans come to, all tickets being as they are now.
async fn results(app: &App, event: &Event, scans: &[Judged]) -> Result<Vec<SyncedScan>, ApiError> {
    let mut codes: Vec<TicketCode> = scans
        .iter()
        .filter_map(|judged| judged.ticket.ok())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let tickets: HashMap<TicketCode, Ticket> = app
        .store
        .tickets(&codes)
        .await?
        .into_iter()
        .map(|ticket| (ticket.code, ticket))
        .collect();
    let mut holders: Vec<UserId> = tickets.values().map(|ticket| ticket.user_id).collect();
    holders.sort_unstable();
    holders.dedup();
    let holders: HashMap<UserId, User> = app
        .store
        .users(&holders)
        .await?
        .into_iter()
        .map(|user| (user.id, user))
        .collect();
    let keyring = app.signing();
    let result = |judged: &Judged| {
        let ticket = judged.ticket.map(|code| tickets.get(&code));
        let (check_in, conflicts) = match ticket {
            Err(Refusal { result, reason, .. }) => (CheckIn::refused(result, reason), Vec::new()),
            Ok(None) => (
                CheckIn::refused(ScanResult::Invalid, Some(Reason::Unknown)),
                Vec::new(),
            ),
            Ok(Some(ticket)) if ticket.event_id != event.id => {
                (CheckIn::refused(ScanResult::WrongEvent, None), Vec::new())
            }
            Ok(Some(ticket)) => {
                let view =
                    TicketView::new(ticket, event, holders.get(&ticket.user_id), &keyring.ticket);
                verdict(ticket, judged, view)
            }
        };
        SyncedScan {
            scan_id: judged.scan.scan_id.as_str().to_owned(),
            check_in,
            conflicts,
        }
    };
    Ok(scans.iter().map(result).collect())
}

fn verdict(ticket: &Ticket, judged: &Judged, view: TicketView) -> (CheckIn, Vec<Conflict>) {
    let clock = judged.clock_off.then_some(Reason::ClockOff);
    let (result, reason) = match ticket.verdict(&judged.scan.scan_id) {
        Some(Verdict::Admitted) => (ScanResult::Admitted, clock),
        Some(Verdict::Undone) => (ScanResult::Invalid, Some(Reason::Undone)),
        Some(Verdict::Void) => (ScanResult::Void, clock),
        None if ticket.status == TicketStatus::Void => (ScanResult::Void, clock),
        Some(Verdict::AlreadyAdmitted) | None => (ScanResult::AlreadyAdmitted, clock),
    };
    let conflicts = match result {
        ScanResult::Admitted | ScanResult::AlreadyAdmitted => ticket
            .conflicts(&judged.scan.scan_id)
            .map(conflict)
            .collect(),
        _ => Vec::new(),
    };
    (
        CheckIn::of(result, reason, view, ticket.admission()),
        conflicts,
    )
}

fn conflict(scan: &Scan) -> Conflict {
    Conflict {
        scan_id: scan.scan_id.as_str().to_owned(),
        scanned_at: scan.at.to_string(),
        gate: gate(scan.gate.as_ref()),
        device_id: device(scan.device_id.as_ref()),
    }
}

async fn log(
    app: &App,
    event: &Event,
    scans: &[Judged],
    results: &[SyncedScan],
) -> Result<(), ApiError> {
    let entry = |(judged, result): (&Judged, &SyncedScan)| LoggedScan {
        scan_id: judged.scan.scan_id.clone(),
        at: judged.said_at,
        by: judged.scan.by,
        gate: judged.scan.gate.clone(),
        device_id: judged.scan.device_id.clone(),
        code: judged.ticket.map_or_else(|refusal| refusal.code, Some),
        result: result.check_in.result.as_str().to_owned(),
        reason: result
            .check_in
            .reason
            .map(|reason| reason.as_str().to_owned()),
    };
    let entries: Vec<LoggedScan> = scans.iter().zip(results).map(entry).collect();
    stream::iter(entries)
        .map(|entry| async move { app.store.log_scan(event.id, &entry).await })
        .buffer_unordered(WRITES_AT_ONCE)
        .try_collect::<()>()
        .await?;
    Ok(())
}
