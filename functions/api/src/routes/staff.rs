//! The operations on an event's door staff.

pub(crate) mod invitation;
pub(crate) mod join;

use std::collections::HashMap;

use axum::{Json, extract::State, http::StatusCode};
use domain::{
    accounts::user::User,
    events::EventStatus,
    id::UserId,
    security::{audit::Deed, policy::Action},
};
use serde::Serialize;
use store::NewStaff;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{Acting, EventPath, ListQuery, Paged, SignedIn, UserPath},
    problem::ApiError,
    views::{shown_email, shown_name},
};

/// A member of an event's door staff.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Staff {
    user_id: String,
    /// Name of the person: 1 to 100 characters; `(erased)` if the account is erased.
    name: String,
    /// Address of the person, with its domain in Unicode; empty if the account is erased.
    email: String,
    /// `true` if the account is erased, absent otherwise. An erased account has no rights, and can be removed from the staff.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    erased: bool,
}

/// Adds a user to the event's door staff. Repeating the request changes nothing.
#[utoipa::path(put, path = "/v1/events/{id}/staff/{userId}", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("userId" = String, Path, description = "User"),
), responses((status = 204, description = "The user is door staff"), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn add_staff(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    user: UserPath,
) -> Result<StatusCode, ApiError> {
    let event = access::event(&app, &acting.actor, Action::ChangeStaff, path).await?;
    let (id, user) = (event.id, user.at(&event));
    let entry = acting.entry(&Deed::AddStaff(id, user));
    match app.store.add_staff(id, user, &entry).await? {
        NewStaff::Staff => Ok(StatusCode::NO_CONTENT),
        NewStaff::NoSuchUser => Err(ApiError::NotFound),
    }
}

/// Removes a user from the event's door staff. Repeating the request changes nothing.
#[utoipa::path(delete, path = "/v1/events/{id}/staff/{userId}", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("userId" = String, Path, description = "User"),
), responses((status = 204, description = "The user is not door staff"), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn remove_staff(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    user: UserPath,
) -> Result<StatusCode, ApiError> {
    let event = access::event(&app, &acting.actor, Action::ChangeStaff, path).await?;
    let (id, user) = (event.id, user.at(&event));
    let entry = acting.entry(&Deed::RemoveStaff(id, user));
    app.store.remove_staff(id, user, Some(&entry)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The event's door staff.
#[utoipa::path(get, path = "/v1/events/{id}/staff", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
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
    let users = app.store.users(&page.items).await?;
    let users: HashMap<UserId, User> = users.into_iter().map(|user| (user.id, user)).collect();
    let staff = |id: &UserId| {
        let user = users.get(id);
        Staff {
            user_id: id.to_string(),
            name: shown_name(user),
            email: shown_email(user),
            erased: user.is_none(),
        }
    };
    let items = page.items.iter().map(staff).collect();
    Ok(Json(Paged::new(&app, &list, items, next)))
}

/// Returns an error unless the event is published. Nobody can be invited to the door staff of another event.
fn expect_published(status: EventStatus) -> Result<(), ApiError> {
    match status {
        EventStatus::Published => Ok(()),
        EventStatus::Draft => Err(ApiError::NotPublished),
        EventStatus::Cancelled | EventStatus::Completed => Err(ApiError::NotEditable {
            status: status.as_str(),
        }),
    }
}
