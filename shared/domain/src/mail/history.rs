//! The mails that a registrant may have got about an event.

use jiff::Timestamp;

use super::{
    key::MailKey,
    kind::{EventMail, Lead, MailKind, Previous, RegistrationMail},
};
use crate::{door::Ticket, events::Event, id::AnnouncementId, seats::registration::Registration};

/// The number of an event's last versions for which mails about a change are looked up.
const VERSIONS: u64 = 20;

/// Returns the keys and the kinds of the mails that the owner of `registration` may have got about `event`: about all their
/// `tickets` and their ends, about the present place on the waitlist or the end of the last one, about the last changes of the
/// event, and with these `announcements`. Mails about earlier places, and reminders of a former start, are not included, because
/// nothing stores what they were about.
#[must_use]
pub fn possible_mails(
    event: &Event,
    registration: &Registration,
    tickets: &[Ticket],
    announcements: impl IntoIterator<Item = AnnouncementId>,
) -> Vec<(MailKind, MailKey)> {
    let user = registration.user_id;
    let mut states: Vec<(MailKind, String)> = Vec::new();
    for ticket in tickets {
        let generation = ticket.generation;
        let again = ticket.mail_again_at.map(Some);
        for again_at in [None].into_iter().chain(again) {
            let about = RegistrationMail::Ticket {
                generation,
                again_at,
            };
            states.push((about.kind(), about.state()));
        }
    }
    let waits = registration.entry_id;
    let waits = waits.map(|entry_id| RegistrationMail::Waitlisted { entry_id });
    let mut ends: Vec<Timestamp> = tickets
        .iter()
        .filter_map(|ticket| ticket.ended_at)
        .collect();
    ends.extend(registration.cancelled_at);
    ends.sort_unstable();
    ends.dedup();
    // The key of a mail does not depend on what was given up.
    let waitlist = false;
    let ended = ends
        .into_iter()
        .map(|at| RegistrationMail::Cancelled { at, waitlist });
    let own = waits.into_iter().chain(ended);
    states.extend(own.map(|about| (about.kind(), about.state())));

    let version = event.version;
    for version in version.saturating_sub(VERSIONS - 1)..=version {
        let updated = EventMail::Updated {
            version,
            previous: Previous::default(),
        };
        let all = [updated, EventMail::Cancelled { version }];
        states.extend(all.map(|about| (about.kind(), about.state())));
    }
    let starts_at = event.details.schedule.starts_at;
    let reminders = Lead::ALL.map(|lead| EventMail::Reminder { lead, starts_at });
    let announced = announcements
        .into_iter()
        .map(|id| EventMail::Announcement { id });
    let of_event = announced.chain(reminders);
    states.extend(of_event.map(|about| (about.kind(), about.state())));

    states
        .into_iter()
        .map(|(kind, state)| (kind, MailKey::event(kind, user, event.id, state)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        door::tests::{at, ticket},
        events::{EventStatus, tests::concert},
        seats::registration::RegistrationStatus,
    };

    #[test]
    fn the_keys_are_those_with_which_the_mails_were_sent() {
        let ticket = Ticket {
            generation: 3,
            ended_at: Some(at(5)),
            mail_again_at: Some(at(4)),
            ..ticket()
        };
        let event = Event {
            version: 2,
            ..concert(EventStatus::Published)
        };
        let registration = Registration {
            event_id: event.id,
            user_id: ticket.user_id,
            status: RegistrationStatus::Cancelled,
            registered_at: at(1),
            cancelled_at: Some(at(5)),
            cancelled_by: Some(ticket.user_id),
            removal_reason: None,
            seat_lost_at: Some(at(5)),
            promoted: false,
            muted: false,
            kept: false,
            generation: 3,
            entry_id: None,
            rev: 1,
        };
        let announced: AnnouncementId = "ann_01h455vb4pex5vsknk084sn02q".parse().unwrap();

        let mails = possible_mails(&event, &registration, &[ticket], [announced]);

        let states: Vec<&str> = mails
            .iter()
            .map(|(kind, key)| {
                assert_eq!(key.kind(), Some(*kind));
                assert_eq!(key.user(), Some(registration.user_id));
                assert_eq!(key.event_id(), Some(event.id));
                key.as_str().rsplit('_').next().unwrap_or_default()
            })
            .collect();
        let starts_at = event
            .details
            .schedule
            .starts_at
            .as_millisecond()
            .to_string();
        // The ticket twice, its end once, three versions of changed and cancelled events, the announcement, two reminders.
        let expected = [
            "3",
            "3-4000",
            "5000",
            "0",
            "0",
            "1",
            "1",
            "2",
            "2",
            "01h455vb4pex5vsknk084sn02q",
            &starts_at,
            &starts_at,
        ];
        assert_eq!(states, expected);
    }
}
