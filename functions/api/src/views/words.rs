//! The closed sets of words in answers and queries, as the contract names them. The words are the domain's.

use std::borrow::Cow;

use domain::{
    accounts::role::Role as R,
    door::{ConflictKind as Conflict, EndCause, TicketStatus as Ticket},
    events::{ClosedReason as Closed, EventStatus as Event},
    mail::state::MailState as Mail,
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

/// Scheme of access tokens.
pub(crate) const TOKEN_TYPE: &str = "Bearer";
/// The verdict of a function that runs.
pub(crate) const OK: &str = "ok";

/// The name of a reason as shown.
pub(crate) fn mail_block(block: MailBlock) -> &'static str {
    match block {
        MailBlock::Bounced => "bounced",
        MailBlock::Complained => "complained",
    }
}

/// A schema for each set: `/// description`, then `Name = words;`.
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
    /// What an account may do.
    Role = [R::User, R::Organizer, R::Admin];
    /// Where an event stands.
    EventStatus = Event::ALL;
    /// Where a registration stands.
    RegistrationStatus = [Registration::Confirmed, Registration::Waitlisted, Registration::Cancelled];
    /// Status of a registration in an organizer's list.
    ListedStatus = [Registration::Confirmed, Registration::Waitlisted, Registration::Cancelled];
    /// Where a ticket stands.
    TicketStatus = [Ticket::Issued, Ticket::Admitted, Ticket::Void];
    /// Why an admission is in conflict. `ended`: the holder came in, and the ticket has ended since. `used-twice`: more than one scan let somebody in with the ticket.
    ConflictKind = Conflict::ALL;
    /// What a dead letter is about: a mail by what it belongs to, feedback of the mail service, a seat that changed, news for viewers, records of the stream, or nothing that can be read.
    DeadLetterKind = LetterKind::ALL.map(LetterKind::as_str);
    /// What an entry of the audit log is about.
    AuditObjectType = Object::KINDS;
    /// Why an address gets no more mail: mail to it bounced, or its owner called one spam.
    MailBlockReason = [MailBlock::Bounced, MailBlock::Complained].map(mail_block);
    /// Scheme of the access token (RFC 6750).
    TokenType = [TOKEN_TYPE];
    /// The verdict of a function that runs.
    Ok = [OK];
    /// What ended a ticket: its registration was cancelled, by its holder or by somebody else, or the event was cancelled.
    TicketEndCause = [EndCause::RegistrationCancelled, EndCause::EventCancelled];
    /// What became of a mail; `suppressed` where earlier mail to the address had bounced or was called spam.
    MailState = [Mail::Sent, Mail::Delivered, Mail::Bounced, Mail::Complained, Mail::Failed, Mail::Suppressed].map(Mail::as_str);
    /// What can be done: `register`, as a seat is free; join the `waitlist`, as none is; or `nothing`.
    VisitorActionName = [VisitorAction::Register, VisitorAction::Waitlist, VisitorAction::Nothing(Closed::Closed)].map(VisitorAction::as_str);
    /// Why nobody can register.
    ClosedReason = [Closed::NotOpenYet, Closed::Closed, Closed::Started, Closed::Cancelled, Closed::Completed];
}

// Words of problem documents.
#[cfg(test)]
sets! {
    /// Where an event was to be brought; `deleted` is possible for a draft only.
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
