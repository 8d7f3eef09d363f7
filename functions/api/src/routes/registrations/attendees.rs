//! Lists an event's registrants for its organizer. First come the people with a seat, in the order of the guest list, then the
//! waitlist from its head, then people who came in and whose registration was cancelled afterwards.

mod ended;
mod guests;
pub(super) mod view;
mod waiting;

use std::collections::HashMap;

use domain::{
    accounts::user::User,
    door::Ticket,
    events::Event,
    id::{EventId, UserId},
    mail::state::MailState,
    seats::registration::{Registration, RegistrationStatus},
};
use serde::{Deserialize, Serialize};

use crate::{app::App, problem::ApiError};

/// A registrant of an event.
#[derive(Debug)]
pub(crate) struct Attendee {
    /// The registrant; `None` if the account is erased. A seat or place of an erased account still counts, so it is listed, and
    /// the organizer can remove it.
    pub(crate) user: Option<User>,
    pub(crate) registration: Registration,
    /// The registrant's ticket; `None` until the ticket is issued.
    pub(crate) ticket: Option<Ticket>,
    /// The position on the waitlist, from 1; `None` if the registrant is not on the waitlist.
    pub(crate) position: Option<u32>,
    /// The state of the mail with the ticket; `None` until sending was tried.
    pub(crate) ticket_mail: Option<MailState>,
}

/// A position in the list of registrants.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Position {
    Guests(guests::Position),
    Waiting(waiting::Position),
    Ended(ended::Position),
}

/// Returns up to `limit` registrants from `start` on, and the start of the next page. `wanted` is the status of the registrants
/// to list. If it is `None`, registrants of every status are listed.
pub(crate) async fn page(
    app: &App,
    event: &Event,
    wanted: Option<RegistrationStatus>,
    start: Option<Position>,
    limit: usize,
    request: &str,
) -> Result<(Vec<Attendee>, Option<Position>), ApiError> {
    let mut position = start.unwrap_or(match wanted {
        None | Some(RegistrationStatus::Confirmed) => Position::Guests(guests::Position::default()),
        Some(RegistrationStatus::Waitlisted) => Position::Waiting(waiting::Position::default()),
        Some(RegistrationStatus::Cancelled) => Position::Ended(ended::Position::default()),
    });
    let mut attendees = Vec::new();
    loop {
        let left = limit - attendees.len();
        let (more, next, then) = match position {
            Position::Guests(from) => {
                let (guests, next) = guests::page(app, event, from, left).await?;
                let guests = guests::attendees(app, event, &guests, request).await?;
                let then = Position::Waiting(waiting::Position::default());
                (guests, next.map(Position::Guests), Some(then))
            }
            Position::Waiting(from) => {
                let (waiting, next) = waiting::page(app, event, from, left).await?;
                let then = Position::Ended(ended::Position::default());
                (waiting, next.map(Position::Waiting), Some(then))
            }
            Position::Ended(from) => {
                let (ended, next) = ended::page(app, event, from, left).await?;
                (ended, next.map(Position::Ended), None)
            }
        };
        attendees.extend(more);
        match then.filter(|_| next.is_none() && wanted.is_none()) {
            Some(then) => position = then,
            None => return Ok((attendees, next)),
        }
    }
}

/// Returns the accounts of these users, and their registrations for the event.
pub(crate) async fn people(
    app: &App,
    event: EventId,
    ids: &[UserId],
) -> Result<(HashMap<UserId, User>, Vec<Registration>), ApiError> {
    let users = app.store.users(ids).await?;
    let registrations = app
        .store
        .registrations(ids.iter().map(|user| (event, *user)))
        .await?;
    let users = users.into_iter().map(|user| (user.id, user)).collect();
    Ok((users, registrations))
}
