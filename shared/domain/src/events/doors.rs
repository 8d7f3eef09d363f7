//! The time in which the doors of an event are open.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::events::schedule::Schedule;

/// Whether the doors of an event are open, not open yet, or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoorState {
    /// The doors have not opened yet.
    TooEarly,
    /// The doors are open.
    Open,
    /// The doors are closed because the event has ended.
    Over,
}

impl DoorState {
    /// Returns the name of the state as it is shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooEarly => "too-early",
            Self::Open => "open",
            Self::Over => "over",
        }
    }
}

/// The time in which people are admitted to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoorWindow {
    /// The first moment at which people are admitted.
    pub opens: Timestamp,
    /// The first moment at which people are not admitted any more.
    pub closes: Timestamp,
}

impl DoorWindow {
    /// Returns whether the doors are open at the time `now`, not open yet, or closed.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> DoorState {
        if now < self.opens {
            DoorState::TooEarly
        } else if now < self.closes {
            DoorState::Open
        } else {
            DoorState::Over
        }
    }
}

impl From<&Schedule> for DoorWindow {
    fn from(schedule: &Schedule) -> Self {
        Self {
            opens: schedule.doors_open(),
            closes: schedule.ends_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::schedule::tests::{evening, time};

    #[test]
    fn doors_are_open_from_twelve_hours_before_the_start_to_the_end() {
        for (now, state) in [
            ("2027-05-01T05:59:59.999Z", DoorState::TooEarly),
            ("2027-05-01T06:00:00Z", DoorState::Open),
            ("2027-05-01T18:00:00Z", DoorState::Open),
            ("2027-05-01T21:59:59.999Z", DoorState::Open),
            ("2027-05-01T22:00:00Z", DoorState::Over),
        ] {
            assert_eq!(DoorWindow::from(&evening()).at(time(now)), state, "{now}");
        }
    }

    #[test]
    fn doors_open_when_the_schedule_says_so() {
        let mut schedule = evening();
        schedule.doors_open_at = Some(time("2027-05-01T17:00:00Z"));
        let window = DoorWindow::from(&schedule);
        assert_eq!(window.at(time("2027-05-01T16:59:59Z")), DoorState::TooEarly);
        assert_eq!(window.at(time("2027-05-01T17:00:00Z")), DoorState::Open);
    }

    #[test]
    fn a_state_is_stored_under_the_name_that_is_shown() {
        for state in [DoorState::TooEarly, DoorState::Open, DoorState::Over] {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
    }
}
