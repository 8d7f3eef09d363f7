//! Lists people who came in and whose registration was cancelled afterwards.

use std::collections::HashMap;

use domain::{
    accounts::user::User,
    door::Ticket,
    events::Event,
    id::UserId,
    seats::registration::{Registration, RegistrationStatus},
};
use serde::{Deserialize, Serialize};
use store::ConflictPosition;

use super::{Attendee, registrations};
use crate::{app::App, problem::ApiError};

/// A position in the list of ended tickets: the last ticket of the previous page; `None` at the beginning.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    after: Option<ConflictPosition>,
}

/// Returns the position after this ticket.
pub(super) fn after(ticket: &Ticket) -> Position {
    Position {
        after: ConflictPosition::of(ticket),
    }
}

/// Returns up to `limit` ended tickets from `start` on whose holder came in, and the start of the next page. The list may be a
/// second old. A page may have fewer than `limit` tickets even if more pages follow.
pub(super) async fn page(
    app: &App,
    event: &Event,
    start: Position,
    limit: usize,
) -> Result<(Vec<Ticket>, Option<Position>), ApiError> {
    let (page, last) = app
        .store
        .list_conflicts(event.id, limit, start.after)
        .await?;
    let next = page.more.then_some(Position { after: last });
    let mut tickets = page.items;
    tickets.retain(|ticket| ticket.has_ended() && ticket.is_inside());
    Ok((tickets, next))
}

/// Returns all data about the holders of these tickets that the organizer may see: one person for each ticket. `users` has
/// their accounts.
pub(super) async fn attendees(
    app: &App,
    event: &Event,
    tickets: Vec<Ticket>,
    users: &HashMap<UserId, User>,
) -> Result<Vec<Attendee>, ApiError> {
    let mut ids: Vec<UserId> = tickets.iter().map(|ticket| ticket.user_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let registrations: HashMap<UserId, Registration> =
        registrations(app, event.id, ids.into_iter())
            .await?
            .into_iter()
            .map(|item| (item.user_id, item))
            .collect();
    let attendees = tickets.into_iter().filter_map(|ticket| {
        Some(Attendee {
            user: users.get(&ticket.user_id).cloned(),
            registration: of(&ticket, registrations.get(&ticket.user_id)?),
            ticket: Some(ticket),
            position: None,
            ticket_mail: None,
        })
    });
    Ok(attendees.collect())
}

/// Returns the registration to which the ended ticket belonged. The user's present registration, `standing`, may be a newer
/// one.
fn of(ticket: &Ticket, standing: &Registration) -> Registration {
    let is_renewed = standing.status != RegistrationStatus::Cancelled
        || standing.generation != ticket.generation;
    Registration {
        status: RegistrationStatus::Cancelled,
        registered_at: if is_renewed {
            ticket.issued_at
        } else {
            standing.registered_at
        },
        cancelled_at: ticket.ended_at,
        generation: ticket.generation,
        ..standing.clone()
    }
}
