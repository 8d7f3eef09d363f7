//! Counts the registrations and tickets of an event from the stored items, to check the event's statistics.

use domain::{
    events::Event,
    id::EventId,
    seats::registration::RegistrationStatus,
    stats::{counter::Counter, tally::Tally},
};

use crate::{app::App, problem::ApiError, routes::tickets::issued::tickets_of};

/// Returns the event and the counts of its registrations and tickets. The counts include tickets that ended while their holder
/// was inside. The function reads all registrations and tickets, which takes two read units for each registrant.
pub(super) async fn recount(app: &App, id: EventId) -> Result<(Event, Tally), ApiError> {
    let list = app.store.guest_list_snapshot(id).await?;
    let list = list.ok_or(ApiError::NotFound)?;
    let guests = list.buckets.iter().flat_map(|bucket| &bucket.guests);
    let wanted = guests.map(|guest| (id, guest.user_id()));
    let mut registrations = app.store.registrations(wanted).await?;
    registrations.retain(|registration| registration.status == RegistrationStatus::Confirmed);
    let mut tally = Tally::default();
    for registration in &registrations {
        tally.add_all(&Tally::of_registration(registration));
    }
    for ticket in tickets_of(app, &registrations).await?.values() {
        tally.add_all(&Tally::of_ticket(ticket));
    }
    for ticket in app.store.ended_admissions(id).await? {
        tally.add_all(&Tally::of_ticket(&ticket));
    }
    let cancelled = app.store.count_cancelled(id).await?;
    tally.add(Counter::Cancelled, cancelled.into());
    Ok((list.event, tally))
}
