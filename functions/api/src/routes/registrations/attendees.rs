//! Lists an event's registrants for its organizer. First come the people with a seat, in the order of the guest list, then the
//! waitlist from its head, then people who came in and whose registration was cancelled afterwards.

mod ended;
mod guests;
pub(super) mod view;
mod waiting;

use std::collections::HashMap;

use domain::{
    accounts::{search::PersonQuery, user::User},
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

/// The registrants that somebody wants to see.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    /// The status of the registrants; `None` for registrants of every status.
    pub(crate) status: Option<RegistrationStatus>,
    /// The search that the registrants match; `None` for all registrants.
    pub(crate) people: Option<PersonQuery>,
}

/// The number of accounts that a search reads at the same time.
const READ_AT_ONCE: usize = 500;
/// The largest number of accounts that one request reads for a search.
const MOST_READ: usize = 2_000;

/// Returns up to `limit` registrants from `start` on who belong to the selection `wanted`, and the start of the next page.
///
/// No item of the table has a copy of a name or an address, so a search reads the accounts of the registrants. It reads at most
/// [`MOST_READ`] of them, and then returns the registrants that it has found so far.
pub(crate) async fn page(
    app: &App,
    event: &Event,
    wanted: &Selection,
    start: Option<Position>,
    limit: usize,
    request: &str,
) -> Result<(Vec<Attendee>, Option<Position>), ApiError> {
    let mut position = start.unwrap_or(match wanted.status {
        None | Some(RegistrationStatus::Confirmed) => Position::Guests(guests::Position::default()),
        Some(RegistrationStatus::Waitlisted) => Position::Waiting(waiting::Position::default()),
        Some(RegistrationStatus::Cancelled) => Position::Ended(ended::Position::default()),
    });
    let is_search = wanted.people.is_some();
    let mut attendees = Vec::new();
    let mut read = 0;
    loop {
        let left = limit - attendees.len();
        let most = if is_search { READ_AT_ONCE } else { left };
        let (more, count, next, then) = match position {
            Position::Guests(from) => {
                let (mut guests, next) = guests::page(app, event, from, most).await?;
                let count = guests.len();
                let users = users(app, guests.iter().map(|guest| guest.user)).await?;
                let cut = wanted.keep(&mut guests, |guest| users.get(&guest.user), left);
                let next = guests.last().filter(|_| cut).map(guests::after).or(next);
                let guests = guests::attendees(app, event, &guests, users, request).await?;
                let then = Position::Waiting(waiting::Position::default());
                (guests, count, next.map(Position::Guests), Some(then))
            }
            Position::Waiting(from) => {
                let (mut waiting, next) = waiting::page(app, event, from, most).await?;
                let count = waiting.len();
                let users = users(app, waiting.iter().map(|person| person.user)).await?;
                let cut = wanted.keep(&mut waiting, |person| users.get(&person.user), left);
                let next = waiting.last().filter(|_| cut).map(waiting::after).or(next);
                let waiting = waiting::attendees(app, event, &waiting, users).await?;
                let then = Position::Ended(ended::Position::default());
                (waiting, count, next.map(Position::Waiting), Some(then))
            }
            Position::Ended(from) => {
                let (mut tickets, next) = ended::page(app, event, from, most).await?;
                let count = tickets.len();
                let users = users(app, tickets.iter().map(|ticket| ticket.user_id)).await?;
                let cut = wanted.keep(&mut tickets, |ticket| users.get(&ticket.user_id), left);
                let next = tickets.last().filter(|_| cut).map(ended::after).or(next);
                let ended = ended::attendees(app, event, tickets, &users).await?;
                (ended, count, next.map(Position::Ended), None)
            }
        };
        attendees.extend(more);
        read += count;
        let then = then.filter(|_| wanted.status.is_none());
        // A search goes on in the same part of the list. Without a search, one read fills the page or ends the part.
        let goes_on = is_search && attendees.len() < limit && read < MOST_READ;
        match next {
            Some(next) if goes_on => position = next,
            Some(next) => return Ok((attendees, Some(next))),
            None => match then {
                Some(then) if goes_on || !is_search => position = then,
                then => return Ok((attendees, then)),
            },
        }
    }
}

impl Selection {
    /// Removes the people who do not belong to the search, and then all but the first `most` people. `user` returns a person's
    /// account; an erased account has no name, so no search finds it. Returns whether people who belong to the search were
    /// removed.
    fn keep<'a, T>(
        &self,
        people: &mut Vec<T>,
        user: impl Fn(&T) -> Option<&'a User>,
        most: usize,
    ) -> bool {
        if let Some(query) = &self.people {
            people.retain(|person| user(person).is_some_and(|user| query.matches(user)));
        }
        let are_too_many = people.len() > most;
        people.truncate(most);
        are_too_many
    }
}

/// Returns the accounts of these users that exist.
async fn users(
    app: &App,
    ids: impl Iterator<Item = UserId>,
) -> Result<HashMap<UserId, User>, ApiError> {
    let mut ids: Vec<UserId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let users = app.store.users(&ids).await?;
    Ok(users.into_iter().map(|user| (user.id, user)).collect())
}

/// Returns up to `limit` people who have a seat, from `start` on, with their accounts, and the start of the next page. Erased
/// accounts, and seats whose registration is not written yet, are left out.
pub(crate) async fn seated(
    app: &App,
    event: &Event,
    start: Option<Position>,
    limit: usize,
) -> Result<(Vec<(Registration, User)>, Option<Position>), ApiError> {
    let from = match start {
        Some(Position::Guests(from)) => from,
        None => guests::Position::default(),
        Some(Position::Waiting(_) | Position::Ended(_)) => return Ok((Vec::new(), None)),
    };
    let (guests, next) = guests::page(app, event, from, limit).await?;
    let ids: Vec<UserId> = guests.iter().map(|guest| guest.user).collect();
    let (mut users, registrations) = people(app, event.id, &ids).await?;
    let seated = registrations
        .into_iter()
        .filter(|registration| registration.status == RegistrationStatus::Confirmed)
        .filter_map(|registration| {
            let user = users.remove(&registration.user_id)?;
            Some((registration, user))
        });
    Ok((seated.collect(), next.map(Position::Guests)))
}

/// Returns the accounts of these users, and their registrations for the event.
pub(crate) async fn people(
    app: &App,
    event: EventId,
    ids: &[UserId],
) -> Result<(HashMap<UserId, User>, Vec<Registration>), ApiError> {
    let users = users(app, ids.iter().copied()).await?;
    Ok((users, registrations(app, event, ids.iter().copied()).await?))
}

/// Returns the registrations of these users for the event.
async fn registrations(
    app: &App,
    event: EventId,
    ids: impl Iterator<Item = UserId>,
) -> Result<Vec<Registration>, ApiError> {
    let wanted = ids.map(|user| (event, user));
    Ok(app.store.registrations(wanted).await?)
}
