//! Statistics as clients see them.

use std::collections::BTreeMap;

use domain::{
    accounts::role::Role,
    events::{Event, EventStatus},
    live::counts::Counts,
    seats::availability::Availability,
    stats::{
        counter::{Counter, MailCount},
        hours::by_hour,
        inside::Inside,
        tally::Tally,
    },
    text::timestamp::rfc3339,
};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

/// Statistics of an event, at most two seconds old.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EventStats)]
pub(crate) struct EventStatsView {
    capacity: u32,
    registered: u32,
    remaining: u32,
    /// `registered / capacity`, from 0 to 1.
    utilization: f64,
    waitlisted: u32,
    /// Number of registrations and places on the waitlist that were given up or taken back, and not renewed.
    cancelled: u64,
    /// Number of tickets that are good for an admission, or were admitted.
    tickets_issued: u64,
    /// Number of people inside: they came in, and their admission was not taken back. It can be larger than `capacity` by at
    /// most `admittedEnded`.
    admitted: u64,
    /// Number of people among `admitted` whose ticket has ended since: the registration, or the event, was cancelled after they
    /// came in.
    admitted_ended: u64,
    /// Number of admissions at each gate that a scanner named, for the first hundred gates of a day. Admissions without a gate
    /// are not included.
    by_gate: BTreeMap<String, u64>,
    mail: MailStatsView,
    /// The hours of the event's time zone in which somebody registered or came in. Cancelled registrations are not counted any
    /// more, so the registrations of all hours add up to `registered`.
    by_hour: Vec<HourView>,
}

/// Number of mails by their result.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailStats)]
pub(crate) struct MailStatsView {
    /// Number of mails that the mail service accepted.
    sent: i64,
    /// Number of mails that the recipient's server accepted.
    delivered: i64,
    /// Number of mails that the recipient's server refused.
    bounced: i64,
    /// Number of mails that the recipient reported as spam.
    complained: i64,
    /// Number of mails that could not be sent.
    failed: i64,
}

impl MailStatsView {
    fn new(number: impl Fn(MailCount) -> i64) -> Self {
        Self {
            sent: number(MailCount::Sent),
            delivered: number(MailCount::Delivered),
            bounced: number(MailCount::Bounced),
            complained: number(MailCount::Complained),
            failed: number(MailCount::Failed),
        }
    }
}

/// An hour in which somebody registered for the event or came in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventHour)]
struct HourView {
    /// When the hour begins.
    #[schema(format = DateTime)]
    hour: String,
    /// Number of registrations that were made in this hour and are still confirmed.
    registered: u64,
    /// Number of admissions in this hour.
    admitted: u64,
}

impl EventStatsView {
    /// Returns the statistics of the event. `availability` is `None` if the event was never published.
    pub(crate) fn new(event: &Event, availability: Option<Availability>, tally: &Tally) -> Self {
        let Counts {
            registered,
            remaining,
            capacity,
            waitlisted,
            ..
        } = Counts::of(event, availability);
        let gate = |counter: &Counter| match counter {
            Counter::AdmittedAt(gate) => Some((gate.as_str().to_owned(), tally.count(counter))),
            _ => None,
        };
        let gates = tally.iter().filter_map(|(counter, _)| gate(counter));
        let zone = TimeZone::get(event.details.schedule.timezone.as_str());
        let hours = by_hour(tally, &zone.unwrap_or(TimeZone::UTC));
        let Inside { admitted, ended } = Inside::of(event, tally);
        Self {
            capacity,
            registered,
            remaining,
            utilization: f64::from(registered) / f64::from(capacity),
            waitlisted,
            cancelled: tally.count(&Counter::Cancelled),
            tickets_issued: tally.count(&Counter::Tickets),
            admitted,
            admitted_ended: ended,
            by_gate: gates.filter(|(_, admitted)| *admitted > 0).collect(),
            mail: MailStatsView::new(|count| tally.number(&Counter::Mail(count)).max(0)),
            by_hour: hours
                .into_iter()
                .map(|hour| HourView {
                    hour: rfc3339(hour.begins),
                    registered: hour.registered,
                    admitted: hour.admitted,
                })
                .collect(),
        }
    }
}

/// Statistics of the deployment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminStats)]
pub(crate) struct AdminStatsView {
    /// The numbers of the whole deployment at present.
    total: SystemStatsView,
    /// Changes of the numbers since midnight in UTC. What was taken back today is subtracted from what was added.
    today: SystemStatsView,
}

impl AdminStatsView {
    pub(crate) fn new(total: &Tally, today: &Tally) -> Self {
        Self {
            total: SystemStatsView::new(|counter| total.number(&counter)),
            today: SystemStatsView::new(|counter| today.number(&counter)),
        }
    }
}

/// Numbers of the whole deployment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SystemStats)]
struct SystemStatsView {
    users: UsersView,
    events: EventsView,
    /// Number of confirmed registrations.
    registrations: i64,
    admissions: i64,
    mail: MailStatsView,
}

/// Number of accounts with each role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsersByRole)]
struct UsersView {
    user: i64,
    organizer: i64,
    admin: i64,
}

/// Number of events with each status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventsByStatus)]
struct EventsView {
    draft: i64,
    published: i64,
    cancelled: i64,
    completed: i64,
}

impl SystemStatsView {
    fn new(number: impl Fn(Counter) -> i64) -> Self {
        let users = |role| number(Counter::Accounts(role));
        let events = |status| number(Counter::Events(status));
        let mail = |count| number(Counter::Mail(count));
        Self {
            users: UsersView {
                user: users(Role::User),
                organizer: users(Role::Organizer),
                admin: users(Role::Admin),
            },
            events: EventsView {
                draft: events(EventStatus::Draft),
                published: events(EventStatus::Published),
                cancelled: events(EventStatus::Cancelled),
                completed: events(EventStatus::Completed),
            },
            registrations: number(Counter::Registrations),
            admissions: number(Counter::Admissions),
            mail: MailStatsView::new(mail),
        }
    }
}
