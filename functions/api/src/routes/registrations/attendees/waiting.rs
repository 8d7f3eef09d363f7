//! Lists the people on the waitlist, from its head.

use std::collections::HashMap;

use domain::{
    events::Event,
    id::UserId,
    seats::{
        registration::{Registration, RegistrationStatus},
        waitlist::EntryId,
    },
};
use serde::{Deserialize, Serialize};

use super::{Attendee, people};
use crate::{app::App, problem::ApiError};

/// A position in the list of people who wait: the last entry of the previous page; `None` at the head of the waitlist.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    after: Option<EntryId>,
}

/// Returns up to `limit` people who wait, from `start` on, and the start of the next page.
pub(super) async fn page(
    app: &App,
    event: &Event,
    start: Position,
    limit: usize,
) -> Result<(Vec<Attendee>, Option<Position>), ApiError> {
    let page = app
        .store
        .list_waitlist(event.id, limit, start.after)
        .await?;
    let last = page.items.last().map(|entry| entry.id).or(start.after);
    let next = page.more.then_some(Position { after: last });
    let Some(first) = page.items.first() else {
        return Ok((Vec::new(), next));
    };
    let first = app.store.waitlist_position(event.id, first.id).await?;

    let ids: Vec<UserId> = page
        .items
        .iter()
        .map(|entry| entry.guest.user_id())
        .collect();
    let (mut users, registrations) = people(app, event.id, &ids).await?;
    let mut registrations: HashMap<UserId, Registration> = registrations
        .into_iter()
        .map(|item| (item.user_id, item))
        .collect();
    let attendees = (first..).zip(&page.items).filter_map(|(position, entry)| {
        let id = entry.guest.user_id();
        // If the status is not `Waitlisted`, the person got a seat or gave up the place a moment ago.
        let waits = |item: &Registration| item.status == RegistrationStatus::Waitlisted;
        Some(Attendee {
            registration: registrations.remove(&id).filter(waits)?,
            user: users.remove(&id),
            ticket: None,
            position: Some(position),
            ticket_mail: None,
        })
    });
    Ok((attendees.collect(), next))
}
