//! The filters of the public list of events, as a caller writes them into an address.

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use super::{
    schedule::{Schedule, parse_time},
    search::EventQuery,
};
use crate::{
    invalid::{Findings, Refusal},
    text::{Category, Tag},
};

/// The hours by which the earliest zone is ahead of UTC: that of the Line Islands.
const MOST_HOURS_AHEAD: i64 = 14;
/// The hours by which the latest zone is behind UTC: that of Baker Island.
const MOST_HOURS_BEHIND: i64 = 12;

/// A range of calendar days. An event is in the range if it starts on one of the days in the event's own time zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day; `None` for no such limit.
    pub first: Option<Date>,
    /// The last day, which belongs to the range; `None` for no such limit.
    pub last: Option<Date>,
}

impl Days {
    /// Whether an event with this schedule starts on one of the days.
    #[must_use]
    pub fn contain(&self, schedule: &Schedule) -> bool {
        let day = schedule.day();
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }

    /// Returns a time before which no event in the range starts, in whatever zone; `None` if there is no first day.
    #[must_use]
    pub fn not_before(&self) -> Option<Timestamp> {
        let midnight = self.first?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        midnight.checked_sub(MOST_HOURS_AHEAD.hours()).ok()
    }

    /// Returns a time before which every event in the range starts, in whatever zone; `None` if there is no last day.
    #[must_use]
    pub fn before(&self) -> Option<Timestamp> {
        let next = self.last?.tomorrow().ok()?;
        let midnight = next.to_zoned(TimeZone::UTC).ok()?.timestamp();
        midnight.checked_add(MOST_HOURS_BEHIND.hours()).ok()
    }
}

/// The filters of the public list of events. An event is listed if it passes all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingFilters {
    /// The earliest time at which a listed event starts.
    pub from: Option<Timestamp>,
    /// All listed events start before this time.
    pub to: Option<Timestamp>,
    /// The category of all listed events.
    pub category: Option<Category>,
    /// A tag of all listed events.
    pub tag: Option<Tag>,
    /// The words that the caller typed, which are not empty.
    pub words: Option<String>,
}

impl ListingFilters {
    /// Parses the filters `from`, `to`, `category`, `tag` and `q`. `typed` returns the text of the filter with this name. A
    /// filter that is malformed is added to `findings`, and filters nothing.
    ///
    /// The category and the tag are parsed like those of an event, so that equal texts match.
    pub fn parse<'a>(
        typed: impl Fn(&'static str) -> Option<&'a str>,
        findings: &mut Findings,
    ) -> Self {
        let words = typed("q").filter(|words| !words.is_empty());
        Self {
            category: parsed("category", &typed, findings, Category::parse),
            tag: parsed("tag", &typed, findings, Tag::parse),
            words: words.map(str::to_owned),
            from: parsed("from", &typed, findings, parse_time),
            to: parsed("to", &typed, findings, parse_time),
        }
    }

    /// Returns the part of the filters by which events are searched: category, tag and words.
    #[must_use]
    pub fn query(&self) -> EventQuery {
        let tags: Vec<&str> = self.tag.iter().map(Tag::as_str).collect();
        EventQuery::new(
            self.category.as_ref().map(Category::as_str),
            &tags,
            self.words.as_deref(),
        )
    }
}

fn parsed<'a, T, E: Refusal>(
    name: &'static str,
    typed: impl Fn(&'static str) -> Option<&'a str>,
    findings: &mut Findings,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    typed(name).and_then(|text| findings.check(format!("/{name}"), parse(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{EventStatus, schedule::ZoneName, tests::concert};

    #[test]
    fn days_are_those_of_the_events_zone() {
        let day = |text: &str| Some(text.parse().unwrap());
        let days = Days {
            first: day("2027-05-01"),
            last: day("2027-05-02"),
        };
        let starts = |zone: &str, at: &str| Schedule {
            starts_at: at.parse().unwrap(),
            timezone: ZoneName::parse(zone).unwrap(),
            ..concert(EventStatus::Published).details.schedule
        };
        for (zone, first, end) in [
            ("UTC", "2027-05-01T00:00:00Z", "2027-05-03T00:00:00Z"),
            (
                "Europe/Berlin",
                "2027-04-30T22:00:00Z",
                "2027-05-02T22:00:00Z",
            ),
            (
                "Pacific/Kiritimati",
                "2027-04-30T10:00:00Z",
                "2027-05-02T10:00:00Z",
            ),
            (
                "Pacific/Pago_Pago",
                "2027-05-01T11:00:00Z",
                "2027-05-03T11:00:00Z",
            ),
        ] {
            let [first, end] = [first, end].map(|at| at.parse::<Timestamp>().unwrap());
            let is_in = |at: Timestamp| {
                let found = days.contain(&starts(zone, &at.to_string()));
                let [from, to] = [days.not_before(), days.before()].map(Option::unwrap);
                assert!(!found || (from <= at && at < to), "{zone}: {at}");
                found
            };
            let second = 1.second();
            let around = [first - second, first, end - second, end].map(is_in);
            assert_eq!(around, [false, true, true, false], "{zone}");
        }
        assert!(Days::default().contain(&starts("UTC", "2027-05-01T00:00:00Z")));
        assert_eq!(
            (Days::default().not_before(), Days::default().before()),
            (None, None)
        );
    }

    #[test]
    fn a_malformed_filter_is_named_and_filters_nothing() {
        let mut findings = Findings::default();
        let typed = |name| match name {
            "from" => Some("2027-05-01T18:00:00Z"),
            "to" => Some("tomorrow"),
            "category" => Some(" Music "),
            "q" => Some(""),
            _ => None,
        };
        let filters = ListingFilters::parse(typed, &mut findings);
        let expected = ListingFilters {
            from: Some("2027-05-01T18:00:00Z".parse().unwrap()),
            category: Some(Category::parse("Music").unwrap()),
            ..ListingFilters::default()
        };
        assert_eq!(filters, expected);
        assert_eq!(filters.query().category.as_deref(), Some("music"));
        let refused = findings.finish(Some(())).unwrap_err();
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].pointer, "/to");
    }
}
