//! Converts the writes of registrations that `domain` makes into writes of the table.

use domain::{
    id::UserId,
    seats::{
        registration::RegistrationStatus,
        writes::{RegistrationChange, RegistrationDemand, RegistrationWrite},
    },
};
use jiff::Timestamp;
use table::{Condition, Update, Value, attr};

use crate::{
    attribute::{GSI1PK, GSI1SK, PK, REQUEST, REV, n, s},
    key,
};

const EVENT_ID: &str = "eventId";
const USER_ID: &str = "userId";
pub(super) const STATUS: &str = "status";
const REGISTERED_AT: &str = "registeredAt";
const GENERATION: &str = "generation";
const ENTRY_ID: &str = "entryId";
const CANCELLED_AT: &str = "cancelledAt";
const CANCELLED_BY: &str = "cancelledBy";
pub(crate) const REMOVAL_REASON: &str = "removalReason";
const PROMOTED: &str = "promoted";
pub(crate) const KEPT: &str = "kept";
const SEAT_LOST_AT: &str = "seatLostAt";

/// Converts a write of a registration into an update. The item stores the request id `request`, unless only the revision
/// changes, because no messages or mails follow from a change of the revision.
pub(crate) fn registration_update(write: &RegistrationWrite, request: &str) -> Update {
    let mut update = Update::of(key::registration(write.user, write.event));
    let demanded = write.demands.iter().map(condition);
    update.condition = if write.or_absent {
        demanded
            .reduce(Condition::and)
            .map(|condition| attr(PK).absent().or(condition))
    } else {
        Some(demanded.fold(attr(PK).exists(), Condition::and))
    };
    if !matches!(write.change, RegistrationChange::Revision(_)) {
        update = update.set(REQUEST, s(request));
    }
    changed(update, write)
}

/// Converts one demand that a write of `domain` makes on its registration into a condition of the table.
fn condition(demand: &RegistrationDemand) -> Condition {
    let status = |status: RegistrationStatus| s(status.as_str());
    match *demand {
        RegistrationDemand::RevisionBelow(rev) => attr(REV).less(n(rev)),
        RegistrationDemand::RevisionAtMost(rev) => attr(REV).at_most(n(rev)),
        RegistrationDemand::Is(wanted) => attr(STATUS).equals(status(wanted)),
        RegistrationDemand::IsNot(other) => attr(STATUS).differs(status(other)),
        RegistrationDemand::WaitsAt(entry) => attr(STATUS)
            .equals(status(RegistrationStatus::Waitlisted))
            .and(attr(ENTRY_ID).equals(s(entry.to_string()))),
    }
}

/// Adds the change that `write` makes to the update of the registration's item.
fn changed(update: Update, write: &RegistrationWrite) -> Update {
    match write.change {
        RegistrationChange::Seat { rev, at } => {
            let update = named(update, write);
            begun(update, RegistrationStatus::Confirmed, rev, at).increase_from(GENERATION, 0, 1)
        }
        RegistrationChange::Promotion { rev, at } => update
            .set(STATUS, s(RegistrationStatus::Confirmed.as_str()))
            .set(REV, n(rev))
            .set(REGISTERED_AT, s(at.to_string()))
            .increase(GENERATION, 1)
            .set(PROMOTED, Value::Bool(true))
            .remove(ENTRY_ID),
        RegistrationChange::Place { entry, rev, at } => {
            let update = named(update, write);
            begun(update, RegistrationStatus::Waitlisted, rev, at)
                .set_if_absent(GENERATION, n(0))
                .set(ENTRY_ID, s(entry.to_string()))
        }
        RegistrationChange::SeatLost { rev, at, by } => {
            let update = named(update, write);
            cancelled(update, write, at, by)
                .set(REV, n(rev))
                .set_if_absent(REGISTERED_AT, s(at.to_string()))
                .set_if_absent(GENERATION, n(1))
                .set(SEAT_LOST_AT, s(at.to_string()))
        }
        RegistrationChange::PlaceGivenUp { at, by } => {
            cancelled(update, write, at, by).remove(ENTRY_ID)
        }
        RegistrationChange::Revision(rev) => update.set(REV, n(rev)),
    }
}

/// Sets the ids of the event and the user, because the update may create the item, and a new item does not have these ids.
fn named(update: Update, write: &RegistrationWrite) -> Update {
    update
        .set(EVENT_ID, s(write.event.to_string()))
        .set(USER_ID, s(write.user.to_string()))
}

/// Sets the attributes of a registration that begins at `at`. Removes those attributes of the user's earlier registration that
/// do not apply any more.
fn begun(update: Update, status: RegistrationStatus, rev: u64, at: Timestamp) -> Update {
    update
        .set(STATUS, s(status.as_str()))
        .set(REV, n(rev))
        .set(REGISTERED_AT, s(at.to_string()))
        .remove(CANCELLED_AT)
        .remove(CANCELLED_BY)
        .remove(REMOVAL_REASON)
        .remove(PROMOTED)
        .remove(KEPT)
        .remove(GSI1PK)
        .remove(GSI1SK)
}

/// Sets the attributes of a registration that `by` cancelled at `at`, and adds it to the index of the event's cancelled
/// registrations.
fn cancelled(update: Update, write: &RegistrationWrite, at: Timestamp, by: UserId) -> Update {
    update
        .set(STATUS, s(RegistrationStatus::Cancelled.as_str()))
        .set(CANCELLED_AT, s(at.to_string()))
        .set(CANCELLED_BY, s(by.to_string()))
        .set(GSI1PK, s(key::cancelled_pk(write.event)))
        .set(GSI1SK, s(write.user.to_string()))
}

#[cfg(test)]
mod tests;
