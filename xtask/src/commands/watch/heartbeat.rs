//! Checks whether the other side still answers.

use std::time::{Duration, Instant};

/// Half of the idle time that API Gateway allows a connection.
const PING_EVERY: Duration = Duration::from_mins(5);
/// Time limit for an answer: a function may have to start, and API Gateway waits this long for it at most.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The time of the last message that was sent, and of the first one without an answer.
#[derive(Debug)]
pub(super) struct Heartbeat {
    sent: Instant,
    unanswered: Option<Instant>,
}

/// The action that is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// The connection was quiet for long: a ping.
    Ping,
    /// A message had no answer in time.
    Lost,
}

impl Heartbeat {
    /// Starts with a connection that was made `now`.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            sent: now,
            unanswered: None,
        }
    }

    /// Records that an action was sent; each has an answer.
    pub(super) fn sent(&mut self, now: Instant) {
        self.sent = now;
        self.unanswered.get_or_insert(now);
    }

    /// Records that a frame came.
    pub(super) fn heard(&mut self) {
        self.unanswered = None;
    }

    /// Returns the action that is due `now`.
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
        // A second action does not give the first more time.
        heartbeat.sent(start + Duration::from_secs(20));
        assert_eq!(heartbeat.due(start + Duration::from_secs(29)), Due::Nothing);
        assert_eq!(heartbeat.due(start + ANSWER_WITHIN), Due::Lost);
        heartbeat.heard();
        assert_eq!(heartbeat.due(start + ANSWER_WITHIN), Due::Nothing);
    }
}
