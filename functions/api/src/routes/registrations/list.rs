//! Handles `GET /v1/events/{id}/registrations`.

use axum::{Extension, Json, extract::State};
use domain::{
    accounts::search::PersonQuery,
    invalid::{Findings, Reason, Refused},
    seats::registration::RegistrationStatus,
    security::policy::Action,
};

use super::attendees::{self, view::AttendeeView};
use crate::{
    access,
    app::Shared,
    extract::{EventPath, ListQuery, Paged, SignedIn},
    problem::ApiError,
    request::RequestId,
    views::words,
};

/// The event's registrants, with name and address. People with a seat are first, in the order of the guest list. Then follows
/// the waitlist from its head. Last, with the status `cancelled`, are people who came in and whose registration was cancelled
/// since: one item for each of their tickets. A page may have fewer items than its limit, or none, although the list continues.
/// Everybody who is counted is listed, even if the account is erased; a search finds no erased account.
#[utoipa::path(get, path = "/v1/events/{id}/registrations", tag = "registrations", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("status" = inline(Option<words::ListedStatus>), Query, description = "Lists only registrations with this status; all by default. With `cancelled`, only people who are inside are listed"),
    ("q" = Option<String>, Query, description = "Lists only people for whom each of these words begins a word of the name, or the address: 1 to 100 characters. Order, case and accents do not matter: `muller` and `mueller` find `Müller`. One request looks at up to 2,000 people, so follow `nextCursor` until it is `null`"),
), responses((status = 200, body = Paged<AttendeeView>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"), (status = 422, description = "`invalid`")))]
pub(crate) async fn list_attendees(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    query: ListQuery,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<Json<Paged<AttendeeView>>, ApiError> {
    let event = access::event(&app, &actor, Action::ReadAttendees, path).await?;
    let mut findings = Findings::default();
    let status = query.filter(&mut findings, "status", |text| match text {
        "confirmed" => Ok(RegistrationStatus::Confirmed),
        "waitlisted" => Ok(RegistrationStatus::Waitlisted),
        "cancelled" => Ok(RegistrationStatus::Cancelled),
        _ => Err(Refused(
            Reason::NotAChoice,
            "must be one of confirmed, waitlisted, cancelled",
        )),
    });
    let people = query.filter(&mut findings, "q", PersonQuery::parse);
    findings.finish(Some(()))?;
    let wanted = attendees::Selection { status, people };
    // A cursor is valid only for the same list with the same filters.
    let list = format!(
        "registrations/{}/{}/{}",
        event.id,
        wanted.status.map_or("", RegistrationStatus::as_str),
        wanted
            .people
            .as_ref()
            .map_or_else(String::new, PersonQuery::folded)
    );
    let start = query.position(&app, &list)?;
    let (attendees, next) =
        attendees::page(&app, &event, &wanted, start, query.limit(), &request).await?;
    let items = attendees
        .iter()
        .map(|attendee| AttendeeView::new(&event, attendee))
        .collect();
    Ok(Json(Paged::new(&app, &list, items, next)))
}
