//! Formats times and numbers in the languages of the pages.

use domain::{
    events::schedule::{Schedule, ZoneName},
    text::timestamp::rfc3339,
};
use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::catalogue::{Messages, filled};

/// A point in time, as text for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The time in RFC 3339, for the attribute `datetime`.
    pub(crate) datetime: String,
    /// The time in words, without its zone.
    pub(crate) text: String,
}

/// The time of an event in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) starts: Moment,
    /// The end. Its text has no date if the event ends on the day of its start.
    pub(crate) ends: Moment,
    /// The zone of both times, such as `Europe/Berlin (UTC+02:00)`.
    pub(crate) zone: String,
    pub(crate) first_day: Day,
}

/// The day on which an event starts, as a calendar's leaf shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) number: String,
    /// The name of the month, shortened if the language does so.
    pub(crate) month: String,
}

/// Formats times in one language and one time zone.
#[derive(Debug)]
pub(crate) struct Clock<'a> {
    messages: &'a Messages,
    zone: TimeZone,
    zone_name: &'a str,
}

impl<'a> Clock<'a> {
    /// Returns a clock for the times of an event in the zone `name`. If the zone does not exist any more, the clock shows UTC.
    pub(crate) fn new(messages: &'a Messages, name: &'a ZoneName) -> Self {
        match TimeZone::get(name.as_str()) {
            Ok(zone) => Self {
                messages,
                zone,
                zone_name: name.as_str(),
            },
            Err(_) => Self::utc(messages),
        }
    }

    pub(crate) fn utc(messages: &'a Messages) -> Self {
        Self {
            messages,
            zone: TimeZone::UTC,
            zone_name: "UTC",
        }
    }

    /// Returns a time in words, with its date.
    pub(crate) fn moment(&self, at: Timestamp) -> Moment {
        let local = at.to_zoned(self.zone.clone());
        Moment {
            datetime: rfc3339(at),
            text: self.date_and_clock(&local),
        }
    }

    /// Returns the zone at this time in words.
    pub(crate) fn zone(&self, at: Timestamp) -> String {
        if self.zone_name == "UTC" {
            return "UTC".to_owned();
        }
        let offset = offset(&at.to_zoned(self.zone.clone()));
        let values = [("zone", self.zone_name), ("offset", &offset)];
        filled(&self.messages.dates_zone, &values)
    }

    /// Returns the time of an event in words.
    pub(crate) fn period(&self, schedule: &Schedule) -> Period {
        let local = |at: Timestamp| at.to_zoned(self.zone.clone());
        let (begin, end) = (local(schedule.starts_at), local(schedule.ends_at));
        let mut starts = self.moment(schedule.starts_at);
        let mut ends = self.moment(schedule.ends_at);
        let first_day = self.day(&begin);
        if begin.offset() != end.offset() {
            // The clocks change during the event, so each time has its own offset.
            for (moment, time) in [(&mut starts, &begin), (&mut ends, &end)] {
                moment.text = format!("{} ({})", moment.text, offset(time));
            }
            return Period {
                starts,
                ends,
                zone: self.zone_name.to_owned(),
                first_day,
            };
        }
        if begin.date() == end.date() {
            ends.text = clock(&end);
        }
        Period {
            starts,
            ends,
            zone: self.zone(schedule.starts_at),
            first_day,
        }
    }

    fn day(&self, time: &Zoned) -> Day {
        Day {
            number: time.day().to_string(),
            month: month(&self.messages.dates_short_months, time).to_owned(),
        }
    }

    /// Returns a time in RFC 3339 with the zone's offset.
    pub(crate) fn with_offset(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.zone.clone());
        local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    fn date_and_clock(&self, time: &Zoned) -> String {
        let messages = self.messages;
        let weekday = usize::from(time.weekday().to_monday_zero_offset().unsigned_abs());
        let values = [
            ("weekday", name(&messages.dates_weekdays, weekday)),
            ("day", &time.day().to_string()),
            ("month", month(&messages.dates_months, time)),
            ("year", &time.year().to_string()),
        ];
        let date = filled(&messages.dates_day, &values);
        filled(
            &messages.dates_moment,
            &[("date", &date), ("clock", &clock(time))],
        )
    }
}

