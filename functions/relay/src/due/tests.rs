use domain::{
    door::{Ticket, TicketStatus},
    events::{
        Capacity, EventDetails, Organizer,
        schedule::{Schedule, ZoneName, parse_time},
    },
    id::{EventId, UserId},
    text::{Description, PersonName, Title, Venue},
};
use messages::Lead;

use super::*;
use crate::reminders::due_at;

pub(crate) fn event(status: EventStatus, version: u64) -> Event {
    let at = parse_time("2027-01-01T00:00:00Z").unwrap();
    Event {
        id: "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap(),
        organizer: Organizer {
            id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            name: PersonName::parse("Ada").unwrap(),
        },
        details: EventDetails {
            title: Title::parse("Concert").unwrap(),
            description: Description::parse("Loud").unwrap(),
            venue: Venue::parse("Town hall").unwrap(),
            schedule: Schedule {
                starts_at: parse_time("2027-05-01T18:00:00Z").unwrap(),
                ends_at: parse_time("2027-05-01T22:00:00Z").unwrap(),
                timezone: ZoneName::parse("Europe/Vienna").unwrap(),
                registration_opens_at: None,
                registration_closes_at: None,
                doors_open_at: None,
            },
            capacity: Capacity::try_from(50).unwrap(),
            category: None,
            tags: vec![],
        },
        status,
        cancel_reason: None,
        cancelled_at: None,
        bucket_count: 2,
        version,
        created_at: at,
        updated_at: at,
    }
}

/// The mail that follows from an event's change.
fn told(before: &Event, after: &Event) -> Option<EventMail> {
    let change = Change::Event {
        before: Some(Box::new(before.clone())),
        after: Box::new(after.clone()),
    };
    let due = mail(&change, "r1").pop()?;
    assert_eq!(due.request_id(), "r1");
    match due {
        MailDue::Audience {
            audience: Audience::Everybody,
            about,
            ..
        } => Some(about),
        other => panic!("{other:?}"),
    }
}

#[test]
fn registrants_are_told_of_title_venue_and_time_and_of_nothing_else() {
    let before = event(EventStatus::Published, 4);
    let mut after = event(EventStatus::Published, 5);
    after.details.description = Description::parse("Very loud").unwrap();
    after.details.capacity = Capacity::try_from(60).unwrap();
    assert_eq!(told(&before, &after), None);
    after.details.venue = Venue::parse("Hall 2").unwrap();
    after.details.schedule.starts_at = parse_time("2027-05-01T19:00:00Z").unwrap();
    let previous = Previous {
        title: None,
        venue: Some("Town hall".to_owned()),
        period: Some((
            before.details.schedule.starts_at,
            before.details.schedule.ends_at,
            "Europe/Vienna".to_owned(),
        )),
    };
    let updated = EventMail::Updated {
        version: 5,
        previous,
    };
    assert_eq!(told(&before, &after), Some(updated));
}

#[test]
fn a_cancellation_is_told_a_publication_and_a_changed_draft_are_not() {
    use EventStatus::{Cancelled, Completed, Draft, Published};
    let cancelled = Some(EventMail::Cancelled { version: 2 });
    for (from, to, expected) in [
        (Published, Cancelled, cancelled),
        (Published, Completed, None),
        (Draft, Published, None),
    ] {
        assert_eq!(
            told(&event(from, 1), &event(to, 2)),
            expected,
            "{from:?} {to:?}"
        );
    }
    let mut draft = event(Draft, 2);
    draft.details.title = Title::parse("Recital").unwrap();
    assert_eq!(told(&event(Draft, 1), &draft), None);
}

