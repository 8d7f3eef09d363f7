//! An event's registrants, as its organizer is told of them: first those with a seat, in the order of the guest list, then
//! the waitlist from its head.

mod guests;
mod waiting;

use std::collections::HashMap;

use domain::{
    admission::Ticket,
    event::Event,
    id::{EventId, UserId},
    mail_state::MailState,
    registration::{Registration, RegistrationStatus},
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{app::App, problem::ApiError};

/// A registrant.
#[derive(Debug)]
pub(crate) struct Attendee {
    /// `None`: the account is erased. What it holds counts, so it is listed, and the organizer can remove it.
    pub(crate) user: Option<User>,
    pub(crate) registration: Registration,
    /// As soon as it is issued.
    pub(crate) ticket: Option<Ticket>,
    /// Of who waits: the place in line, from 1.
    pub(crate) position: Option<u32>,
    /// What became of the mail with the ticket, as soon as it was tried.
    pub(crate) ticket_mail: Option<MailState>,
}

/// Where a list of registrants goes on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Position {
    Guests(guests::Position),
    Waiting(waiting::Position),
}

/// Up to `limit` registrants, of one status or of both, from `start` on, and where the list goes on.
pub(crate) async fn page(
    app: &App,
    event: &Event,
    wanted: Option<RegistrationStatus>,
    start: Option<Position>,
    limit: usize,
    request: &str,
) -> Result<(Vec<Attendee>, Option<Position>), ApiError> {
    let start = start.unwrap_or(if wanted == Some(RegistrationStatus::Waitlisted) {
        Position::Waiting(waiting::Position::default())
    } else {
        Position::Guests(guests::Position::default())
    });
    let mut attendees = Vec::new();
    let from = match start {
        Position::Waiting(from) => from,
        Position::Guests(from) => {
            let (guests, next) = guests::page(app, event, from, limit).await?;
            attendees = guests::attendees(app, event, &guests, request).await?;
            if next.is_some() || wanted.is_some() {
                return Ok((attendees, next.map(Position::Guests)));
            }
            waiting::Position::default()
        }
    };
    let left = limit - attendees.len();
    let (waiting, next) = waiting::page(app, event, from, left).await?;
    attendees.extend(waiting);
    Ok((attendees, next.map(Position::Waiting)))
}

/// Accounts and registrations of these users.
async fn people(
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
