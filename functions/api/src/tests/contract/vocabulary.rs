//! Texts for names that have the same meaning in the whole contract. If a field has its own documentation, the contract
//! contains that documentation instead.

/// A name, its meaning with unit and format, and an example. The name is `field`, or `Schema.field` if the field has a special
/// meaning in that schema. The example is empty if the type or the enumeration is enough.
pub(super) type Field = (&'static str, &'static str, &'static str);

const USER: &str = "usr_01kamyz7p4e4gtxg4rv9jd5q7a";
const EVENT: &str = "evt_01kamyz7p4e4gtxg4rv9jd5q7a";
const CODE: &str = "ABCD-EFGH-JKMN";

/// The parameters of operations. For an id in a path, the name is `collection/name`, such as `check-ins/code`.
pub(super) const PARAMETERS: &[Field] = &[
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

/// The properties of schemas.
pub(super) const FIELDS: &[Field] = &[
    (
        "AuditActor.id",
        "Id of the account that acted: `usr_` and 26 characters.",
        USER,
    ),
    (
        "AuditItem.action",
        "Action that was done, as `object.deed`.",
        "user.role-changed",
    ),
    ("AuditItem.at", "When the action was done.", ""),
    (
        "AuditItem.id",
        "Id of the entry: `aud_` and 26 characters.",
        "aud_01h455vb4pex5vsknk084sn02q",
    ),
    (
        "Announcement.id",
        "Id of the announcement: `ann_` and 26 characters.",
        "ann_01kamyz7p4e4gtxg4rv9jd5q7a",
    ),
    (
        "Announcement.message",
        "Text of the announcement: 1 to 2,000 characters of plain text.",
        "Doors open at seven.",
    ),
    (
        "ChangePassword.currentPassword",
        "The present password, at most 128 characters.",
        "",
    ),
    (
        "Checks.deadLetters",
        "Messages that could not be processed.",
        "",
    ),
    ("Checks.queues", "The queues.", ""),
    ("Checks.sender", "The sender of mail.", ""),
    ("Checks.stream", "The stream of the table.", ""),
    ("Checks.table", "The table.", ""),
    (
        "CheckIn.ticket",
        "The ticket, if it is one of this event.",
        "",
    ),
    ("DeadLetterSample.at", "When the letter was put aside.", ""),
    (
        "DeadLetterSample.id",
        "Id of the message, as the queue gave it.",
        "7f3c1c1e-2f6b-4c2b-8d0a-3a4f8f3a1b2c",
    ),
    ("DeadLetters.items", "One entry for each queue.", ""),
    (
        "Event.id",
        "Id of the event: `evt_` and 26 characters.",
        EVENT,
    ),
    ("Export.exportedAt", "When the export was made.", ""),
    (
        "Export.passwordChangedAt",
        "When the password was changed last; `null`: never.",
        "",
    ),
    ("Export.user", "The account.", ""),
    (
        "Health.status",
        "Always `ok`: a function that does not run gives no answer.",
        "",
    ),
    (
        "Health.version",
        "Version of the function, as Semantic Versioning has it.",
        "",
    ),
    (
        "Login.password",
        "The password of the account, at most 128 characters.",
        "",
    ),
    (
        "FieldProblem.code",
        "The reason why the field was refused, for a program that shows its own text.",
        "too-long",
    ),
    (
        "Organizer.id",
        "Id of the organizer's account: `usr_` and 26 characters.",
        USER,
    ),
    (
        "Organizer.name",
        "Name of the organizer: 1 to 100 characters.",
        "Grace Hopper",
    ),
    (
        "Problem.type",
        "The kind of problem, for a program to decide on.",
        "",
    ),
    ("QueueCheck.status", "`ok` if the queue answers.", ""),
    ("Readiness.checks", "The checks behind the verdict.", ""),
    ("Readiness.status", "The verdict of all checks.", ""),
    (
        "Redriven.moved",
        "Number of letters that went back to their queue.",
        "3",
    ),
    (
        "RegistrationEvent.id",
        "Id of the event: `evt_` and 26 characters.",
        EVENT,
    ),
    (
        "Registration.cancelledAt",
        "When the registration was cancelled; `null`: it was not cancelled.",
        "",
    ),
    (
        "Registration.registeredAt",
        "When the caller registered, or joined the waitlist.",
        "",
    ),
    ("Registration.status", "Status of the registration.", ""),
    (
        "Session.tokenType",
        "Scheme of the access token (RFC 6750): always `Bearer`.",
        "",
    ),
    ("Session.user", "The account that is signed in.", ""),
    (
        "Synced.results",
        "One result for each scan, in the order of the request.",
        "",
    ),
    (
        "SyncedScan.scanId",
        "The `scanId` that the scanner gave the scan.",
        "door-2:000017",
    ),
    (
        "SystemStats.admissions",
        "Number of admissions at all doors.",
        "87",
    ),
    ("SystemStats.events", "Number of events by status.", ""),
    ("SystemStats.users", "Number of accounts by role.", ""),
    ("TableCheck.status", "`ok` if the table answers.", ""),
    (
        "Ticket.admittedAt",
        "When the holder came in; `null`: the holder has not come in.",
        "",
    ),
    ("Ticket.issuedAt", "When the ticket was issued.", ""),
    ("Ticket.status", "Status of the ticket.", ""),
    (
        "User.id",
        "Id of the account: `usr_` and 26 characters.",
        USER,
    ),
    (
        "User.role",
        "Role of the account, which decides what the account may do.",
        "",
    ),
    (
        "UsersByRole.admin",
        "Number of accounts with the role `admin`.",
        "1",
    ),
    (
        "UsersByRole.organizer",
        "Number of accounts with the role `organizer`.",
        "4",
    ),
    (
        "UsersByRole.user",
        "Number of accounts with the role `user`.",
        "250",
    ),
    ("actor", "The account that acted.", ""),
    ("admitted", "Number of people who came in.", "87"),
    ("cancelled", "Number of events that were cancelled.", "1"),
    ("capacity", "Number of seats: 1 to 100,000.", "120"),
    (
        "category",
        "Category of the event: 1 to 50 characters; `null`: none.",
        "meetup",
    ),
    ("completed", "Number of events that are over.", "12"),
    ("createdAt", "Time of creation.", ""),
    (
        "description",
        "Description: at most 5,000 characters of plain text.",
        "An evening about ownership.",
    ),
    (
        "deviceId",
        "Name of the device that scanned: 1 to 100 characters.",
        "door-2",
    ),
    ("doorsOpenAt", "When the doors open.", ""),
    ("draft", "Number of events that are drafts.", "2"),
    (
        "email",
        "Address of an account: at most 254 characters.",
        "ada@example.org",
    ),
    (
        "emailVerified",
        "Whether the owner has shown that mail to the address arrives.",
        "",
    ),
    ("endsAt", "When the event ends.", ""),
    ("event", "The event, in short.", ""),
    (
        "eventId",
        "Id of the event: `evt_` and 26 characters.",
        EVENT,
    ),
    ("gate", "Name of the entrance: 1 to 50 characters.", "North"),
    (
        "holderName",
        "Name of the holder: 1 to 100 characters; `(erased)` if the account was erased.",
        "Ada Lovelace",
    ),
    ("mail", "Number of mails by their result.", ""),
    (
        "name",
        "Name of a person: 1 to 100 characters.",
        "Ada Lovelace",
    ),
    ("object", "The object of the action.", ""),
    ("organizer", "The account that runs the event.", ""),
    (
        "password",
        "Password: 10 to 128 characters, not a common password.",
        "",
    ),
    ("published", "Number of events that are published.", "7"),
    ("queue", "Name of the queue.", "mail"),
    ("reason", "The reason for the result of the scan.", ""),
    (
        "refreshToken",
        "Refresh token of the session: an opaque text.",
        "",
    ),
    ("registered", "Number of people with a seat.", "118"),
    (
        "registrationClosesAt",
        "When registration closes; `null`: at the start of the event.",
        "",
    ),
    (
        "registrationOpensAt",
        "When registration opens; `null`: at publication.",
        "",
    ),
    ("remaining", "Number of seats that are free.", "2"),
    ("result", "The result of the scan.", ""),
    (
        "role",
        "Role of the account, which decides what the account may do.",
        "",
    ),
    (
        "scanId",
        "Id of the scan, given by the scanner: 1 to 64 characters.",
        "door-2:000017",
    ),
    (
        "scannedAt",
        "When the ticket was scanned, by the scanner's clock.",
        "",
    ),
    ("startsAt", "When the event starts.", ""),
    ("status", "Status of the event.", ""),
    (
        "tags",
        "Tags of the event: at most 10, of 1 to 30 characters each.",
        "[\"rust\", \"vienna\"]",
    ),
    (
        "timezone",
        "Time zone in which people read the times: a name of the IANA database.",
        "Europe/Vienna",
    ),
    (
        "title",
        "Title of the event: 1 to 200 characters.",
        "Rust evening",
    ),
    ("updatedAt", "When the event was changed last.", ""),
    (
        "userId",
        "Id of the account: `usr_` and 26 characters.",
        USER,
    ),
    (
        "venue",
        "Place of the event: 1 to 255 characters.",
        "Town hall, Vienna",
    ),
    ("waitlisted", "Number of people on the waitlist.", "0"),
];
