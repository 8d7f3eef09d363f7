//! Handles `GET /v1/events/{id}/check-ins`.

use axum::{Json, extract::State};
use domain::{
    events::schedule::parse_time,
    invalid::{self, Findings, Refused},
    security::policy::Action,
    text::{DeviceId, Gate, timestamp::rfc3339},
};
use serde::Serialize;
use store::{LoggedScan, ScanFilter, ScanPosition};
use utoipa::ToSchema;

use super::view::{Reason, ScanResult, device, gate};
use crate::{
    access,
    app::Shared,
    extract::{EventPath, ListQuery, Paged, SignedIn},
    problem::ApiError,
};

/// One attempt to check a ticket in at the door, or an admission that was taken back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LoggedScan)]
pub(crate) struct LoggedScanView {
    scan_id: String,
    /// When the scan was made: by the scanner's clock for an offline scan, or when it arrived for an online scan.
    #[schema(format = DateTime)]
    at: String,
    /// Id of the account that scanned: `usr_` and 26 characters.
    by: String,
    #[schema(required)]
    gate: Option<String>,
    #[schema(required)]
    device_id: Option<String>,
    /// Code of the ticket: 12 characters of Crockford base32 in groups of four; `null` if none could be read.
    #[schema(required, example = "ABCD-EFGH-JKMN")]
    code: Option<String>,
    #[schema(value_type = ScanResult)]
    result: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Reason)]
    reason: Option<String>,
    /// With `undone`: `scanId` of the only scan whose admission was taken back. Absent: all admissions of the ticket were.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "door-2:000017")]
    undone_scan_id: Option<String>,
}

impl From<&LoggedScan> for LoggedScanView {
    fn from(scan: &LoggedScan) -> Self {
        Self {
            scan_id: scan.scan_id.as_str().to_owned(),
            at: rfc3339(scan.at),
            by: scan.by.to_string(),
            gate: gate(scan.gate.as_ref()),
            device_id: device(scan.device_id.as_ref()),
            code: scan.code.map(|code| code.to_string()),
            result: scan.result.clone(),
            reason: scan.reason.clone(),
            undone_scan_id: scan
                .undone_scan_id
                .as_ref()
                .map(|id| id.as_str().to_owned()),
        }
    }
}

/// Returns the check-in attempts at the event's doors, including refused attempts. The newest is first. If few attempts match
/// the filters, a page may be short, or empty; `nextCursor` continues the list.
#[utoipa::path(get, path = "/v1/events/{id}/check-ins", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("gate" = Option<String>, Query, description = "Lists only attempts at the entrance with this name: at most 50 characters; empty: attempts without an entrance"),
    ("deviceId" = Option<String>, Query, description = "Lists only attempts by the device with this name: 1 to 100 characters"),
    ("result" = inline(Option<ScanResult>), Query, description = "Lists only attempts with this result"),
    ("from" = Option<String>, Query, description = "Lists only attempts that were made at this time or later: RFC 3339, with any offset"),
    ("to" = Option<String>, Query, description = "Lists only attempts that were made before this time: RFC 3339, with any offset"),
), responses((status = 200, body = Paged<LoggedScanView>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"), (status = 422, description = "`invalid`")))]
pub(crate) async fn list_check_ins(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    query: ListQuery,
) -> Result<Json<Paged<LoggedScanView>>, ApiError> {
    let id = access::event(&app, &actor, Action::ReadDoor, path)
        .await?
        .id;
    let filter = filter(&query)?;
    // A cursor is valid only for the same list with the same filters.
    let list = format!("check-ins/{id}/{filter:?}");
    let after: Option<ScanPosition> = query.position(&app, &list)?;
    let (page, position) = app
        .store
        .list_scans(id, &filter, query.limit(), after)
        .await?;
    let items = page.items.iter().map(Into::into).collect();
    let next = position.filter(|_| page.more);
    Ok(Json(Paged::new(&app, &list, items, next)))
}

/// Returns the filter that the query asks for.
fn filter(query: &ListQuery) -> Result<ScanFilter, ApiError> {
    let mut findings = Findings::default();
    let gate = |text: &str| match text {
        "" => Ok(None),
        text => Gate::parse(text).map(Some),
    };
    let result = |text: &str| {
        let mut results = ScanResult::ALL.into_iter().map(ScanResult::as_str);
        results.find(|result| *result == text).ok_or(Refused(
            invalid::Reason::NotAChoice,
            "must be one of admitted, already-admitted, void, wrong-event, invalid, undone",
        ))
    };
    let filter = ScanFilter {
        gate: query.filter(&mut findings, "gate", gate),
        device_id: query.filter(&mut findings, "deviceId", DeviceId::parse),
        result: query.filter(&mut findings, "result", result),
        from: query.filter(&mut findings, "from", parse_time),
        to: query.filter(&mut findings, "to", parse_time),
    };
    Ok(findings.finish(Some(filter))?)
}
