//! Handles `GET /v1/events/{id}/door/names`, the names by which a scanner finds a guest who has no ticket at hand.

use axum::{Json, extract::State};
use domain::security::policy::Action;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{EventPath, ListQuery, Paged, SignedIn},
    problem::ApiError,
    routes::{registrations::attendees, tickets::issued::code_of},
};

/// The number of seats that one request looks at. Their names take about 60 kB.
const SEATS: usize = 1_000;

/// A guest, as a scanner lists them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorName {
    /// Code of the guest's ticket: 12 characters of Crockford base32 in groups of four. The ticket may be issued a moment later.
    #[schema(example = "ABCD-EFGH-JKMN")]
    code: String,
    /// Name of the guest: 1 to 100 characters.
    name: String,
}

/// The names of everybody who has a seat, with the codes of their tickets, for a search at the door that works without a
/// network. Erased accounts are left out. A page has up to 1,000 names, or fewer although the list continues. A scanner that
/// keeps the names replaces all of them with each complete reading, and deletes them after the event.
#[utoipa::path(get, path = "/v1/events/{id}/door/names", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
), responses((status = 200, body = Paged<DoorName>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn door_names(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    query: ListQuery,
) -> Result<Json<Paged<DoorName>>, ApiError> {
    let event = access::event(&app, &actor, Action::ReadDoor, path).await?;
    let list = format!("door-names/{}", event.id);
    let start = query.position(&app, &list)?;
    let (guests, next) = attendees::seated(&app, &event, start, SEATS).await?;
    let items = guests.iter().map(|(registration, user)| DoorName {
        code: code_of(&app, registration).to_string(),
        name: user.name.as_str().to_owned(),
    });
    Ok(Json(Paged::new(&app, &list, items.collect(), next)))
}
