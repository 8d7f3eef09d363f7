//! Handles `POST /v1/events/{id}/check-ins/sync`, which receives the scans that scanners made without a network.

mod judged;

use std::collections::HashMap;

use axum::{Json, extract::State};
use bootstrap::{clock, metrics::Metric};
use domain::{
    accounts::user::User,
    door::{Scan, Ticket},
    events::Event,
    id::UserId,
    security::policy::Action,
    tickets::code::TicketCode,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};
use store::{LoggedScan, TicketChange};
use utoipa::ToSchema;

use self::judged::Judged;
use super::{
    judge::Refusal,
    view::{CheckIn, Reason, ScanResult},
};
use crate::{
    access,
    app::{App, Shared},
    extract::{Body, EventPath, SignedIn},
    problem::ApiError,
    views::{ScanView, TicketEndView, TicketView},
};

/// The largest number of scans in one request.
const MAX_SCANS: usize = 100;
/// The maximum number of concurrent writes of scanned tickets.
const WRITES_AT_ONCE: usize = 16;

/// Scans that were made without a network.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sync {
    /// The scans: at most 100.
    scans: Vec<OfflineScan>,
}

/// One scan that was made without a network.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfflineScan {
    /// Unique id of the scan, which the scanner makes: at most 64 characters. A scan that is sent again changes nothing.
    scan_id: String,
    /// Code of the ticket, such as `ABCD-EFGH-JKMN`, or content of its QR code.
    ticket: String,
    #[schema(format = DateTime)]
    scanned_at: String,
    gate: Option<String>,
    device_id: String,
}

/// The result of each scan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Synced {
    results: Vec<SyncedScan>,
}

/// The result of a scan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SyncedScan {
    scan_id: String,
    #[serde(flatten)]
    check_in: CheckIn,
    /// Other scans that let somebody in with the ticket, if the ticket was used more than once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<ScanView>,
    /// With `admitted` and `already-admitted`: the ticket was good when the scan was made, and has ended since.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ended: Option<TicketEndView>,
}

/// Takes in scans that were made without a network. If a ticket was scanned several times, the earliest scan admits its holder,
/// regardless of the order in which the scans arrive; the other scans are reported as conflicts. A scan that was made before
/// the registration or the event was cancelled admits the holder, even if it is sent late: `ended` says that the ticket has
/// ended since, and the admission is in the list of conflicts. If the time of a scan is not plausible, the time of arrival
/// replaces it, and the scan has the reason `clock-off`.
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

/// Records all scans. All scans of the same ticket are recorded in one change of the ticket.
async fn take(app: &App, event: &Event, scans: &[Judged]) -> Result<(), ApiError> {
    let mut by_ticket: HashMap<TicketCode, Vec<Scan>> = HashMap::new();
    for judged in scans {
        if let (Ok(code), None) = (judged.ticket, judged.untimely) {
            by_ticket.entry(code).or_default().push(judged.scan.clone());
        }
    }
    stream::iter(by_ticket)
        .map(|(code, scans)| async move {
            let take_all = |ticket: &mut Ticket| {
                let of_event = ticket.event_id == event.id;
                // The iterator must visit every scan. A search that stops at the first recorded scan would not record the
                // remaining scans.
                let take = |scan: &&Scan| of_event && ticket.take((*scan).clone());
                if scans.iter().filter(take).count() > 0 {
                    TicketChange::Changed
                } else {
                    TicketChange::Unchanged
                }
            };
            app.store.change_ticket(code, take_all).await.map(|_| ())
        })
        .buffer_unordered(WRITES_AT_ONCE)
        .try_collect::<()>()
        .await?;
    Ok(())
}

/// Returns the result of each scan, from the present state of the tickets.
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
    let view = |ticket: &Ticket| {
        let holder = holders.get(&ticket.user_id);
        TicketView::new(ticket, event, holder, &keyring.ticket)
    };
    let result = |judged: &Judged| {
        let refused = |refusal: Refusal| SyncedScan {
            scan_id: judged.scan.scan_id.as_str().to_owned(),
            check_in: CheckIn::refused(refusal.result, refusal.reason),
            conflicts: Vec::new(),
            ended: None,
        };
        let code = match judged.ticket {
            Err(refusal) => return refused(refusal),
            Ok(code) => code,
        };
        let ticket = tickets.get(&code);
        let own = ticket.filter(|ticket| ticket.event_id == event.id);
        match (own, judged.untimely) {
            (Some(ticket), None) => judged.verdict(event, ticket, view(ticket)),
            (Some(ticket), Some(_)) if ticket.knows(&judged.scan.scan_id) => {
                judged.verdict(event, ticket, view(ticket))
            }
            (_, Some(refusal)) => refused(refusal),
            (None, None) if ticket.is_some() => refused(Refusal::of(ScanResult::WrongEvent, code)),
            (None, None) => refused(Refusal::invalid(Reason::Unknown, None)),
        }
    };
    Ok(scans.iter().map(result).collect())
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
        undone_scan_id: None,
    };
    let entries: Vec<LoggedScan> = scans.iter().zip(results).map(entry).collect();
    stream::iter(entries)
        .map(|entry| async move { app.store.log_scan(event.id, &entry).await })
        .buffer_unordered(WRITES_AT_ONCE)
        .try_collect::<()>()
        .await?;
    Ok(())
}
