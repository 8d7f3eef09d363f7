//! Sample items and ids for tests, and a text form of effects.

use domain::{
    events::{
        Capacity, Event, EventDetails, EventStatus, Organizer,
        schedule::{Schedule, ZoneName, parse_time},
    },
    id::{EventId, GuestId, UserId},
    seats::{
        bucket::{Bucket, BucketState, Terms},
        registration::{Registration, RegistrationStatus},
    },
    stats::StatsOf,
    text::{Description, PersonName, Title, Venue},
};
use jiff::Timestamp;
use store::Account;

use crate::effect::Effect;

/// Returns the time of every sample write.
pub(crate) fn at() -> Timestamp {
    parse_time("2027-05-01T18:00:00Z").unwrap()
}

/// Returns the id of the event to which every sample item belongs.
pub(crate) fn event_id() -> EventId {
    "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

/// Returns the user whose id has `number` in each of its bytes.
pub(crate) fn user(number: u8) -> UserId {
    GuestId::from([number; 16]).user_id()
}

/// Returns the sample event, whose organizer is user 1.
pub(crate) fn event(status: EventStatus, version: u64) -> Event {
    let made = parse_time("2027-01-01T00:00:00Z").unwrap();
    Event {
        id: event_id(),
        organizer: Organizer {
            id: user(1),
            name: PersonName::parse("Ada").unwrap(),
        },
        details: EventDetails {
            title: Title::parse("Concert").unwrap(),
            description: Description::parse("Loud").unwrap(),
            venue: Venue::parse("Town hall").unwrap(),
            schedule: Schedule {
                starts_at: at(),
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
        picture: None,
        cancel_reason: None,
        cancelled_at: None,
        bucket_count: 2,
        version,
        created_at: made,
        updated_at: made,
    }
}

/// Returns a bucket of the sample event with these guests.
pub(crate) fn bucket(rev: u64, guests: &[u8]) -> Bucket {
    let terms = Terms {
        state: BucketState::Open,
        opens_at: 0,
        closes_at: 1,
        event_version: 1,
    };
    let guests = guests.iter().map(|n| GuestId::from([*n; 16])).collect();
    Bucket {
        no: 0,
        free: 3,
        held: 0,
        guests,
        rev,
        terms,
    }
}

/// Returns a registration of user 2. If its status is waitlisted, it has place 7 on the waitlist.
pub(crate) fn registration(status: RegistrationStatus) -> Registration {
    let waits = status == RegistrationStatus::Waitlisted;
    Registration {
        event_id: event_id(),
        user_id: user(2),
        status,
        registered_at: at(),
        cancelled_at: (status == RegistrationStatus::Cancelled).then(at),
        cancelled_by: None,
        removal_reason: None,
        seat_lost_at: None,
        promoted: false,
        muted: false,
        kept: false,
        generation: 1,
        entry_id: waits.then(|| format!("{:032x}", 7).parse().unwrap()),
        rev: 3,
    }
}

/// Returns the account of user 2.
pub(crate) fn account() -> Account {
    Account::new(fixtures::user(user(2)), "none".to_owned())
}

/// Returns the effects of each row as text: the name of the row, then a line for each effect.
pub(crate) fn table<'a>(rows: impl IntoIterator<Item = (&'a str, Vec<Effect>)>) -> String {
    let mut lines = Vec::new();
    for (name, effects) in rows {
        lines.push(format!("{name}:"));
        if effects.is_empty() {
            lines.push("  nothing".to_owned());
        }
        lines.extend(effects.iter().map(|effect| format!("  {}", line(effect))));
    }
    let text = lines.join("\n").replace(&event_id().to_string(), "EVENT");
    (1..=9).fold(text, |text, number| {
        text.replace(&user(number).to_string(), &format!("USER{number}"))
    })
}

fn line(effect: &Effect) -> String {
    match effect {
        Effect::RepairRegistration(change) => {
            let verb = if change.seated { "seated" } else { "unseated" };
            let (event, user, rev) = (change.event, change.user, change.rev);
            format!("RepairRegistration: {user} {verb} at {event}, revision {rev}")
        }
        Effect::SendSeatChanged(message) => format!("SendSeatChanged: {}", json(message)),
        Effect::GiveBackIfErased { user } => format!("GiveBackIfErased: {user}"),
        Effect::NoteCounts { event, no, counts } => {
            format!("NoteCounts: {event}, bucket {no}, {counts:?}")
        }
        Effect::CountWaitlist { event } => format!("CountWaitlist: {event}"),
        Effect::AlignBuckets(event) => {
            format!("AlignBuckets: {}, version {}", event.id, event.version)
        }
        Effect::AlignReminders(event) => {
            format!("AlignReminders: {}, version {}", event.id, event.version)
        }
        Effect::SendMail(mail) => format!("SendMail: {}", json(mail)),
        Effect::PublishCounts { event } => format!("PublishCounts: {event}"),
        Effect::PublishFrame(news) => {
            let (topic, name, frame) = (news.topic, &news.name, json(&news.frame));
            format!("PublishFrame: on {topic}, named {name}, {frame}")
        }
        Effect::RecheckRights { user } => format!("RecheckRights: {user}"),
        Effect::DiscardPicture(check) => {
            format!("DiscardPicture: {} of {}", check.picture.id, check.event_id)
        }
        Effect::AddToStatistics { of, tally } => {
            let of = match of {
                StatsOf::Event(event) => event.to_string(),
                StatsOf::System => "all".to_owned(),
            };
            let numbers = tally.iter();
            let numbers = numbers.map(|(counter, number)| format!("{counter} {number:+}"));
            let numbers: Vec<String> = numbers.collect();
            format!("AddToStatistics: {of}, {}", numbers.join(", "))
        }
        Effect::AnswerPing { asked_at } => format!("AnswerPing: {asked_at}"),
    }
}

fn json(message: &impl serde::Serialize) -> String {
    serde_json::to_string(message).unwrap()
}
