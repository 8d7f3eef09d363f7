//! The facts about an event.

use jiff::{Timestamp, tz::TimeZone};
use rendering::local_time;

use crate::Mailbox;

/// The facts about an event that its mails show.
#[derive(Debug, Clone, Copy)]
pub struct EventFacts<'a> {
    /// The title of the event.
    pub title: &'a str,
    /// The venue of the event.
    pub venue: &'a str,
    /// The description of the event, for the calendar entry; may be empty.
    pub description: &'a str,
    /// The time at which the event starts.
    pub starts_at: Timestamp,
    /// The time at which the event ends.
    pub ends_at: Timestamp,
    /// The time zone in which people read the event's times.
    pub time_zone: &'a TimeZone,
    /// The organizer, who gets the replies to the mail.
    pub organizer: Mailbox<'a>,
    /// The URL of the event's web page, if the event has one.
    pub url: Option<&'a str>,
    /// The URL of the page with the reader's tickets, if the deployment has pages.
    pub tickets_url: Option<&'a str>,
    /// The URL of the page on which the organizer manages the event, if the deployment has pages.
    pub board_url: Option<&'a str>,
}

impl EventFacts<'_> {
    /// Returns the period in which the event takes place.
    pub(crate) fn period(&self) -> Period {
        Period {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            time_zone: self.time_zone.clone(),
        }
    }
}

/// The period in which an event takes place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Period {
    /// The time at which the event starts.
    pub(crate) starts_at: Timestamp,
    /// The time at which the event ends.
    pub(crate) ends_at: Timestamp,
    /// The time zone in which people read the start and the end.
    pub(crate) time_zone: TimeZone,
}

impl Period {
    /// Returns the period in words, as mails show it: in the event's time zone.
    pub(crate) fn in_words(&self) -> String {
        local_time::period(self.starts_at, self.ends_at, &self.time_zone)
    }
}

/// The values that an event had before a change. A value that has not changed is `None` or equal to the present value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Previous<'a> {
    /// The former title.
    pub(crate) title: Option<&'a str>,
    /// The former venue.
    pub(crate) venue: Option<&'a str>,
    /// The former period.
    pub(crate) period: Option<Period>,
}

impl<'a> From<&'a domain::mail::kind::Previous> for Previous<'a> {
    fn from(previous: &'a domain::mail::kind::Previous) -> Self {
        let period = previous.period.as_ref();
        Self {
            title: previous.title.as_deref(),
            venue: previous.venue.as_deref(),
            period: period.map(|(starts_at, ends_at, zone)| Period {
                starts_at: *starts_at,
                ends_at: *ends_at,
                time_zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
            }),
        }
    }
}
