//! The mails that a changed event causes.

use domain::{
    events::{Event, EventStatus},
    mail::kind::{EventMail, OrganizerMail, Previous},
};
use messages::{MailDue, Part};

/// Returns the mail to all registrants if a published event was cancelled, or if its title, venue or time changed.
pub(super) fn to_registrants(before: &Event, after: &Event, request: &str) -> Option<MailDue> {
    let version = after.version;
    let about = match (before.status, after.status) {
        (EventStatus::Published, EventStatus::Cancelled) => EventMail::Cancelled { version },
        (EventStatus::Published, EventStatus::Published) => {
            let previous = previous(before, after);
            if previous == Previous::default() {
                return None;
            }
            EventMail::Updated { version, previous }
        }
        (EventStatus::Published, EventStatus::Draft | EventStatus::Completed)
        | (EventStatus::Draft | EventStatus::Cancelled | EventStatus::Completed, _) => return None,
    };
    Some(MailDue::Registrants {
        event_id: after.id,
        part: Part::Everybody,
        about,
        request_id: request.to_owned(),
    })
}

/// Returns the mails to the new organizer and the former organizer of an event. Returns no mails if the organizer did not
/// change.
pub(super) fn to_organizers(before: &Event, after: &Event, request: &str) -> Vec<MailDue> {
    let (from, to) = (before.organizer.id, after.organizer.id);
    if from == to {
        return Vec::new();
    }
    let version = after.version;
    let mail = |user_id, about| MailDue::Organizer {
        event_id: after.id,
        user_id,
        about,
        request_id: request.to_owned(),
    };
    vec![
        mail(to, OrganizerMail::Received { version }),
        mail(from, OrganizerMail::HandedOver { version }),
    ]
}

/// Returns the former title, venue and times of the event, as far as they changed. The mail about the change shows these
/// values.
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
