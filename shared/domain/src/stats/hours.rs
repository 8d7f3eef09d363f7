//! Counts registrations and admissions by the hours of a reader's time zone.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    counter::{Counter, Quarter},
    tally::{Tally, shown},
};

/// An hour with at least one registration or admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// The time at which the hour begins.
    pub begins: Timestamp,
    /// The number of confirmed registrations that were made in this hour.
    pub registered: u64,
    /// The number of admissions in this hour.
    pub admitted: u64,
}

/// Returns all hours of the time zone `zone` in which there was a registration or an admission, the earliest first.
#[must_use]
pub fn by_hour(tally: &Tally, zone: &TimeZone) -> Vec<Hour> {
    let mut hours: BTreeMap<Timestamp, (i64, i64)> = BTreeMap::new();
    for (counter, number) in tally.iter() {
        let (quarter, is_admission) = match counter {
            Counter::Registered(quarter) => (quarter, false),
            Counter::Admitted(quarter) => (quarter, true),
            _ => continue,
        };
        let hour = hours.entry(begin(*quarter, zone)).or_default();
        if is_admission {
            hour.1 += number;
        } else {
            hour.0 += number;
        }
    }
    hours
        .into_iter()
        .map(|(begins, (registered, admitted))| Hour {
            begins,
            registered: shown(registered),
            admitted: shown(admitted),
        })
        .filter(|hour| hour.registered + hour.admitted > 0)
        .collect()
}

/// Returns the time at which the hour of this quarter begins, in local time of the time zone `zone`.
fn begin(quarter: Quarter, zone: &TimeZone) -> Timestamp {
    let at = quarter.begins();
    // The minutes are subtracted from the UTC time and not from the local time. When summer time ends, one hour occurs twice in
    // local time. Because of the UTC time, these two hours stay separate.
    let minutes = at.to_zoned(zone.clone()).minute();
    at.checked_sub(SignedDuration::from_mins(minutes.into()))
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(zone: &str, registered: &[&str]) -> Vec<String> {
        let at = |at: &&str| Counter::Registered(Quarter::of(at.parse().unwrap()));
        let tally: Tally = registered.iter().map(at).collect();
        let zone = TimeZone::get(zone).unwrap();
        by_hour(&tally, &zone)
            .iter()
            .map(|hour| format!("{} {}", hour.begins, hour.registered))
            .collect()
    }

    #[test]
    fn hours_are_those_of_the_zone() {
        let at = [
            "2027-05-01T18:14:00Z",
            "2027-05-01T18:16:00Z",
            "2027-05-01T18:59:59Z",
        ];
        assert_eq!(hours("Europe/Vienna", &at), ["2027-05-01T18:00:00Z 3"]);
        assert_eq!(
            hours("Asia/Kathmandu", &at),
            ["2027-05-01T17:15:00Z 1", "2027-05-01T18:15:00Z 2"]
        );
    }

    #[test]
    fn an_hour_that_the_clocks_repeat_is_two() {
        let at = ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"];
        assert_eq!(
            hours("Europe/Vienna", &at),
            ["2027-10-31T00:00:00Z 1", "2027-10-31T01:00:00Z 1"]
        );
    }

    #[test]
    fn what_was_taken_back_is_not_shown() {
        let quarter = Quarter::of("2027-05-01T18:14:00Z".parse().unwrap());
        let mut tally: Tally = [Counter::Registered(quarter)].into_iter().collect();
        tally.add(Counter::Registered(quarter), -1);
        assert_eq!(by_hour(&tally, &TimeZone::UTC), []);
    }
}