/// Returns the name at an index of a text such as `Monday|Tuesday`.
fn name(names: &str, at: usize) -> &str {
    names.split('|').nth(at).unwrap_or_default()
}

fn month<'a>(names: &'a str, time: &Zoned) -> &'a str {
    name(names, usize::from(time.month().unsigned_abs()) - 1)
}

fn clock(time: &Zoned) -> String {
    time.strftime("%H:%M").to_string()
}

fn offset(time: &Zoned) -> String {
    time.strftime("UTC%:z").to_string()
}

/// Returns a number with the language's separator between groups of three digits.
pub(crate) fn number(messages: &Messages, number: u32) -> String {
    let sample = messages.numbers_sample.trim_start_matches('1');
    let separator = sample.trim_end_matches('0');
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalogue::messages, locale::Locale};

    fn period(locale: Locale, zone: &str, starts_at: &str, ends_at: &str) -> String {
        let schedule = Schedule {
            starts_at: starts_at.parse().unwrap(),
            ends_at: ends_at.parse().unwrap(),
            timezone: ZoneName::parse(zone).unwrap(),
            registration_opens_at: None,
            registration_closes_at: None,
            doors_open_at: None,
        };
        let messages = messages(locale);
        let Period {
            starts, ends, zone, ..
        } = Clock::new(messages, &schedule.timezone).period(&schedule);
        format!("{} – {}, {zone}", starts.text, ends.text)
    }

    #[test]
    fn an_evening_in_every_language() {
        for (locale, expected) in [
            (Locale::English, "Saturday, 1 May 2027, 20:00 – 22:00"),
            (Locale::German, "Samstag, 1. Mai 2027, 20:00 – 22:00"),
            (Locale::French, "samedi 1 mai 2027 à 20:00 – 22:00"),
            (Locale::Spanish, "sábado, 1 de mayo de 2027, 20:00 – 22:00"),
            (Locale::Arabic, "السبت، 1 مايو 2027، 20:00 – 22:00"),
        ] {
            let (from, to) = ("2027-05-01T18:00:00Z", "2027-05-01T20:00:00Z");
            let text = period(locale, "Europe/Berlin", from, to);
            assert_eq!(text, format!("{expected}, Europe/Berlin (UTC+02:00)"));
        }
    }

    #[test]
    fn the_day_on_a_card_is_the_day_in_the_zone_of_the_event() {
        let at: Timestamp = "2027-01-31T23:30:00Z".parse().unwrap();
        for (locale, expected) in [
            (Locale::English, "1 Feb"),
            (Locale::German, "1 Feb."),
            (Locale::French, "1 févr."),
            (Locale::Spanish, "1 feb"),
            (Locale::Arabic, "1 فبراير"),
        ] {
            let zone = ZoneName::parse("Europe/Berlin").unwrap();
            let clock = Clock::new(messages(locale), &zone);
            let Day { number, month } = clock.day(&at.to_zoned(clock.zone.clone()));
            assert_eq!(format!("{number} {month}"), expected);
        }
    }

    #[test]
    fn a_night_has_two_dates_and_a_change_of_clocks_two_offsets() {
        let english = |zone, from, to| period(Locale::English, zone, from, to);
        assert_eq!(
            english("Asia/Tokyo", "2027-05-01T13:00:00Z", "2027-05-01T16:00:00Z"),
            "Saturday, 1 May 2027, 22:00 – Sunday, 2 May 2027, 01:00, Asia/Tokyo (UTC+09:00)"
        );
        assert_eq!(
            english(
                "Europe/Berlin",
                "2027-10-30T20:00:00Z",
                "2027-10-31T05:00:00Z"
            ),
            "Saturday, 30 October 2027, 22:00 (UTC+02:00) – Sunday, 31 October 2027, 06:00 (UTC+01:00), Europe/Berlin"
        );
        assert_eq!(
            english("UTC", "2027-05-01T13:00:00Z", "2027-05-01T16:00:00Z"),
            "Saturday, 1 May 2027, 13:00 – 16:00, UTC"
        );
    }

    #[test]
    fn numbers_have_the_separator_of_the_language() {
        for (value, english, german) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_000, "1,000", "1.000"),
            (100_000, "100,000", "100.000"),
        ] {
            assert_eq!(number(messages(Locale::English), value), english);
            assert_eq!(number(messages(Locale::German), value), german);
        }
    }
}
