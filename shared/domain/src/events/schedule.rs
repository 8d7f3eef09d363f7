//! Schedules: the times of an event in UTC, and the time zone in which people read these times.

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::invalid::{Reason, Refusal};

/// The longest duration of an event, in days. It limits how far back a list has to search for events that are still in
/// progress.
pub const MAX_DURATION_DAYS: u32 = 366;

/// The name of a time zone in the IANA time zone database, in its canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ZoneName(String);

/// The error that a name is not in the IANA time zone database, or is neither `UTC` nor the name of a location's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a time zone such as Europe/Berlin")]
pub struct UnknownZone;

impl Refusal for UnknownZone {
    fn reason(&self) -> Reason {
        Reason::NotAZone
    }
}

impl ZoneName {
    /// Looks up the time zone that a person named. The zone must belong to a location, or be `UTC`. Upper and lower case make
    /// no difference.
    ///
    /// The database also contains names that do not belong to a location. Two rules exclude these names, so that no list of
    /// them has to be kept:
    ///
    /// - Every location where people live has changed its clocks at least once. `Factory`, `Etc/Unknown` and `Etc/GMT+5` (which
    ///   is five hours *behind* Greenwich) never did.
    /// - The name of a location is more than an abbreviation. `CET` and `EST5EDT` contain only capital letters and digits.
    ///
    /// # Errors
    /// The time zone database in this program has no such name, or the name does not belong to a location.
    pub fn parse(raw: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZone::get(raw).map_err(|_| UnknownZone)?;
        let name = Self::of(&zone)?;
        if UTC_NAMES.contains(&name.as_str())
            || (is_more_than_an_abbreviation(name.as_str()) && has_changed_its_clocks(&zone))
        {
            Ok(name)
        } else {
            Err(UnknownZone)
        }
    }

    fn of(zone: &TimeZone) -> Result<Self, UnknownZone> {
        let name = zone.iana_name().ok_or(UnknownZone)?;
        Ok(Self(name.to_owned()))
    }

    /// Returns the name of the zone, for instance `Europe/Berlin`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ZoneName {
    type Error = UnknownZone;
    /// Looks up a time zone by the name that an event stores. Any zone of the database is accepted, because older events may
    /// have a zone that is refused today.
    fn try_from(raw: String) -> Result<Self, UnknownZone> {
        Self::of(&TimeZone::get(&raw).map_err(|_| UnknownZone)?)
    }
}

/// The names of the zone UTC. This zone does not belong to a location, but it is allowed for events without a location.
const UTC_NAMES: [&str; 2] = ["UTC", "Etc/UTC"];

fn is_more_than_an_abbreviation(name: &str) -> bool {
    !name
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn has_changed_its_clocks(zone: &TimeZone) -> bool {
    zone.preceding(Timestamp::MAX).next().is_some()
}

/// The error that a text is not a time with an offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a time with its offset, such as 2027-05-01T18:00:00Z, between the years 2000 and 9998"
)]
pub struct TimeError;

impl Refusal for TimeError {
    fn reason(&self) -> Reason {
        Reason::NotATime
    }
}

/// Parses a time in the format of RFC 3339 and truncates it to milliseconds.
///
/// # Errors
/// The text is not a time, has no offset, or is outside the years 2000 to 9998.
pub fn parse_time(raw: &str) -> Result<Timestamp, TimeError> {
    let time: Timestamp = raw.parse().map_err(|_| TimeError)?;
    let time = Timestamp::from_millisecond(time.as_millisecond()).map_err(|_| TimeError)?;
    // Times with a suffix such as [Europe/Berlin] (RFC 9557) are refused, because the parsed time could not contain the suffix,
    // and the caller would not notice its loss.
    let year = time.to_zoned(TimeZone::UTC).year();
    if raw.contains('[') || !(2000..=9998).contains(&year) {
        Err(TimeError)
    } else {
        Ok(time)
    }
}

