//! `GET /v1/events/{id}/registrations/me` and `GET /v1/me/registrations`.

use std::collections::HashMap;

use axum::{Json, extract::State};
use domain::{id::EventId, invalid::Findings, registration::RegistrationStatus};

use crate::{
    app::Shared,
    extract::{EventPath, ListQuery, Paged, SignedIn},
    problem::ApiError,
    routes::{
        events::access,
        tickets::issued::{issued_code, tickets_of},
    },
    views::RegistrationView,
};

const LIST: &str = "me/registrations";

/// The caller's registration.
#[utoipa::path(get, path = "/v1/events/{id}/registrations/me", tag = "registrations", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = RegistrationView), (status = 404, description = "`not-found`: never registered"),
))]
pub(crate) async fn get_my_registration(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    EventPath(id): EventPath,
) -> Result<Json<RegistrationView>, ApiError> {
    let event = access::visible(&app, Some(&actor), id).await?;
    let registration = app
        .store
        .registration(id, actor.id)
        .await?
        .ok_or(ApiError::NotFound)?;
    let ticket = issued_code(&app, &registration).await?;
    Ok(Json(RegistrationView::new(&event, &registration, ticket)))
}

/// The caller's registrations, in the order of the events' making.
#[utoipa::path(get, path = "/v1/me/registrations", tag = "registrations", security(("bearer" = [])), params(
    ("limit" = Option<u32>, Query, description = "1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before"),
    ("status" = Option<String>, Query, description = "`confirmed`, `waitlisted` or `cancelled`"),
), responses((status = 200, body = Paged<RegistrationView>)))]
pub(crate) async fn list_my_registrations(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: ListQuery,
) -> Result<Json<Paged<RegistrationView>>, ApiError> {
    let mut findings = Findings::default();
    let wanted = query.filter(&mut findings, "status", |text| match text {
        "confirmed" => Ok(Some(RegistrationStatus::Confirmed)),
        "cancelled" => Ok(Some(RegistrationStatus::Cancelled)),
        "waitlisted" => Ok(None),
        _ => Err("must be one of confirmed, waitlisted, cancelled"),
    });
    findings.finish(Some(()))?;
    if wanted == Some(None) {
        return Ok(Json(Paged {
            items: Vec::new(),
            next_cursor: None,
        }));
    }
    let after: Option<EventId> = query.position(&app, LIST)?;
    let page = app
        .store
        .list_registrations(actor.id, wanted.flatten(), query.limit, after)
        .await?;
    let next = page
        .items
        .last()
        .map(|last| last.event_id)
        .filter(|_| page.more);
    let ids: Vec<EventId> = page
        .items
        .iter()
        .map(|registration| registration.event_id)
        .collect();
    let events: HashMap<EventId, _> = app
        .store
        .events(&ids)
        .await?
        .into_iter()
        .map(|event| (event.id, event))
        .collect();
    let confirmed = page
        .items
        .iter()
        .filter(|item| item.status == RegistrationStatus::Confirmed);
    let tickets = tickets_of(&app, confirmed).await?;
    let items = page.items.iter().filter_map(|registration| {
        let event = events.get(&registration.event_id)?;
        let ticket = tickets.get(&(registration.event_id, registration.user_id));
        Some(RegistrationView::new(
            event,
            registration,
            ticket.map(|ticket| ticket.code),
        ))
    });
    Ok(Json(Paged::new(&app, LIST, items.collect(), next)))
}