#[test]
fn a_registration_tells_of_waiting_and_of_its_end_the_ticket_of_its_beginning() {
    use RegistrationStatus::{Cancelled, Confirmed, Waitlisted};
    let event_id: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    let user_id: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let at = parse_time("2027-01-01T00:00:00Z").unwrap();
    let entry_id = "00000000000000000000000000000007".parse().unwrap();
    let item = |status| Registration {
        event_id,
        user_id,
        status,
        registered_at: at,
        cancelled_at: (status == Cancelled).then_some(at),
        cancelled_by: None,
        seat_lost_at: None,
        promoted: false,
        muted: false,
        kept: false,
        generation: 1,
        entry_id: (status == Waitlisted).then_some(entry_id),
        rev: 3,
    };
    let told = |before: Option<RegistrationStatus>, after| {
        let change = Change::Registration {
            before: before.map(item),
            after: item(after),
        };
        let due = mail(&change, "r1").pop()?;
        assert_eq!(due.request_id(), "r1");
        match due {
            MailDue::Registrant { about, .. } => Some(about),
            other => panic!("{other:?}"),
        }
    };
    let waits = Some(RegistrationMail::Waitlisted { entry_id });
    let ended = |waitlist| Some(RegistrationMail::Cancelled { at, waitlist });
    assert_eq!(told(None, Waitlisted), waits);
    assert_eq!(told(Some(Cancelled), Waitlisted), waits);
    assert_eq!(told(Some(Waitlisted), Waitlisted), None);
    assert_eq!(told(Some(Waitlisted), Confirmed), None);
    assert_eq!(told(None, Confirmed), None);
    assert_eq!(told(Some(Confirmed), Cancelled), ended(false));
    assert_eq!(told(Some(Waitlisted), Cancelled), ended(true));
    assert_eq!(told(Some(Cancelled), Cancelled), None);
    let ticket = Ticket {
        code: "abcdefghjkmn".parse().unwrap(),
        event_id,
        user_id,
        generation: 2,
        status: TicketStatus::Issued,
        issued_at: at,
        ended_at: None,
        scans: vec![],
        undone: vec![],
        undone_at: None,
        rev: 0,
    };
    let mails = mail(
        &Change::Ticket {
            before: None,
            after: Box::new(ticket),
        },
        "r1",
    );
    assert_eq!(mails[0].request_id(), "r1");
    assert!(matches!(
        mails[..],
        [MailDue::Registrant {
            about: RegistrationMail::Ticket { generation: 2 },
            ..
        }]
    ));
}

#[test]
fn a_change_of_address_is_told_to_both_addresses_and_its_end_to_none() {
    use domain::accounts::{email::Email, email_change::PendingEmail, role::Role, user::User};
    let at = parse_time("2027-01-01T00:00:00Z").unwrap();
    let user = User {
        id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        email: Email::parse("ada@example.org").unwrap(),
        name: PersonName::parse("Ada").unwrap(),
        role: Role::User,
        email_verified: true,
        created_at: at,
    };
    let before = Account::new(user, String::new());
    let mut asked = before.clone();
    let to = Email::parse("ada@bücher.example").unwrap();
    asked.email_change = Some(PendingEmail::asked(to, at));
    let told = |before: &Account, after: &Account| -> Vec<AccountMail> {
        let change = Change::Account {
            before: Some(Box::new(before.clone())),
            after: Box::new(after.clone()),
        };
        let mails = mail(&change, "r1").into_iter();
        let about = mails.map(|due| match due {
            MailDue::Account {
                about, at: told_at, ..
            } if told_at == at => about,
            other => panic!("{other:?}"),
        });
        about.collect()
    };
    assert_eq!(
        told(&before, &asked),
        [AccountMail::EmailChange, AccountMail::EmailChangeNotice]
    );
    assert_eq!(told(&asked, &before), []);
    // A wrong code was tried.
    let mut tried = asked.clone();
    tried.email_change.as_mut().unwrap().wrong_tries = 1;
    assert_eq!(told(&asked, &tried), []);
}

#[test]
fn reminders_are_due_before_the_start_of_what_is_published() {
    let now = |text| parse_time(text).unwrap();
    let published = event(EventStatus::Published, 1);
    let early = now("2027-01-01T00:00:00Z");
    assert_eq!(
        due_at(&published, Lead::Day, early),
        Some(now("2027-04-30T18:00:00Z"))
    );
    assert_eq!(
        due_at(&published, Lead::Hour, early),
        Some(now("2027-05-01T17:00:00Z"))
    );
    // It starts sooner than that.
    let late = now("2027-05-01T12:00:00Z");
    assert_eq!(due_at(&published, Lead::Day, late), None);
    assert!(due_at(&published, Lead::Hour, late).is_some());
    assert_eq!(
        due_at(&event(EventStatus::Cancelled, 2), Lead::Hour, early),
        None
    );
}

#[test]
fn of_a_hand_over_the_new_and_the_former_organizer_are_told_and_nobody_else() {
    for status in EventStatus::ALL {
        let before = event(status, 4);
        let grace = Organizer {
            id: "usr_01h455vb4pex5vsknk084sn02v".parse().unwrap(),
            name: PersonName::parse("Grace").unwrap(),
        };
        let (from, to) = (before.organizer.id, grace.id);
        let after = before.handed_over(grace, before.updated_at);
        let change = Change::Event {
            before: Some(Box::new(before)),
            after: Box::new(after.clone()),
        };
        let due = |user_id, about| MailDue::Organizer {
            event_id: after.id,
            user_id,
            about,
            request_id: "r1".to_owned(),
        };
        assert_eq!(
            mail(&change, "r1"),
            [
                due(to, OrganizerMail::Received { version: 5 }),
                due(from, OrganizerMail::HandedOver { version: 5 }),
            ],
            "{status:?}"
        );
    }
}
