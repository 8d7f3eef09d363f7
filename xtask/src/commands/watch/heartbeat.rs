//! Whether the other side is still there.

use std::time::{Duration, Instant};

/// Half of what API Gateway allows a connection to be idle.
const PING_EVERY: Duration = Duration::from_mins(5);
/// How long an answer may take: a function that starts, and the longest that API Gateway waits for one.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// When something was sent, and whether anything came after it.
#[derive(Debug)]
pub(super) struct Heartbeat {
    sent: Instant,
    unanswered: Option<Instant>,
}

/// What is to be done about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// It was quiet for long: ask.
    Ping,
    /// It was asked, and nothing came.
    Lost,
}

impl Heartbeat {
    /// A connection that was made `now`.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            sent: now,
            unanswered: None,
        }
    }

    /// An action was sent; each has an answer.
    pub(super) fn sent(&mut self, now: Instant) {
        self.sent = now;
        self.unanswered.get_or_insert(now);
    }

    /// A frame came, whichever.
    pub(super) fn heard(&mut self) {
        self.unanswered = None;
    }

    /// What is due `now`.
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
