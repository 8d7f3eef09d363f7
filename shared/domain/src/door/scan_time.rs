//! Decides which time a scan has, depending on whether the clock of the scanning device can be believed.

use jiff::{SignedDuration, Timestamp};

use crate::events::doors::{DoorState, DoorWindow};

/// The maximum time by which the clock of a scanning device may be ahead of the server's clock. A scan whose time is later than
/// that is not believed.
pub const CLOCK_LEEWAY: SignedDuration = SignedDuration::from_secs(120);

/// The time of a scan, or the reason why the scan has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanTime {
    /// The time that the scanning device reported. It may be later than the scan's arrival at the server by up to
    /// [`CLOCK_LEEWAY`]. Even then, the reported time is used unchanged, so the value does not depend on when the scan arrives.
    Believed(Timestamp),
    /// The scanning device's clock is far off, because the device reported a time in the future or a time before the doors
    /// opened. The value is the time of arrival, limited to the time in which the doors are open. So such a scan is never
    /// earlier than a scan with a good clock that arrived before it.
    ClockOff(Timestamp),
    /// The scan arrived before the doors opened, so its reported time does not matter.
    TooEarly,
    /// The scan was made after the end of the event.
    Over,
    /// The event was cancelled, and the scan counts as made after the cancellation. Either its reported time is at least
    /// [`CLOCK_LEEWAY`] after the cancellation, or its time cannot show that the scan was made before the cancellation.
    Cancelled {
        /// Whether the scanning device's clock is far off. If so, only the time of the scan's arrival is known, which is after
        /// the cancellation.
        clock_off: bool,
    },
}

impl ScanTime {
    /// Decides which time counts for a scan that reported the time `scanned_at` and arrived at the time `now`. The event was
    /// cancelled at `cancelled_at`; `None` if it was not cancelled.
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

/// Whether a scan that reported the time `at` may have been made before `end`. The clock of a scanning device may be ahead by
/// up to [`CLOCK_LEEWAY`]. So this is possible if `at` is less than [`CLOCK_LEEWAY`] after `end`.
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
