//! An event as its page and its cards show it.

use domain::{
    events::{ClosedReason, Event, EventStatus, announcement},
    live::counts::Counts,
    seats::{availability::Availability, visitor_action::VisitorAction},
    text::timestamp::rfc3339,
};

use super::picture::PictureView;
use crate::{
    catalogue::Messages,
    dates::{Clock, Moment, Period, number},
    markup::{Markup, escaped},
    query::Query,
    visit::Visit,
};

/// A link of a list: its text and its address.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) text: String,
    pub(crate) href: String,
}

/// The number of seats, registrations and waiting people in words, with an element around each number.
#[derive(Debug)]
pub(crate) struct CountsView {
    pub(crate) left: Markup,
    pub(crate) registered: Markup,
    pub(crate) waitlisted: Markup,
    /// The number of seats that are not free, which the bar shows.
    pub(crate) taken_number: u32,
    pub(crate) capacity_number: u32,
}

/// The action that a visitor can take now.
#[derive(Debug)]
pub(crate) struct ActionView {
    /// The name of the action, as the API names it.
    pub(crate) name: &'static str,
    /// The reason why a visitor can do nothing, as the API names it.
    pub(crate) reason: &'static str,
    pub(crate) opens_at: Option<String>,
    pub(crate) closes_at: String,
    pub(crate) is_possible: bool,
    /// The state of registration in a sentence.
    pub(crate) sentence: Markup,
    /// The time at which registration closes, in a sentence, if the organizer has set it.
    pub(crate) note: Option<Markup>,
    /// The text of the link.
    pub(crate) label: &'static str,
    /// The path of the page on which a visitor registers. It has no query.
    pub(crate) path: String,
    /// The state of registration in a word.
    pub(crate) badge: &'static str,
    /// The class of the badge, which decides its colour.
    pub(crate) badge_class: &'static str,
}

/// An event as its page and its cards show it.
#[derive(Debug)]
pub(crate) struct EventView {
    pub(crate) id: String,
    pub(crate) path: String,
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) picture: Option<PictureView>,
    pub(crate) venue: String,
    pub(crate) status: &'static str,
    /// Whether the event is published, and neither cancelled nor completed.
    pub(crate) is_published: bool,
    pub(crate) period: Period,
    /// The name of the event's time zone.
    pub(crate) zone_name: String,
    /// The time at which the doors open, if the organizer has set it.
    pub(crate) doors: Option<Moment>,
    pub(crate) organizer: Link,
    pub(crate) category: Option<Link>,
    pub(crate) tags: Vec<Link>,
    /// The counts; `None` unless the event is published, because otherwise the counts have no meaning for a visitor.
    pub(crate) counts: Option<CountsView>,
    pub(crate) action: ActionView,
}

/// An announcement of an event.
#[derive(Debug)]
pub(crate) struct Announcement {
    pub(crate) id: String,
    pub(crate) at: Moment,
    pub(crate) zone: String,
    pub(crate) text: Markup,
}

impl EventView {
    /// Returns the event in the visitor's language. `availability` is `None` if it is not known.
    pub(crate) fn new(visit: &Visit, event: &Event, availability: Option<Availability>) -> Self {
        let texts = visit.messages();
        let details = &event.details;
        let schedule = &details.schedule;
        let clock = Clock::new(texts, &schedule.timezone);
        let path = format!("/events/{}", event.id);
        let filtered = |name, text: &str| Link {
            text: text.to_owned(),
            href: visit.linked("/", &Query::default().with(name, Some(text))),
        };
        let organizer = format!("/organizers/{}", event.organizer.id);
        let action = VisitorAction::of(event, availability.as_ref(), visit.now);
        Self {
            id: event.id.to_string(),
            href: visit.link(&path),
            title: details.title.as_str().to_owned(),
            picture: event.picture.as_ref().and_then(PictureView::new),
            venue: details.venue.as_str().to_owned(),
            status: event.status.as_str(),
            is_published: event.status == EventStatus::Published,
            period: clock.period(schedule),
            zone_name: schedule.timezone.as_str().to_owned(),
            doors: schedule.doors_open_at.map(|at| clock.moment(at)),
            organizer: Link {
                text: shown_name(texts, event.organizer.name.as_str()).to_owned(),
                href: visit.link(&organizer),
            },
            category: details
                .category
                .as_ref()
                .map(|category| filtered("category", category.as_str())),
            tags: details
                .tags
                .iter()
                .map(|tag| filtered("tag", tag.as_str()))
                .collect(),
            counts: (event.status == EventStatus::Published)
                .then(|| CountsView::new(visit, &Counts::of(event, availability))),
            action: ActionView::new(texts, &clock, event, action, &path),
            path,
        }
    }
}

