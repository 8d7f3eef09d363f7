//! Which mail is due after a change: pure.

use domain::{
    door::TicketStatus,
    events::{Event, EventStatus},
    seats::registration::{Registration, RegistrationStatus},
};
use jiff::Timestamp;
use messages::{
    AccountMail, Audience, EventMail, MailDue, OrganizerMail, Previous, RegistrationMail,
};
use store::{Account, stream::Change};

/// The mail that follows from `change`, which `request` made, if any does.
pub(crate) fn mail(change: &Change, request: &str) -> Vec<MailDue> {
    match change {
        Change::Account { before, after } => account(before.as_deref(), after, request),
        Change::Ticket {
            before: None,
            after: ticket,
        } if ticket.status == TicketStatus::Issued => vec![MailDue::Registrant {
            event_id: ticket.event_id,
            user_id: ticket.user_id,
            about: RegistrationMail::Ticket {
                generation: ticket.generation,
            },
            request_id: request.to_owned(),
        }],
        Change::Registration { before, after } => registration(before.as_ref(), after)
            .map(|about| MailDue::Registrant {
                event_id: after.event_id,
                user_id: after.user_id,
                about,
                request_id: request.to_owned(),
            })
            .into_iter()
            .collect(),
        Change::Event {
            before: Some(before),
            after,
        } => event(before, after)
            .map(|about| to_everybody(after, about, request.to_owned()))
            .into_iter()
            .chain(handed_over(before, after, request))
            .collect(),
        Change::Announcement { announcement } if announcement.email => vec![MailDue::Audience {
            event_id: announcement.event_id,
            audience: Audience::Everybody,
            about: EventMail::Announcement {
                id: announcement.id,
            },
            request_id: request.to_owned(),
        }],
        _ => Vec::new(),
    }
}

fn to_everybody(event: &Event, about: EventMail, request_id: String) -> MailDue {
    MailDue::Audience {
        event_id: event.id,
        audience: Audience::Everybody,
        about,
        request_id,
    }
}

fn account(before: Option<&Account>, after: &Account, request: &str) -> Vec<MailDue> {
    let due = |about, at| MailDue::Account {
        user_id: after.user.id,
        about,
        at,
        request_id: request.to_owned(),
    };
    let mut mails = Vec::new();
    for about in [
        AccountMail::Welcome,
        AccountMail::PasswordReset,
        AccountMail::PasswordChanged,
        AccountMail::EmailChange,
        AccountMail::EmailChangeNotice,
    ] {
        let at = happened_at(after, about);
        if at != before.and_then(|before| happened_at(before, about)) {
            mails.extend(at.map(|at| due(about, at)));
        }
    }
    mails
}

/// Returns the time at which a code was issued last, or the password was changed.
fn happened_at(account: &Account, about: AccountMail) -> Option<Timestamp> {
    match about {
        AccountMail::Welcome => account.verification.map(|code| code.issued_at),
        AccountMail::PasswordReset => account.reset.map(|code| code.issued_at),
        AccountMail::PasswordChanged => account.password_changed_at,
        AccountMail::EmailChange | AccountMail::EmailChangeNotice => {
            account.email_change.as_ref().map(|change| change.issued_at)
        }
    }
}

fn registration(before: Option<&Registration>, after: &Registration) -> Option<RegistrationMail> {
    let status = before.map(|before| before.status);
    match after.status {
        // The mail comes with the ticket.
        RegistrationStatus::Confirmed => None,
        RegistrationStatus::Waitlisted => {
            let entry_id = after.entry_id?;
            let is_new = before.and_then(|before| before.entry_id) != Some(entry_id)
                || status != Some(RegistrationStatus::Waitlisted);
            is_new.then_some(RegistrationMail::Waitlisted { entry_id })
        }
        RegistrationStatus::Cancelled => {
            let had = status.filter(|status| *status != RegistrationStatus::Cancelled)?;
            Some(RegistrationMail::Cancelled {
                at: after.cancelled_at?,
                waitlist: had == RegistrationStatus::Waitlisted,
            })
        }
    }
}

fn event(before: &Event, after: &Event) -> Option<EventMail> {
    match (before.status, after.status) {
        (EventStatus::Published, EventStatus::Cancelled) => Some(EventMail::Cancelled {
            version: after.version,
        }),
        (EventStatus::Published, EventStatus::Published) => {
            let previous = previous(before, after);
            (previous != Previous::default()).then_some(EventMail::Updated {
                version: after.version,
                previous,
            })
        }
        _ => None,
    }
}

/// The mails to the new organizer of an event and to the former one; none if it has the organizer that it had.
fn handed_over(before: &Event, after: &Event, request: &str) -> Vec<MailDue> {
    let (from, to) = (before.organizer.id, after.organizer.id);
    if from == to {
        return Vec::new();
    }
    let version = after.version;
    let due = |user_id, about| MailDue::Organizer {
        event_id: after.id,
        user_id,
        about,
        request_id: request.to_owned(),
    };
    vec![
        due(to, OrganizerMail::Received { version }),
        due(from, OrganizerMail::HandedOver { version }),
    ]
}

/// Returns the old values of an event that registrants must be told of.
fn previous(before: &Event, after: &Event) -> Previous {
    let changed = |before: &str, after: &str| (before != after).then(|| before.to_owned());
    let (old, new) = (&before.details, &after.details);
    let period = |event: &Event| {
        let schedule = &event.details.schedule;
        (
            schedule.starts_at,
            schedule.ends_at,
            schedule.timezone.as_str().to_owned(),
        )
    };
    Previous {
        title: changed(old.title.as_str(), new.title.as_str()),
        venue: changed(old.venue.as_str(), new.venue.as_str()),
        period: (period(before) != period(after)).then(|| period(before)),
    }
}

#[cfg(test)]
pub(crate) mod tests;
