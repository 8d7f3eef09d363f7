//! Handles `GET /v1/events/{id}/check-ins/conflicts`, the list of admissions that somebody should look into.

use std::collections::HashMap;

use axum::{Extension, Json, extract::State};
use domain::{
    door::{ConflictKind, Ticket},
    events::{Event, EventStatus},
    id::UserId,
    invalid::{Findings, Reason, Refused},
    seats::registration::RegistrationStatus,
    security::policy::Action,
};
use serde::{Deserialize, Serialize};
use store::ConflictPosition;
use utoipa::ToSchema;

use crate::{
    access,
    app::{App, Shared},
    extract::{EventPath, ListQuery, Paged, SignedIn},
    problem::ApiError,
    request::RequestId,
    routes::registrations::attendees,
    views::{ScanView, TicketEndView, shown_name, words},
};

/// An admission that somebody should look into.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DoorConflict)]
pub(crate) struct DoorConflictView {
    /// Kinds of the conflict: at least one.
    #[schema(value_type = Vec<words::ConflictKind>)]
    kinds: Vec<ConflictKind>,
    /// Code of the ticket: 12 characters of Crockford base32 in groups of four.
    #[schema(example = "ABCD-EFGH-JKMN")]
    code: String,
    /// Id of the account that holds the ticket: `usr_` and 26 characters.
    user_id: String,
    /// Name of the holder: 1 to 100 characters; `(erased)` if the account was erased.
    holder_name: String,
    /// Present status of the holder's registration. If the ticket has ended, `confirmed` means that the holder has registered
    /// again.
    #[schema(required, value_type = Option<words::RegistrationStatus>)]
    registration: Option<&'static str>,
    /// When and why the ticket ended; only with the kind `ended`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ended: Option<TicketEndView>,
    /// The scans that let somebody in, at most 50. The earliest scan is first; it is the admission.
    scans: Vec<ScanView>,
}

/// The largest number of queries for one page of conflicts. A query may find few conflicts, for example because most guests of
/// a cancelled event did not come.
const QUERIES_PER_PAGE: usize = 10;

/// A position in the list of conflicts.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Position {
    /// The position is among the tickets that would be in conflict even if the event were not cancelled.
    Tickets(ConflictPosition),
    /// The position is among the guests of a cancelled event. `None` means the first guest.
    Guests(Option<attendees::Position>),
}

/// Lists admissions that somebody should look into: the ticket has ended since, or was used more than once. If the event is
/// cancelled, everybody who is inside is listed. The list does not depend on the order in which scans and cancellations
/// arrived. It may be a second old. An admission that was taken back is not listed. A page may have fewer items than its limit
/// although the list continues.
#[utoipa::path(get, path = "/v1/events/{id}/check-ins/conflicts", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("kind" = inline(Option<words::ConflictKind>), Query, description = "Lists only conflicts of this kind; both kinds by default"),
), responses(
    (status = 200, description = "A page of the list, in the order of the admissions", body = Paged<DoorConflictView>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
    (status = 422, description = "`invalid`"),
))]
pub(crate) async fn list_conflicts(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    query: ListQuery,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<Json<Paged<DoorConflictView>>, ApiError> {
    let event = access::event(&app, &actor, Action::ReadDoor, path).await?;
    let mut findings = Findings::default();
    let wanted = query.filter(&mut findings, "kind", |text| {
        let mut kinds = ConflictKind::ALL.into_iter();
        kinds.find(|kind| kind.as_str() == text).ok_or(Refused(
            Reason::NotAChoice,
            "must be one of ended, used-twice",
        ))
    });
    findings.finish(Some(()))?;
    let kind = wanted.map_or("", ConflictKind::as_str);
    let list = format!("conflicts/{}/{kind}", event.id);
    let mut position: Option<Position> = query.position(&app, &list)?;
    let mut found: Vec<(Ticket, Vec<ConflictKind>)> = Vec::new();
    let mut next = None;
    for _ in 0..QUERIES_PER_PAGE {
        let left = query.limit() - found.len();
        let tickets;
        (tickets, next) = page(&app, &event, position, left, &request).await?;
        let of_kinds = tickets.into_iter().map(|ticket| {
            let kinds: Vec<ConflictKind> = ticket.conflicts_at(&event).collect();
            (ticket, kinds)
        });
        found.extend(of_kinds.filter(|(_, kinds)| match wanted {
            Some(wanted) => kinds.contains(&wanted),
            None => !kinds.is_empty(),
        }));
        position = next;
        if next.is_none() || found.len() == query.limit() {
            break;
        }
    }
    let items = shown(&app, &event, found).await?;
    Ok(Json(Paged::new(&app, &list, items, next)))
}

/// Returns tickets from `start` on that may be in conflict, and the position at which the list continues.
async fn page(
    app: &App,
    event: &Event,
    start: Option<Position>,
    limit: usize,
    request: &str,
) -> Result<(Vec<Ticket>, Option<Position>), ApiError> {
    let guests_from = match start {
        Some(Position::Guests(from)) => from,
        Some(Position::Tickets(_)) | None => {
            let after = match start {
                Some(Position::Tickets(after)) => Some(after),
                Some(Position::Guests(_)) | None => None,
            };
            let (page, next) = app.store.list_conflicts(event.id, limit, after).await?;
            let guests = (event.status == EventStatus::Cancelled).then_some(Position::Guests(None));
            return Ok((page.items, next.map(Position::Tickets).or(guests)));
        }
    };
    let confirmed = attendees::Selection {
        status: Some(RegistrationStatus::Confirmed),
        people: None,
    };
    let (attendees, next) =
        attendees::page(app, event, &confirmed, guests_from, limit, request).await?;
    let tickets = attendees
        .into_iter()
        .filter_map(|attendee| attendee.ticket)
        // Tickets that would be in conflict even if the event were not cancelled are left out, because an earlier part of the
        // list contains them.
        .filter(|ticket| ticket.conflicts().next().is_none());
    Ok((
        tickets.collect(),
        next.map(|next| Position::Guests(Some(next))),
    ))
}

async fn shown(
    app: &App,
    event: &Event,
    tickets: Vec<(Ticket, Vec<ConflictKind>)>,
) -> Result<Vec<DoorConflictView>, ApiError> {
    let mut holders: Vec<UserId> = tickets.iter().map(|(ticket, _)| ticket.user_id).collect();
    holders.sort_unstable();
    holders.dedup();
    let (users, registrations) = attendees::people(app, event.id, &holders).await?;
    let registrations: HashMap<UserId, RegistrationStatus> = registrations
        .into_iter()
        .map(|item| (item.user_id, item.status))
        .collect();
    let view = |(ticket, kinds): (Ticket, Vec<ConflictKind>)| {
        let has_ended = kinds.contains(&ConflictKind::Ended);
        let holder = users.get(&ticket.user_id);
        DoorConflictView {
            code: ticket.code.to_string(),
            user_id: ticket.user_id.to_string(),
            holder_name: shown_name(holder),
            registration: registrations
                .get(&ticket.user_id)
                .map(|status| status.as_str()),
            ended: ticket
                .ending(event)
                .filter(|_| has_ended)
                .map(TicketEndView::from),
            scans: ticket.scans.iter().map(ScanView::from).collect(),
            kinds,
        }
    };
    Ok(tickets.into_iter().map(view).collect())
}
