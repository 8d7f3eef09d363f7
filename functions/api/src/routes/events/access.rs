//! The one way to an event: through the policy.

use domain::{
    event::Event,
    id::EventId,
    policy::{Actor, EventAccess, event_access, may_work_at_doors},
};

use crate::{app::App, problem::ApiError};

/// The event, if `actor` may see it.
pub(crate) async fn visible(
    app: &App,
    actor: Option<&Actor>,
    id: EventId,
) -> Result<Event, ApiError> {
    let event = app.store.event(id).await?.ok_or(ApiError::NotFound)?;
    match event_access(actor, &event) {
        EventAccess::Hidden => Err(ApiError::NotFound),
        EventAccess::View | EventAccess::Manage => Ok(event),
    }
}

/// The event, if `actor` runs it.
pub(crate) async fn managed(app: &App, actor: &Actor, id: EventId) -> Result<Event, ApiError> {
    let event = app.store.event(id).await?.ok_or(ApiError::NotFound)?;
    match event_access(Some(actor), &event) {
        EventAccess::Hidden => Err(ApiError::NotFound),
        EventAccess::View => Err(ApiError::Forbidden),
        EventAccess::Manage => Ok(event),
    }
}

/// The event, if `actor` works at its doors.
pub(crate) async fn staffed(app: &App, actor: &Actor, id: EventId) -> Result<Event, ApiError> {
    let event = app.store.event(id).await?.ok_or(ApiError::NotFound)?;
    let access = event_access(Some(actor), &event);
    if access == EventAccess::Hidden {
        return Err(ApiError::NotFound);
    }
    let staff = access == EventAccess::View && app.store.is_staff(id, actor.id).await?;
    if may_work_at_doors(access, staff) {
        Ok(event)
    } else {
        Err(ApiError::Forbidden)
    }
}
