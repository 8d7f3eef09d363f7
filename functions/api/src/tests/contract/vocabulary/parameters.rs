//! The parameters of operations.

use super::{CODE, EVENT, Field, USER};

/// The parameters of operations. For an id in a path, the name is `collection/name`, such as `check-ins/code`.
pub(in super::super) const PARAMETERS: &[Field] = &[
    (
        "action",
        "Lists only entries of this action, such as `event.published`.",
        "event.published",
    ),
    (
        "actor",
        "Lists only what this account did: its id, `usr_` and 26 characters.",
        USER,
    ),
    (
        "category",
        "Lists only events of this category: 1 to 50 characters.",
        "",
    ),
    (
        "check-ins/code",
        "Code of the ticket: 12 characters of Crockford base32, in groups of four.",
        CODE,
    ),
    (
        "cursor",
        "`nextCursor` of the previous page: an opaque text.",
        "",
    ),
    (
        "dead-letters/queue",
        "Name of the queue, as the list of dead letters has it.",
        "mail",
    ),
    (
        "email",
        "Address of the account: at most 254 characters.",
        "ada@example.org",
    ),
    (
        "events/id",
        "Id of the event: `evt_` and 26 characters.",
        EVENT,
    ),
    (
        "from",
        "Lists only events that start at this time or later: RFC 3339, with any offset.",
        "",
    ),
    (
        "limit",
        "Maximum number of items on the page: 1 to 100, by default 20.",
        "",
    ),
    (
        "registrations/userId",
        "Id of the registrant's account: `usr_` and 26 characters.",
        USER,
    ),
    (
        "staff/userId",
        "Id of the account: `usr_` and 26 characters.",
        USER,
    ),
    (
        "status",
        "Lists only items with this status; by default, all items.",
        "",
    ),
    (
        "tag",
        "Lists only events with this tag: 1 to 30 characters.",
        "rust",
    ),
    (
        "tickets/code",
        "Code of the ticket: 12 characters of Crockford base32, in groups of four.",
        CODE,
    ),
    (
        "to",
        "Lists only events that start before this time: RFC 3339, with any offset.",
        "",
    ),
    (
        "token",
        "Token in the link of the mail: an opaque text.",
        "",
    ),
    (
        "users/id",
        "Id of the account: `usr_` and 26 characters.",
        USER,
    ),
];
