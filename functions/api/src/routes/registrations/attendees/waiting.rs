//! Lists the people on the waitlist, from its head.

use std::collections::HashMap;

use domain::{
    accounts::user::User,
    events::Event,
    id::UserId,
    seats::{
        registration::{Registration, RegistrationStatus},
        waitlist::EntryId,
    },
};
use serde::{Deserialize, Serialize};

use super::{Attendee, registrations};
use crate::{app::App, problem::ApiError};

/// A position in the list of people who wait: the last entry of the previous page; `None` at the head of the waitlist.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    after: Option<EntryId>,
}

/// A person who waits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub(super) user: UserId,
    entry: EntryId,
    /// The number of people in the same read who wait in front of this person.
    in_front: u32,
}

/// Returns the position after this person.
pub(super) fn after(person: &Waiting) -> Position {
    Position {
        after: Some(person.entry),
    }
}

/// Returns up to `limit` people who wait, from `start` on, and the start of the next page.
pub(super) async fn page(
    app: &App,
    event: &Event,
    start: Position,
    limit: usize,
) -> Result<(Vec<Waiting>, Option<Position>), ApiError> {
    let page = app
        .store
        .list_waitlist(event.id, limit, start.after)
        .await?;
    let last = page.items.last().map(|entry| entry.id).or(start.after);
    let next = page.more.then_some(Position { after: last });
    let people = (0..).zip(&page.items).map(|(in_front, entry)| Waiting {
        user: entry.guest.user_id(),
        entry: entry.id,
        in_front,
    });
    Ok((people.collect(), next))
}

/// Returns all data about these people that the organizer may see. All of them come from the same read. `users` has their
/// accounts.
pub(super) async fn attendees(
    app: &App,
    event: &Event,
    waiting: &[Waiting],
    mut users: HashMap<UserId, User>,
) -> Result<Vec<Attendee>, ApiError> {
    let Some(first) = waiting.first() else {
        return Ok(Vec::new());
    };
    let first_position = app.store.waitlist_position(event.id, first.entry).await?;
    let ids = waiting.iter().map(|person| person.user);
    let mut registrations: HashMap<UserId, Registration> = registrations(app, event.id, ids)
        .await?
        .into_iter()
        .map(|item| (item.user_id, item))
        .collect();
    let attendees = waiting.iter().filter_map(|person| {
        // If the status is not `Waitlisted`, the person got a seat or gave up the place a moment ago.
        let waits = |item: &Registration| item.status == RegistrationStatus::Waitlisted;
        Some(Attendee {
            registration: registrations.remove(&person.user).filter(waits)?,
            user: users.remove(&person.user),
            ticket: None,
            position: Some(first_position + person.in_front - first.in_front),
            ticket_mail: None,
        })
    });
    Ok(attendees.collect())
}
