//! Handles `GET /v1/events/{id}/registrations/me` and `GET /v1/me/registrations`.

use std::collections::HashMap;

use axum::{Json, extract::State};
use domain::{
    id::EventId,
    invalid::{Findings, Reason, Refused},
    seats::registration::RegistrationStatus,
    security::policy::Action,
};

use crate::{
    access,
    app::Shared,
    extract::{EventPath, ListQuery, Paged, SignedIn},
    problem::ApiError,
    routes::{
        registrations::place::{place_of, shown},
        tickets::issued::tickets_of,
    },
    views::{RegistrationView, words},
};

const LIST: &str = "me/registrations";

/// The caller's registration.
#[utoipa::path(get, path = "/v1/events/{id}/registrations/me", tag = "registrations", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = RegistrationView), (status = 404, description = "`not-found`: the caller has never registered for the event"),
))]
pub(crate) async fn get_my_registration(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
) -> Result<Json<RegistrationView>, ApiError> {
    let event = access::own_registration(&app, &actor, Action::ReadRegistration, path).await?;
    let registration = app
        .store
        .registration(event.id, actor.id)
        .await?
        .ok_or(ApiError::NotFound)?;
    Ok(Json(shown(&app, &event, &registration).await?))
}

/// The caller's registrations, in the order in which the events were created.
#[utoipa::path(get, path = "/v1/me/registrations", tag = "registrations", security(("bearer" = [])), params(
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("status" = Option<words::RegistrationStatus>, Query, description = "All by default"),
), responses((status = 200, body = Paged<RegistrationView>)))]
pub(crate) async fn list_my_registrations(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: ListQuery,
) -> Result<Json<Paged<RegistrationView>>, ApiError> {
    let mut findings = Findings::default();
    let wanted = query.filter(&mut findings, "status", |text| match text {
        "confirmed" => Ok(RegistrationStatus::Confirmed),
        "cancelled" => Ok(RegistrationStatus::Cancelled),
        "waitlisted" => Ok(RegistrationStatus::Waitlisted),
        _ => Err(Refused(
            Reason::NotAChoice,
            "must be one of confirmed, waitlisted, cancelled",
        )),
    });
    findings.finish(Some(()))?;
    let after: Option<EventId> = query.position(&app, LIST)?;
    let page = app
        .store
        .list_registrations(actor.id, wanted, query.limit(), after)
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
    let mut items = Vec::with_capacity(page.items.len());
    for registration in &page.items {
        let Some(event) = events.get(&registration.event_id) else {
            continue;
        };
        let place = match registration.status {
            // Each registration on a waitlist needs one query for its position. Few people wait for many events at the same
            // time.
            RegistrationStatus::Waitlisted => place_of(&app, registration).await?,
            _ => tickets
                .get(&(registration.event_id, registration.user_id))
                .map(|ticket| ticket.code)
                .into(),
        };
        items.push(RegistrationView::new(event, registration, place));
    }
    Ok(Json(Paged::new(&app, LIST, items, next)))
}
