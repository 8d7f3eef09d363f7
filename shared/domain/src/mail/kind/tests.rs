use uuid::Uuid;

use super::*;
use crate::{
    events::{EventStatus, schedule::tests::time, tests::concert},
    seats::{
        registration::{Registration, RegistrationStatus},
        waitlist::EntryId,
    },
};
use RegistrationStatus::{Cancelled, Confirmed, Waitlisted};

fn registration(status: RegistrationStatus) -> Registration {
    Registration {
        event_id: "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        user_id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        status,
        registered_at: time("2027-05-01T18:06:00Z"),
        cancelled_at: None,
        cancelled_by: None,
        removal_reason: None,
        seat_lost_at: None,
        promoted: false,
        muted: false,
        kept: false,
        generation: 2,
        entry_id: None,
        rev: 1,
    }
}

/// Golden test: the names of the kinds are part of the keys of stored mails, of SES's reports, and of metrics.
#[test]
fn kinds_are_called_what_they_were_and_go_to_whom_they_did() {
    use Audience::{
        Account, Everybody, FormerAddress, FormerOrganizer, NewAddress, Organizer, Registrant,
        Seats,
    };
    let known = [
        ("welcome", Account),
        ("password-reset", Account),
        ("password-changed", Account),
        ("email-change", NewAddress),
        ("email-change-notice", FormerAddress),
        ("ticket", Registrant),
        ("waitlisted", Registrant),
        ("cancelled", Registrant),
        ("updated", Everybody),
        ("event-cancelled", Everybody),
        ("announcement", Everybody),
        ("reminder-day", Seats),
        ("reminder-hour", Seats),
        ("event-received", Organizer),
        ("event-handed-over", FormerOrganizer),
    ];
    assert_eq!(
        MailKind::ALL.map(|kind| (kind.as_str(), kind.audience())),
        known
    );
    for kind in MailKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert_eq!("made-up".parse::<MailKind>(), Err(UnknownMailKind));
}

#[test]
fn mails_about_an_event_reach_seats_the_waitlist_or_both_unless_they_are_muted() {
    let reached = |kind: MailKind, muted: bool| {
        [Confirmed, Waitlisted, Cancelled].map(|status| {
            kind.reaches(&Registration {
                muted,
                ..registration(status)
            })
        })
    };
    for (kind, heard, muted) in [
        (
            MailKind::EventUpdated,
            [true, true, false],
            [true, true, false],
        ),
        (
            MailKind::EventCancelled,
            [true, true, false],
            [true, true, false],
        ),
        (MailKind::Announcement, [true, true, false], [false; 3]),
        (MailKind::ReminderDay, [true, false, false], [false; 3]),
        (MailKind::ReminderHour, [true, false, false], [false; 3]),
        (MailKind::RegistrationCancelled, [true; 3], [true; 3]),
        (MailKind::Welcome, [false; 3], [false; 3]),
        (MailKind::EventReceived, [false; 3], [false; 3]),
    ] {
        assert_eq!(
            (reached(kind, false), reached(kind, true)),
            (heard, muted),
            "{kind:?}"
        );
    }
}

#[test]
fn a_change_of_an_event_does_not_reach_a_guest_who_registered_after_it() {
    let changed_at = time("2027-04-01T00:00:00Z");
    let mut event = concert(EventStatus::Published);
    (event.version, event.updated_at) = (3, changed_at);
    let about = |version| EventMail::Updated {
        version,
        previous: Previous::default(),
    };
    let registered = |at| Registration {
        registered_at: time(at),
        ..registration(Confirmed)
    };
    let (before, after) = ("2027-03-31T00:00:00Z", "2027-04-01T00:00:00Z");
    assert!(about(3).reaches(&event, &registered(before)));
    assert!(!about(3).reaches(&event, &registered(after)));
    // The event has changed again since version 2, so the event no longer has the time at which version 2 was written.
    assert!(about(2).reaches(&event, &registered(after)));
    assert!(EventMail::Cancelled { version: 3 }.reaches(&event, &registered(after)));
}

#[test]
fn a_mail_about_a_registration_holds_as_long_as_the_registration_is_as_it_says() {
    let (place, other): (EntryId, EntryId) = (Uuid::from_u128(7).into(), Uuid::from_u128(8).into());
    let at = time("2027-05-01T19:00:00Z");
    let waits = Registration {
        entry_id: Some(place),
        ..registration(Waitlisted)
    };
    let cancelled = Registration {
        cancelled_at: Some(at),
        ..registration(Cancelled)
    };
    let ticket = |generation| RegistrationMail::Ticket {
        generation,
        again_at: None,
    };
    let waitlisted = |entry_id| RegistrationMail::Waitlisted { entry_id };
    let off = |at| RegistrationMail::Cancelled {
        at,
        waitlist: false,
    };
    let has_seat = registration(Confirmed);
    for (about, registration, holds) in [
        (ticket(2), &has_seat, true),
        (ticket(1), &has_seat, false),
        (ticket(2), &cancelled, false),
        (waitlisted(place), &waits, true),
        (waitlisted(other), &waits, false),
        (waitlisted(place), &has_seat, false),
        (off(at), &cancelled, true),
        (off(waits.registered_at), &cancelled, false),
        (off(at), &has_seat, false),
    ] {
        assert_eq!(about.holds(registration), holds, "{about:?}");
    }
    assert_eq!(ticket(2).date(&has_seat), has_seat.registered_at);
    assert_eq!(off(at).date(&cancelled), at);
}

#[test]
fn a_mail_about_an_event_holds_as_long_as_the_event_is_as_it_says() {
    let published = concert(EventStatus::Published);
    let cancelled = concert(EventStatus::Cancelled);
    let starts_at = published.details.schedule.starts_at;
    let reminder = |starts_at| EventMail::Reminder {
        lead: Lead::Day,
        starts_at,
    };
    let updated = EventMail::Updated {
        version: 1,
        previous: Previous::default(),
    };
    let off = EventMail::Cancelled { version: 1 };
    let holds = |about: &EventMail| [about.holds(&published), about.holds(&cancelled)];
    assert_eq!(holds(&updated), [true, false]);
    assert_eq!(holds(&off), [false, true]);
    assert_eq!(holds(&reminder(starts_at)), [true, false]);
    // The reminder is about a start that the event no longer has.
    assert_eq!(holds(&reminder(published.created_at)), [false, false]);
    assert_eq!(
        reminder(starts_at).date(&published, None).to_string(),
        "2027-04-30T18:00:00Z"
    );

    let organizer = published.organizer.id;
    let other = "usr_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    let received = OrganizerMail::Received { version: 2 };
    let handed_over = OrganizerMail::HandedOver { version: 2 };
    let holds = |about: OrganizerMail| [organizer, other].map(|user| about.holds(&published, user));
    assert_eq!(holds(received), [true, false]);
    assert_eq!(holds(handed_over), [false, true]);
}
