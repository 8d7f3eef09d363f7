//! Handles `GET /v1/events/{id}/registrations`.

use axum::{Extension, Json, extract::State};
use domain::{
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
/// since: one item for each of their tickets. A page may have fewer items than its limit although the list continues. Everybody
/// who is counted is listed, even if the account is erased.
#[utoipa::path(get, path = "/v1/events/{id}/registrations", tag = "registrations", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("status" = inline(Option<words::ListedStatus>), Query, description = "Lists only registrations with this status; all by default. With `cancelled`, only people who are inside are listed"),
), responses((status = 200, body = Paged<AttendeeView>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn list_attendees(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    query: ListQuery,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<Json<Paged<AttendeeView>>, ApiError> {
    let event = access::event(&app, &actor, Action::ReadAttendees, path).await?;
    let mut findings = Findings::default();
    let wanted = query.filter(&mut findings, "status", |text| match text {
        "confirmed" => Ok(RegistrationStatus::Confirmed),
        "waitlisted" => Ok(RegistrationStatus::Waitlisted),
        "cancelled" => Ok(RegistrationStatus::Cancelled),
        _ => Err(Refused(
            Reason::NotAChoice,
            "must be one of confirmed, waitlisted, cancelled",
        )),
    });
    findings.finish(Some(()))?;
    let list = format!(
        "registrations/{}/{}",
        event.id,
        wanted.map_or("", RegistrationStatus::as_str)
    );
    let start = query.position(&app, &list)?;
    let (attendees, next) =
        attendees::page(&app, &event, wanted, start, query.limit(), &request).await?;
    let items = attendees
        .iter()
        .map(|attendee| AttendeeView::new(&event, attendee))
        .collect();
    Ok(Json(Paged::new(&app, &list, items, next)))
}
