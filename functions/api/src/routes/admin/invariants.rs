//! Handles `GET /v1/admin/events/{id}/invariants`.

use axum::{Json, extract::State};
use domain::{
    id::UserId,
    seats::registration::RegistrationStatus,
    security::policy::Action,
    stats::{counter::Counter, inside::Inside, tally::Tally},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{EventPath, SignedIn},
    problem::ApiError,
    routes::tickets::issued::tickets_of,
};

/// An event's guest list, counted at one instant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invariants {
    event_id: String,
    capacity: u32,
    /// Number of seats that anybody may take.
    free: u32,
    /// Number of seats that were given back and are not offered again yet.
    held: u32,
    /// Number of users on the guest list.
    guests: u64,
    /// Number of confirmed registrations of users on the guest list.
    registrations: u64,
    /// Number of issued tickets of these registrations. A ticket follows its registration within seconds.
    tickets: u64,
    /// Number of people inside, as in the event's statistics: they came in, and their admission was not taken back.
    admitted: u64,
    /// Number of people among `admitted` whose ticket has ended since, as in the event's statistics: the registration, or the
    /// event, was cancelled after they came in.
    admitted_ended: u64,
    /// `free + held + guests = capacity`, and every guest has a confirmed registration.
    ok: bool,
}

/// Counts an event's seats in all buckets of the guest list, as of one instant.
#[utoipa::path(get, path = "/v1/admin/events/{id}/invariants", tag = "administration", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = Invariants), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn invariants(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
) -> Result<Json<Invariants>, ApiError> {
    let id = access::any_event(&actor, Action::CountSeats, path)?;
    let snapshot = app
        .store
        .guest_list_snapshot(id)
        .await?
        .ok_or(ApiError::NotFound)?;
    let capacity = snapshot.event.details.capacity.get();
    // The buckets of an event are made when it is published. While it is a draft, all its seats are free.
    let free = if snapshot.buckets.is_empty() {
        capacity
    } else {
        snapshot.buckets.iter().map(|bucket| bucket.free).sum()
    };
    let held = snapshot.buckets.iter().map(|bucket| bucket.held).sum();
    let guests: Vec<UserId> = snapshot
        .buckets
        .iter()
        .flat_map(|bucket| &bucket.guests)
        .map(|guest| guest.user_id())
        .collect();
    let mut registrations = app
        .store
        .registrations(guests.iter().map(|user| (id, *user)))
        .await?;
    registrations.retain(|item| item.status == RegistrationStatus::Confirmed);
    let mut tally = Tally::default();
    for ticket in tickets_of(&app, &registrations).await?.values() {
        tally.add_all(&Tally::of_ticket(ticket));
    }
    for ticket in app.store.ended_admissions(id).await? {
        tally.add_all(&Tally::of_ticket(&ticket));
    }
    let inside = Inside::of(&snapshot.event, &tally);
    let registrations = registrations.len() as u64;
    let guests = guests.len() as u64;
    let seats = u64::from(free) + u64::from(held) + guests;
    Ok(Json(Invariants {
        event_id: id.to_string(),
        capacity,
        free,
        held,
        guests,
        registrations,
        tickets: tally.count(&Counter::Tickets),
        admitted: inside.admitted,
        admitted_ended: inside.ended,
        ok: seats == u64::from(capacity) && registrations == guests,
    }))
}
