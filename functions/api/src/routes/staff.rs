//! Door staff of an event.

use axum::{Json, extract::State, http::StatusCode};
use domain::{audit::Deed, id::UserId, policy::Action};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{Acting, EventPath, ListQuery, Paged, SignedIn, UserPath},
    problem::ApiError,
};

/// One of an event's door staff.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Staff {
    user_id: String,
    name: String,
    email: String,
}

/// Makes a user door staff of the event; again changes nothing.
#[utoipa::path(put, path = "/v1/events/{id}/staff/{userId}", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("userId" = String, Path, description = "User"),
), responses((status = 204, description = "Is door staff"), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn add_staff(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    user: UserPath,
) -> Result<StatusCode, ApiError> {
    let event = access::event(&app, &acting.actor, Action::ChangeStaff, path).await?;
    let (id, user) = (event.id, user.at(&event));
    app.store.account(user).await?.ok_or(ApiError::NotFound)?;
    let entry = acting.entry(&Deed::AddStaff(id, user));
    app.store.add_staff(id, user, &entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a user off the event's door staff; again changes nothing.
#[utoipa::path(delete, path = "/v1/events/{id}/staff/{userId}", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("userId" = String, Path, description = "User"),
), responses((status = 204, description = "Is not door staff"), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn remove_staff(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    user: UserPath,
) -> Result<StatusCode, ApiError> {
    let event = access::event(&app, &acting.actor, Action::ChangeStaff, path).await?;
    let (id, user) = (event.id, user.at(&event));
    let entry = acting.entry(&Deed::RemoveStaff(id, user));
    app.store.remove_staff(id, user, &entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The event's door staff.
#[utoipa::path(get, path = "/v1/events/{id}/staff", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before"),
), responses((status = 200, body = Paged<Staff>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn list_staff(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    query: ListQuery,
) -> Result<Json<Paged<Staff>>, ApiError> {
    let id = access::event(&app, &actor, Action::ReadStaff, path)
        .await?
        .id;
    let list = format!("staff/{id}");
    let after: Option<UserId> = query.position(&app, &list)?;
    let page = app.store.list_staff(id, query.limit(), after).await?;
    let next = page.items.last().copied().filter(|_| page.more);
    let mut users = app.store.users(&page.items).await?;
    users.sort_by_key(|user| user.id);
    let staff = |user: &domain::user::User| Staff {
        user_id: user.id.to_string(),
        name: user.name.as_str().to_owned(),
        email: user.email.shown(),
    };
    Ok(Json(Paged::new(
        &app,
        &list,
        users.iter().map(staff).collect(),
        next,
    )))
}