/// The times of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schedule {
    /// The time at which the event starts.
    pub starts_at: Timestamp,
    /// The time at which the event ends, which is after the start.
    pub ends_at: Timestamp,
    /// The time zone in which people read the times of the event.
    pub timezone: ZoneName,
    /// The time at which registration opens. `None` means that it opens when the event is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_opens_at: Option<Timestamp>,
    /// The time at which registration closes. `None` means that it closes when the event starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_closes_at: Option<Timestamp>,
    /// The time at which the doors open. `None` means 12 hours before the event starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doors_open_at: Option<Timestamp>,
}

impl Schedule {
    /// Returns the day on which the event starts, in the time zone of the event.
    #[must_use]
    pub fn day(&self) -> Date {
        // `ZoneName` accepts only names of this program's database, but a later database may lack one.
        let zone = TimeZone::get(self.timezone.as_str()).unwrap_or(TimeZone::UTC);
        self.starts_at.to_zoned(zone).date()
    }

    /// Returns all contradictions between the times of the event. Each contradiction consists of the name of a field, the
    /// reason why its value is refused, and the rule that the value breaks.
    #[must_use]
    pub fn contradictions(&self) -> Vec<(&'static str, Reason, String)> {
        let mut found = Vec::new();
        let mut require = |sound: bool, field, reason, rule: String| {
            if !sound {
                found.push((field, reason, rule));
            }
        };
        require(
            self.ends_at > self.starts_at,
            "endsAt",
            Reason::EndNotAfterStart,
            "must be after startsAt".to_owned(),
        );
        require(
            self.ends_at.duration_since(self.starts_at).as_hours()
                <= i64::from(MAX_DURATION_DAYS) * 24,
            "endsAt",
            Reason::LastsTooLong {
                max: MAX_DURATION_DAYS,
            },
            format!("must be at most {MAX_DURATION_DAYS} days after startsAt"),
        );
        if let Some(opens) = self.registration_opens_at {
            require(
                opens < self.registration_closes(),
                "registrationOpensAt",
                Reason::OpensAfterClosing,
                "must be before registration closes, which is at registrationClosesAt or the start"
                    .to_owned(),
            );
        }
        if let Some(closes) = self.registration_closes_at {
            require(
                closes <= self.ends_at,
                "registrationClosesAt",
                Reason::ClosesAfterEnd,
                "must not be after endsAt".to_owned(),
            );
        }
        if let Some(doors) = self.doors_open_at {
            require(
                doors < self.ends_at,
                "doorsOpenAt",
                Reason::DoorsAfterEnd,
                "must be before endsAt".to_owned(),
            );
        }
        found
    }

    /// Returns the time at which registration closes. That is the configured time, or the start of the event if that is
    /// earlier.
    #[must_use]
    pub fn registration_closes(&self) -> Timestamp {
        self.registration_closes_at
            .map_or(self.starts_at, |closes| closes.min(self.starts_at))
    }

