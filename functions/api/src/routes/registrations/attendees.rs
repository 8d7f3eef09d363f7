//! An event's registrants, as its organizer sees them: first those with a seat, in the order of the guest list, then the
//! waitlist from its head, then those who came in and whose registration was cancelled since.

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

/// A registrant.
#[derive(Debug)]
pub(crate) struct Attendee {
    /// `None`: the account is erased. What it holds counts, so it is listed, and the organizer can remove it.
    pub(crate) user: Option<User>,
    pub(crate) registration: Registration,
    /// The ticket; `None` until it is issued.
    pub(crate) ticket: Option<Ticket>,
    /// The place in line, from 1; `None` if the registrant does not wait.
    pub(crate) position: Option<u32>,
    /// State of the mail with the ticket; `None` until it was tried.
    pub(crate) ticket_mail: Option<MailState>,
}

/// The position of a list of registrants.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Position {
    Guests(guests::Position),
    Waiting(waiting::Position),
    Ended(ended::Position),
}

/// Up to `limit` registrants, of one status or of all, from `start` on, and where the list goes on.
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

/// Accounts and registrations of these users.
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
