//! The closed sets of words that answers and queries use, such as the roles of accounts, as `openapi.json` names them. Most of
//! these words come from the crate `domain`.

use std::borrow::Cow;

use domain::{
    accounts::role::Role as R,
    door::{ConflictKind as Conflict, EndCause, TicketStatus as Ticket},
    events::{ClosedReason as Closed, EventStatus as Event},
    mail::{kind::MailKind as Kind, state::MailState as Mail},
    seats::{registration::RegistrationStatus as Registration, visitor_action::VisitorAction},
    security::audit::Object,
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use store::MailBlock;

use crate::dead_letters::LetterKind;

/// The scheme of the header `Authorization` with which a client sends an access token.
pub(crate) const TOKEN_TYPE: &str = "Bearer";
/// The status that `GET /health` reports if the function runs.
pub(crate) const OK: &str = "ok";

/// Returns the word by which the contract names the reason why an address gets no more mail.
pub(crate) fn mail_block(block: MailBlock) -> &'static str {
    match block {
        MailBlock::Bounced => "bounced",
        MailBlock::Complained => "complained",
    }
}

/// Returns the word by which the contract names the person who cancelled a registration.
pub(crate) fn cancelled_by(registrant: bool) -> &'static str {
    if registrant {
        "registrant"
    } else {
        "somebody-else"
    }
}

/// Defines a schema for each set of words. A set is written as a doc comment, which becomes the schema's description, followed
/// by `Name = words;`.
macro_rules! sets {
    ($($(#[doc = $line:literal])+ $name:ident = $words:expr;)+) => {$(
        $(#[doc = $line])+
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                one_of(concat!($($line),+), $words)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

sets! {
    /// Role of an account, which decides what the account may do.
    Role = [R::User, R::Organizer, R::Admin];
    /// Status of an event.
    EventStatus = Event::ALL;
    /// Status of a registration.
    RegistrationStatus = [Registration::Confirmed, Registration::Waitlisted, Registration::Cancelled];
    /// Status of a registration in an organizer's list.
    ListedStatus = [Registration::Confirmed, Registration::Waitlisted, Registration::Cancelled];
    /// Status of a ticket.
    TicketStatus = [Ticket::Issued, Ticket::Admitted, Ticket::Void];
    /// Why an admission is in conflict. `ended`: the holder came in, and the ticket has ended since. `used-twice`: more than one scan let somebody in with the ticket.
    ConflictKind = Conflict::ALL;
    /// Subject of a dead letter: a mail about an account, a registration or an event, or to an organizer; feedback of the mail service; a change of a seat; a live update for viewers; records of the stream; or content that cannot be read.
    DeadLetterKind = LetterKind::ALL.map(LetterKind::as_str);
    /// Kind of the object that an entry of the audit log is about.
    AuditObjectType = Object::KINDS;
    /// Why an address gets no more mail: a mail to it bounced, or its owner reported a mail as spam.
    MailBlockReason = [MailBlock::Bounced, MailBlock::Complained].map(mail_block);
    /// Scheme of the access token (RFC 6750).
    TokenType = [TOKEN_TYPE];
    /// Status that `GET /health` reports if the function runs.
    Ok = [OK];
    /// Cause that ended a ticket: its registration was cancelled, by its holder or by somebody else, or the event was cancelled.
    TicketEndCause = [EndCause::RegistrationCancelled, EndCause::EventCancelled];
    /// Result of a mail. With `suppressed`, the mail was not sent, because earlier mail to the address bounced or was reported as spam.
    MailState = [Mail::Sent, Mail::Delivered, Mail::Bounced, Mail::Complained, Mail::Failed, Mail::Suppressed].map(Mail::as_str);
    /// Kind of a mail to a registrant. `updated` is about a change of the event, `cancelled` about the end of the registration.
    RegistrantMailKind = [Kind::Ticket, Kind::Waitlisted, Kind::RegistrationCancelled, Kind::EventUpdated, Kind::EventCancelled, Kind::Announcement, Kind::ReminderDay, Kind::ReminderHour].map(Kind::as_str);
    /// Person who cancelled a registration: the registrant, or somebody else, who is the organizer or an administrator.
    CancelledBy = [true, false].map(cancelled_by);
    /// Action of a visitor who has no seat at the event: `register` if a seat is free, join the `waitlist` if no seat is free, or `nothing`.
    VisitorActionName = [VisitorAction::Register, VisitorAction::Waitlist, VisitorAction::Nothing(Closed::Closed)].map(VisitorAction::as_str);
    /// Why nobody can register.
    ClosedReason = [Closed::NotOpenYet, Closed::Closed, Closed::Started, Closed::Cancelled, Closed::Completed];
}

// Words of problem documents.
#[cfg(test)]
sets! {
    /// The status that was requested for an event. Only a draft can become `deleted`.
    TransitionTarget = [Event::Published.as_str(), Event::Cancelled.as_str(), Event::Completed.as_str(), "deleted"];
}

fn one_of<T: Serialize>(description: &str, words: impl IntoIterator<Item = T>) -> RefOr<Schema> {
    let words = words.into_iter().map(|word| serde_json::json!(word));
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description.trim()))
        .enum_values(Some(words))
        .build()
        .into()
}