impl Announcement {
    /// Returns an announcement with its time in the zone of the event.
    pub(crate) fn new(
        visit: &Visit,
        event: &Event,
        announcement: &announcement::Announcement,
    ) -> Self {
        let clock = Clock::new(visit.messages(), &event.details.schedule.timezone);
        Self {
            id: announcement.id.to_string(),
            at: clock.moment(announcement.created_at),
            zone: clock.zone(announcement.created_at),
            text: crate::markdown::rendered(announcement.message.as_str()),
        }
    }
}

/// Returns the name of an organizer. The stored name of an erased account is an English text, which is translated.
pub(crate) fn shown_name<'a>(texts: &'a Messages, name: &'a str) -> &'a str {
    if name == domain::text::ERASED_NAME {
        &texts.site_erased
    } else {
        name
    }
}

impl CountsView {
    fn new(visit: &Visit, counts: &Counts) -> Self {
        let texts = visit.messages();
        let number_in = |attribute: &str, value| {
            let text = escaped(&number(texts, value));
            Markup::trusted(format!("<span {attribute}>{text}</span>"))
        };
        let remaining = number_in("data-remaining", counts.remaining);
        let capacity = number_in("data-capacity", counts.capacity);
        let registered = number_in("data-registered", counts.registered);
        let waitlisted = number_in("data-waitlisted", counts.waitlisted);
        Self {
            left: Markup::filled(
                &texts.counts_left,
                &[("remaining", &remaining), ("capacity", &capacity)],
            ),
            registered: Markup::filled(&texts.counts_registered, &[("registered", &registered)]),
            waitlisted: Markup::filled(&texts.counts_waitlisted, &[("waitlisted", &waitlisted)]),
            taken_number: counts.capacity.saturating_sub(counts.remaining),
            capacity_number: counts.capacity,
        }
    }
}

/// Returns a time as an element, and its zone.
fn timed(clock: &Clock<'_>, at: jiff::Timestamp) -> Markup {
    let Moment { datetime, text } = clock.moment(at);
    let (text, zone) = (escaped(&text), escaped(&clock.zone(at)));
    Markup::trusted(format!(
        "<time datetime=\"{datetime}\" data-local>{text}</time> <bdi>{zone}</bdi>"
    ))
}

impl ActionView {
    fn new(
        texts: &'static Messages,
        clock: &Clock<'_>,
        event: &Event,
        action: VisitorAction,
        path: &str,
    ) -> Self {
        let schedule = &event.details.schedule;
        let sentence_at = |text: &str, at| Markup::filled(text, &[("time", &timed(clock, at))]);
        let (badge, badge_class, sentence) = match action {
            VisitorAction::Register => {
                let sentence = Markup::text(&texts.action_can_register);
                (&texts.badge_register, "is-ok", sentence)
            }
            VisitorAction::Waitlist => {
                let sentence = Markup::text(&texts.action_can_wait);
                (&texts.badge_waitlist, "is-warn", sentence)
            }
            VisitorAction::Nothing(ClosedReason::NotOpenYet) => {
                let sentence = match schedule.registration_opens_at {
                    Some(at) => sentence_at(&texts.action_opens_at, at),
                    None => Markup::text(&texts.action_not_open_yet),
                };
                (&texts.badge_not_open_yet, "is-info", sentence)
            }
            VisitorAction::Nothing(ClosedReason::Closed) => {
                let sentence = Markup::text(&texts.action_closed);
                (&texts.badge_closed, "is-plain", sentence)
            }
            VisitorAction::Nothing(ClosedReason::Started) => {
                let sentence = Markup::text(&texts.action_started);
                (&texts.badge_started, "is-plain", sentence)
            }
            VisitorAction::Nothing(ClosedReason::Cancelled) => {
                let sentence = Markup::text(&texts.action_cancelled);
                (&texts.badge_cancelled, "is-stop", sentence)
            }
            VisitorAction::Nothing(ClosedReason::Completed) => {
                let sentence = Markup::text(&texts.action_completed);
                (&texts.badge_completed, "is-plain", sentence)
            }
        };
        let is_possible = action.reason().is_none();
        let closes = schedule
            .registration_closes_at
            .filter(|_| is_possible)
            .map(|at| sentence_at(&texts.action_closes_at, at));
        Self {
            name: action.as_str(),
            reason: action.reason().map_or("", reason_name),
            opens_at: schedule.registration_opens_at.map(rfc3339),
            closes_at: rfc3339(schedule.registration_closes()),
            is_possible,
            sentence,
            note: closes,
            label: match action {
                VisitorAction::Waitlist => &texts.action_waitlist,
                VisitorAction::Register | VisitorAction::Nothing(_) => &texts.action_register,
            },
            path: format!("/app{path}/register"),
            badge,
            badge_class,
        }
    }
}

/// Returns the name of a reason, as the API names it.
fn reason_name(reason: ClosedReason) -> &'static str {
    match reason {
        ClosedReason::NotOpenYet => "not-open-yet",
        ClosedReason::Closed => "closed",
        ClosedReason::Started => "started",
        ClosedReason::Cancelled => "cancelled",
        ClosedReason::Completed => "completed",
    }
}
