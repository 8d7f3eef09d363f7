//! Lists the people who have a seat, bucket by bucket.

use std::collections::HashMap;

use bootstrap::clock;
use domain::{
    accounts::user::User,
    events::Event,
    id::UserId,
    mail::key::MailKey,
    seats::{bucket::BucketNo, claim::SeatRev, registration::RegistrationStatus},
};
use serde::{Deserialize, Serialize};

use super::{Attendee, registrations};
use crate::{app::App, problem::ApiError, routes::tickets::issued::tickets_of};

/// The number of buckets that are read at the same time for a page of the list.
const BUCKETS_PER_READ: BucketNo = 4;
/// The number of buckets that are read at the same time if more people are wanted than a page of the list may have.
const BUCKETS_PER_LARGE_READ: BucketNo = 10;
/// The number of people from which on a read is large: four buckets of the usual size.
const LARGE_READ: usize = 200;

/// A position in the guest list: the last guest of the previous page, and that guest's bucket.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    bucket: BucketNo,
    after: Option<UserId>,
}

/// A guest, as the guest list has them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guest {
    pub(super) user: UserId,
    bucket: BucketNo,
    /// The revision that the bucket had when it was read.
    rev: u64,
}

/// Returns the position after this guest.
pub(super) fn after(guest: &Guest) -> Position {
    Position {
        bucket: guest.bucket,
        after: Some(guest.user),
    }
}

/// Returns up to `limit` guests from `start` on, and the start of the next page.
pub(super) async fn page(
    app: &App,
    event: &Event,
    start: Position,
    limit: usize,
) -> Result<(Vec<Guest>, Option<Position>), ApiError> {
    let buckets_per_read = if limit > LARGE_READ {
        BUCKETS_PER_LARGE_READ
    } else {
        BUCKETS_PER_READ
    };
    let mut guests: Vec<Guest> = Vec::new();
    let mut first = start.bucket;
    while first < event.bucket_count {
        let end = first
            .saturating_add(buckets_per_read)
            .min(event.bucket_count);
        for bucket in app.store.buckets(event.id, first..end).await? {
            let last = start.after.filter(|_| bucket.no == start.bucket);
            let mut users: Vec<UserId> =
                bucket.guests.iter().map(|guest| guest.user_id()).collect();
            users.retain(|user| last.is_none_or(|last| *user > last));
            for user in users {
                if guests.len() == limit {
                    let next = guests.last().map(after);
                    return Ok((guests, next));
                }
                guests.push(Guest {
                    user,
                    bucket: bucket.no,
                    rev: bucket.rev,
                });
            }
        }
        first = end;
    }
    Ok((guests, None))
}

/// Returns all data about these guests that the organizer may see. `users` has their accounts.
pub(super) async fn attendees(
    app: &App,
    event: &Event,
    guests: &[Guest],
    mut users: HashMap<UserId, User>,
    request: &str,
) -> Result<Vec<Attendee>, ApiError> {
    let ids = guests.iter().map(|guest| guest.user);
    let registrations = registrations(app, event.id, ids).await?;
    let mut tickets = tickets_of(app, &registrations).await?;
    let mails: Vec<MailKey> = tickets.values().map(MailKey::last_of).collect();
    let mails = app.store.mail_states(&mails).await?;
    let mut registrations: HashMap<UserId, _> = registrations
        .into_iter()
        .filter(|item| item.status == RegistrationStatus::Confirmed)
        .map(|item| (item.user_id, item))
        .collect();
    let mut attendees = Vec::with_capacity(guests.len());
    for Guest { user: id, rev, .. } in guests {
        let registration = match registrations.remove(id) {
            Some(registration) => registration,
            // The process that added this guest crashed before it wrote the registration, and the relay has not written it yet.
            None => app
                .store
                .record_seat(event.id, *id, SeatRev::Seen(*rev), clock::now(), request)
                .await?
                .into_registration(),
        };
        let ticket = tickets.remove(&(event.id, *id));
        attendees.push(Attendee {
            position: None,
            ticket_mail: ticket.as_ref().and_then(|ticket| {
                mails
                    .get(&MailKey::last_of(ticket))
                    .map(|(state, _)| *state)
            }),
            ticket,
            user: users.remove(id),
            registration,
        });
    }
    Ok(attendees)
}
