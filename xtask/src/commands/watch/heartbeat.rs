//! Checks whether the server still answers on a WebSocket connection.

use std::time::{Duration, Instant};

/// The time for which a connection is quiet before a ping is sent. It is half of the idle time after which API Gateway closes a
/// connection.
const PING_EVERY: Duration = Duration::from_mins(5);
/// The maximum time to wait for an answer. The function may have to start first, and API Gateway waits at most this long for
/// it.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The time at which the last message was sent, and the time at which the first message without an answer was sent.
#[derive(Debug)]
pub(super) struct Heartbeat {
    sent: Instant,
    unanswered: Option<Instant>,
}

/// The action that is necessary now to keep the connection, or to find out that it is lost.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// A ping must be sent, because nothing was sent for a long time.
    Ping,
    /// The connection counts as lost, because a message was not answered in time.
    Lost,
}

impl Heartbeat {
    /// Starts the heartbeat of a connection that was opened at the time `now`.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            sent: now,
            unanswered: None,
        }
    }

    /// Records that an action was sent. The server answers each action.
    pub(super) fn sent(&mut self, now: Instant) {
        self.sent = now;
        self.unanswered.get_or_insert(now);
    }

    /// Records that a message of the server has arrived. It counts as the answer to all earlier actions.
    pub(super) fn heard(&mut self) {
        self.unanswered = None;
    }

    /// Returns what must be done at the time `now`.
    pub(super) fn due(&self, now: Instant) -> Due {
        match self.unanswered {
            Some(asked) if now.duration_since(asked) >= ANSWER_WITHIN => Due::Lost,
            None if now.duration_since(self.sent) >= PING_EVERY => Due::Ping,
            _ => Due::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ping_every_five_minutes_whatever_comes() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(start);
        heartbeat.sent(start);
        heartbeat.heard();
        assert_eq!(
            heartbeat.due(start + Duration::from_secs(299)),
            Due::Nothing
        );
        heartbeat.heard();
        let later = start + Duration::from_mins(5);
        assert_eq!(heartbeat.due(later), Due::Ping);
        heartbeat.sent(later);
        heartbeat.heard();
        assert_eq!(heartbeat.due(later), Due::Nothing);
        assert_eq!(heartbeat.due(later + PING_EVERY), Due::Ping);
    }

    #[test]
    fn silence_after_an_action_is_a_lost_connection() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(start);
        heartbeat.sent(start);
        // A second action does not extend the time limit for the answer to the first.
        heartbeat.sent(start + Duration::from_secs(20));
        assert_eq!(heartbeat.due(start + Duration::from_secs(29)), Due::Nothing);
        assert_eq!(heartbeat.due(start + ANSWER_WITHIN), Due::Lost);
        heartbeat.heard();
        assert_eq!(heartbeat.due(start + ANSWER_WITHIN), Due::Nothing);
    }
}
