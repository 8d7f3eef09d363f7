//! The time of a scan, as far as it can be believed.

use jiff::{SignedDuration, Timestamp};

use crate::events::doors::{DoorState, DoorWindow};

/// The most by which a scanner's clock may be ahead of the server's clock if its times are to be believed.
pub const CLOCK_LEEWAY: SignedDuration = SignedDuration::from_secs(120);

/// The time of a scan, as far as it can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanTime {
    /// The time that the scanner names. It may be ahead of the time of arrival by up to [`CLOCK_LEEWAY`], so it does not depend
    /// on when the scan arrives.
    Believed(Timestamp),
    /// The scanner's clock is far off: it names a time in the future, or one before the doors opened. The time of arrival
    /// counts instead, limited to the doors' window. So it never beats a scan with a good clock that arrived before.
    ClockOff(Timestamp),
    /// The scan arrived before the doors opened, whatever time it names.
    TooEarly,
    /// The scan was made after the end of the event.
    Over,
    /// The scan names a time at least [`CLOCK_LEEWAY`] after the event was cancelled, or its time cannot show that it was made
    /// before.
    Cancelled {
        /// The scanner's clock is far off, and the scan arrived after the cancellation.
        clock_off: bool,
    },
}

impl ScanTime {
    /// Judges `scanned_at` of a scan that arrived at `now`, at an event that was cancelled at `cancelled_at`.
    #[must_use]
    pub fn judge(
        scanned_at: Timestamp,
        now: Timestamp,
        doors: DoorWindow,
        cancelled_at: Option<Timestamp>,
    ) -> Self {
        let ahead = scanned_at.duration_since(now) > CLOCK_LEEWAY;
        let time = match doors.at(scanned_at) {
            _ if doors.at(now) == DoorState::TooEarly => Self::TooEarly,
            _ if ahead => Self::clock_off(now, doors),
            DoorState::TooEarly => Self::clock_off(now, doors),
            DoorState::Open => Self::Believed(scanned_at),
            DoorState::Over => Self::Over,
        };
        match (time, cancelled_at) {
            (time, None) => time,
            (Self::Believed(at), Some(cancelled)) if may_be_before(at, cancelled) => {
                Self::Believed(at)
            }
            (Self::ClockOff(_), Some(_)) => Self::Cancelled { clock_off: true },
            (Self::Believed(_) | Self::TooEarly | Self::Over | Self::Cancelled { .. }, Some(_)) => {
                Self::Cancelled { clock_off: false }
            }
        }
    }

    fn clock_off(now: Timestamp, doors: DoorWindow) -> Self {
        Self::ClockOff(now.clamp(doors.opens, doors.closes.max(doors.opens)))
    }
}

/// Returns true if a scan that names the time `at` may have been made before `end`: a clock that is believed is ahead by
/// [`CLOCK_LEEWAY`] at most.
pub(super) fn may_be_before(at: Timestamp, end: Timestamp) -> bool {
    at.duration_since(end) < CLOCK_LEEWAY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::schedule::tests::{evening, time};

    #[test]
    fn a_clock_that_is_far_off_is_not_believed() {
        let doors = DoorWindow::from(&evening());
        let judge = |scanned_at, now| ScanTime::judge(scanned_at, now, doors, None);
        let now = time("2027-05-01T19:00:00Z");
        let earlier = time("2027-05-01T18:30:00Z");
        assert_eq!(judge(earlier, now), ScanTime::Believed(earlier));
        for fast in ["2027-05-01T19:01:00Z", "2027-05-01T19:02:00Z"] {
            let fast = time(fast);
            for arrives in [now, fast, time("2027-05-01T19:30:00Z")] {
                assert_eq!(judge(fast, arrives), ScanTime::Believed(fast), "{arrives}");
            }
        }
        for off in [
            "2027-05-01T19:02:00.001Z",
            "2028-05-01T19:00:00Z",
            "2027-05-01T05:00:00Z",
        ] {
            assert_eq!(judge(time(off), now), ScanTime::ClockOff(now), "{off}");
        }
        let late = time("2027-05-03T00:00:00Z");
        assert_eq!(judge(late, late), ScanTime::Over);
        assert_eq!(judge(now, late), ScanTime::Believed(now));
        let before = time("2027-05-01T05:00:00Z");
        assert_eq!(judge(before, before), ScanTime::TooEarly);
        assert_eq!(judge(now, before), ScanTime::TooEarly);
        let future = time("2027-05-04T00:00:00Z");
        assert_eq!(judge(future, late), ScanTime::ClockOff(doors.closes));
    }

    #[test]
    fn a_scan_that_may_be_of_before_the_cancellation_counts_if_its_clock_is_believed() {
        let doors = DoorWindow::from(&evening());
        let cancelled = time("2027-05-01T18:05:00Z");
        let now = time("2027-05-01T18:09:00Z");
        let judge = |scanned_at| ScanTime::judge(time(scanned_at), now, doors, Some(cancelled));
        for before in [
            "2027-05-01T18:04:59.999Z",
            "2027-05-01T18:05:00Z",
            "2027-05-01T18:06:59.999Z",
        ] {
            assert_eq!(judge(before), ScanTime::Believed(time(before)));
        }
        for (after, clock_off) in [
            ("2027-05-01T18:07:00Z", false),
            ("2027-05-01T18:10:00Z", false),
            ("2027-05-01T18:12:00Z", true),
            ("2027-05-01T05:00:00Z", true),
            ("2027-05-01T22:00:00Z", true),
        ] {
            assert_eq!(judge(after), ScanTime::Cancelled { clock_off }, "{after}");
        }
        let early = time("2027-05-01T05:00:00Z");
        assert_eq!(
            ScanTime::judge(early, early, doors, Some(early)),
            ScanTime::Cancelled { clock_off: false }
        );
    }
}