    /// Returns the time at which the doors open. That is the configured time, or otherwise 12 hours before the start of the
    /// event.
    #[must_use]
    pub fn doors_open(&self) -> Timestamp {
        self.doors_open_at.unwrap_or_else(|| {
            self.starts_at
                .checked_sub(12.hours())
                .unwrap_or(self.starts_at)
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn time(text: &str) -> Timestamp {
        parse_time(text).unwrap()
    }

    pub(crate) fn evening() -> Schedule {
        Schedule {
            starts_at: time("2027-05-01T18:00:00Z"),
            ends_at: time("2027-05-01T22:00:00Z"),
            timezone: ZoneName::parse("Europe/Berlin").unwrap(),
            registration_opens_at: None,
            registration_closes_at: None,
            doors_open_at: None,
        }
    }

    #[test]
    fn zones_are_looked_up() {
        assert_eq!(
            ZoneName::parse("europe/berlin").unwrap().as_str(),
            "Europe/Berlin"
        );
        for wrong in [
            "",
            "Mars/Olympus",
            "+02:00",
            "../../etc/passwd",
            "Europe/Berlin\0",
            "posixrules",
            "localtime",
            "leapseconds",
            "SystemV/EST5EDT",
            "right/Europe/Berlin",
        ] {
            assert_eq!(ZoneName::parse(wrong), Err(UnknownZone), "{wrong:?}");
        }
    }

    #[test]
    fn names_that_are_no_place_are_refused_and_all_others_are_not() {
        let areas = [
            "Africa",
            "America",
            "Antarctica",
            "Arctic",
            "Asia",
            "Atlantic",
            "Australia",
            "Europe",
            "Indian",
            "Pacific",
        ];
        let mut refused = Vec::new();
        for name in jiff::tz::db().available() {
            let name = name.as_str().to_owned();
            match ZoneName::parse(&name) {
                Ok(zone) => assert_eq!(zone.as_str(), name),
                Err(UnknownZone) => refused.push(name.clone()),
            }
            // An older event may have a zone that is refused today. Such an event can still be read.
            assert_eq!(ZoneName::try_from(name.clone()), Ok(ZoneName(name)));
        }
        let of_an_area = |name: &String| {
            let area = name.split_once('/').map(|(area, _)| area);
            area.is_some_and(|area| areas.contains(&area))
        };
        assert!(!refused.iter().any(of_an_area), "{refused:?}");
        refused.retain(|name| !name.starts_with("Etc/GMT"));
        // `GB`, `NZ`, `PRC`, `ROC` and `ROK` are old names of zones that belong to a location. `GB`, for instance, is an alias
        // of Europe/London.
        assert_eq!(
            refused.join(" "),
            "CET CST6CDT EET EST EST5EDT Etc/Greenwich Etc/UCT Etc/Universal Etc/Zulu Factory GB GMT GMT+0 GMT-0 GMT0 \
             Greenwich HST MET MST MST7MDT NZ PRC PST8PDT ROC ROK UCT Universal WET Zulu"
        );
        for (name, expected) in [
            ("utc", "UTC"),
            ("Etc/UTC", "Etc/UTC"),
            ("us/pacific", "US/Pacific"),
            ("Japan", "Japan"),
        ] {
            assert_eq!(ZoneName::parse(name).unwrap().as_str(), expected);
        }
        assert_eq!(ZoneName::parse("Etc/Unknown"), Err(UnknownZone));
        assert_eq!(ZoneName::parse("Etc/GMT+5"), Err(UnknownZone));
    }

    #[test]
    fn a_time_needs_its_offset() {
        assert_eq!(
            time("2027-05-01T20:00:00.123456+02:00").to_string(),
            "2027-05-01T18:00:00.123Z"
        );
        for wrong in [
            "",
            "tomorrow",
            "2027-05-01",
            "2027-05-01T18:00:00",
            "2027-13-01T00:00:00Z",
            "1999-12-31T23:59:59Z",
            "2027-05-01T18:00:00Z[Europe/Berlin]",
        ] {
            assert_eq!(parse_time(wrong), Err(TimeError), "{wrong:?}");
        }
    }

    #[test]
    fn contradictions_are_named() {
        assert!(evening().contradictions().is_empty());
        let fields = |change: &dyn Fn(&mut Schedule)| {
            let mut schedule = evening();
            change(&mut schedule);
            schedule
                .contradictions()
                .into_iter()
                .map(|(field, _, _)| field)
                .collect::<Vec<_>>()
        };
        assert_eq!(fields(&|s| s.ends_at = s.starts_at), ["endsAt"]);
        assert_eq!(
            fields(&|s| s.ends_at = time("2029-01-01T00:00:00Z")),
            ["endsAt"]
        );
        assert_eq!(
            fields(&|s| s.registration_opens_at = Some(s.starts_at)),
            ["registrationOpensAt"]
        );
        assert_eq!(
            fields(&|s| s.registration_closes_at = Some(time("2027-05-02T00:00:00Z"))),
            ["registrationClosesAt"]
        );
        assert_eq!(
            fields(&|s| s.doors_open_at = Some(s.ends_at)),
            ["doorsOpenAt"]
        );
    }

    #[test]
    fn registration_closes_with_the_start_at_the_latest() {
        let mut schedule = evening();
        assert_eq!(schedule.registration_closes(), schedule.starts_at);
        schedule.registration_closes_at = Some(schedule.ends_at);
        assert_eq!(schedule.registration_closes(), schedule.starts_at);
        assert_eq!(schedule.doors_open(), time("2027-05-01T06:00:00Z"));
    }
}
