//! The reason why nobody can register for an event.

use serde::Serialize;

/// The reason why nobody can register for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedReason {
    /// Registration opens later.
    NotOpenYet,
    /// Registration has closed.
    Closed,
    /// The event has started.
    Started,
    /// The event was cancelled.
    Cancelled,
    /// The event has ended.
    Completed,
}

impl ClosedReason {
    /// Returns the reason as a sentence for a person.
    #[must_use]
    pub fn detail(self) -> &'static str {
        match self {
            Self::NotOpenYet => "Registration for this event has not opened yet.",
            Self::Closed => "Registration for this event has closed.",
            Self::Started => "This event has started; nobody can register any more.",
            Self::Cancelled => "This event was cancelled.",
            Self::Completed => "This event is over.",
        }
    }
}
