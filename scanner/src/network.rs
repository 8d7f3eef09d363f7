//! The state of the connection to the server, and the time of the next call to the server.

use std::time::{Duration, Instant};

/// The interval at which an online scanner fetches the list of revoked tickets.
const REFRESH: Duration = Duration::from_secs(30);
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(30);

/// The state of the connection to the server.
///
/// Architecture invariant: in the state `Online`, the queue is empty. Otherwise the server could admit a ticket although a scan
/// in the queue of this door has already used it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// The server answers, and it already has all scans of this device.
    Online {
        /// The time at which the list of revoked tickets is fetched next.
        refresh: Instant,
    },
    /// The server does not answer, or does not have all scans yet.
    Offline {
        /// The time of the next attempt to call the server.
        retry: Instant,
        /// The time that the scanner waits before it retries after one more failed call.
        wait: Duration,
    },
    /// The server must not be called, because the user chose to work offline.
    Forbidden,
}

impl Network {
    /// Returns the state `Online`, for a server that has answered and has all scans.
    pub(crate) fn online(now: Instant) -> Self {
        Self::Online {
            refresh: now + REFRESH,
        }
    }

    /// Returns a state `Offline` in which the next call is due immediately, so that queued scans are sent.
    pub(crate) fn catching_up(now: Instant) -> Self {
        Self::Offline {
            retry: now,
            wait: FIRST_RETRY,
        }
    }

    /// Returns the state after one more failed call. The wait before a retry doubles with each failure, up to a limit.
    pub(crate) fn after_failure(self, now: Instant) -> Self {
        let wait = match self {
            Self::Online { .. } => FIRST_RETRY,
            Self::Offline { wait, .. } => wait,
            Self::Forbidden => return self,
        };
        Self::Offline {
            retry: now + wait,
            wait: (wait * 2).min(LAST_RETRY),
        }
    }

    /// Returns whether each scan is sent to the server immediately.
    pub(crate) fn is_online(self) -> bool {
        matches!(self, Self::Online { .. })
    }

    /// Returns the time until the next call to the server is due, or `None` if the server must not be called.
    pub(crate) fn due_in(self, now: Instant) -> Option<Duration> {
        match self {
            Self::Online { refresh: at } | Self::Offline { retry: at, .. } => {
                Some(at.saturating_duration_since(now))
            }
            Self::Forbidden => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        let now = Instant::now();
        let mut network = Network::online(now);
        assert_eq!(network.due_in(now), Some(REFRESH));
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            network = network.after_failure(now);
            assert!(!network.is_online());
            assert_eq!(network.due_in(now), Some(Duration::from_secs(seconds)));
        }
        assert_eq!(Network::catching_up(now).due_in(now), Some(Duration::ZERO));
    }

    #[test]
    fn a_forbidden_network_is_never_tried() {
        let now = Instant::now();
        assert_eq!(Network::Forbidden.after_failure(now).due_in(now), None);
    }
}
