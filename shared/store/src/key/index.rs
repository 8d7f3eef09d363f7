//! The keys that items have in the index `gsi1`. It lists accounts, published events, cancelled registrations of an event,
//! tickets whose admission is in conflict, and the audit log. `listed_` functions return the keys of an item.

use domain::{
    id::{AuditId, EventId, UserId},
    tickets::code::TicketCode,
};
use jiff::Timestamp;

use super::suffix;
use crate::attribute::{GSI1PK, GSI1SK, Item, s};

/// Returns the key that an account has in the index `gsi1`.
pub(crate) fn listed_account(created_at: Timestamp, user: UserId) -> Item {
    listed("USERS", created_at, &user)
}

/// Partition key that all published events have in the index `gsi1`.
pub(crate) const PUBLISHED: &str = "PUBLISHED";
/// Partition key that all accounts have in the index `gsi1`.
pub(crate) const USERS: &str = "USERS";

/// Returns the key that a published event has in the index `gsi1`.
pub(crate) fn listed_event(starts_at: Timestamp, event: EventId) -> Item {
    listed(PUBLISHED, starts_at, &event)
}

/// Returns the partition key that an event's cancelled registrations have in the index `gsi1`.
pub(crate) fn cancelled_pk(event: EventId) -> String {
    format!("CANCELLED#{}", suffix(&event))
}

/// Returns the partition key that an event's tickets have in the index `gsi1` if their admission is in conflict.
pub(crate) fn conflicts_pk(event: EventId) -> String {
    format!("CONFLICT#{}", suffix(&event))
}

/// Returns the key that a ticket has in the index `gsi1` if its admission is in conflict.
pub(crate) fn listed_conflict(event: EventId, admitted_at: Timestamp, code: TicketCode) -> Item {
    let sort = format!("{}#{code}", listed_time(admitted_at));
    Item::from([
        (GSI1PK.to_owned(), s(conflicts_pk(event))),
        (GSI1SK.to_owned(), s(sort)),
    ])
}

/// Partition key that all entries of the audit log have in the index `gsi1`.
pub(crate) const AUDIT: &str = "AUDIT";

/// Returns the key that an entry of the audit log has in the index `gsi1`.
pub(crate) fn listed_audit(at: Timestamp, id: AuditId) -> Item {
    listed(AUDIT, at, &id)
}

fn listed(partition: &str, at: Timestamp, id: &impl ToString) -> Item {
    let sort = time_and_id(at, id);
    Item::from([
        (GSI1PK.to_owned(), s(partition)),
        (GSI1SK.to_owned(), s(sort)),
    ])
}

/// Returns the sort key that begins with a time and ends with an id.
pub(super) fn time_and_id(at: Timestamp, id: &impl ToString) -> String {
    format!("{}#{}", listed_time(at), suffix(id))
}

/// Returns a time as text: milliseconds since 1970 in 15 digits. The texts sort in the same order as the times.
pub(crate) fn listed_time(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond().max(0))
}
