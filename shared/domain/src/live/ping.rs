//! Measures how far the relay is behind in the table's stream. A health check writes a ping ([`Question`]) into the table, and
//! the relay answers the ping after all records that came before it. The age of the oldest unanswered ping is the delay of the
//! stream.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The shortest time between two pings.
pub const ASKED_EVERY: SignedDuration = SignedDuration::from_secs(10);
/// The longest delay with which the table's stream still counts as healthy.
pub const STREAM_BOUND: Duration = Duration::from_mins(1);

/// A ping that was written into the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The time of the ping. It also identifies the ping, because no two pings have the same time.
    pub asked_at: Timestamp,
    /// The time of the oldest ping that was unanswered when this ping was written: an earlier ping, or this ping.
    pub waiting_since: Timestamp,
}

/// The newest ping, and the time of the newest ping that was answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ping {
    /// The newest ping; `None` if no ping was written yet.
    pub question: Option<Question>,
    /// The time of the newest ping that was answered; `None` if no ping was answered yet.
    pub answered: Option<Timestamp>,
}

/// The state of the table's stream, as its pings show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The state of the stream is not known yet: no ping was ever answered, and no ping has waited longer than
    /// [`STREAM_BOUND`].
    Unknown {
        /// The age of the oldest ping; `None` if there is no ping.
        age: Option<Duration>,
    },
    /// The relay has answered a ping, and the delay of the stream does not exceed [`STREAM_BOUND`].
    Flowing {
        /// The delay of the stream: the age of the oldest unanswered ping, or zero if all pings are answered.
        age: Duration,
    },
    /// The delay of the stream exceeds [`STREAM_BOUND`].
    Stalled {
        /// The delay of the stream: the age of the oldest unanswered ping.
        age: Duration,
    },
}

impl Ping {
    /// Returns the time of the oldest unanswered ping; `None` if all pings are answered.
    fn waiting_since(&self) -> Option<Timestamp> {
        let question = self.question?;
        match self.answered {
            Some(answered) if answered >= question.asked_at => None,
            // The times of the pings between the newest answered ping and the newest ping are not stored. So this code computes
            // the earliest time that the oldest unanswered ping can have.
            Some(answered) => {
                let next = answered.checked_add(ASKED_EVERY).unwrap_or(answered);
                Some(next.max(question.waiting_since).min(question.asked_at))
            }
            None => Some(question.waiting_since),
        }
    }

    /// Returns the next ping to write if one is due at `now`.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<Question> {
        let is_recent = |question: Question| now.duration_since(question.asked_at) < ASKED_EVERY;
        if self.question.is_some_and(is_recent) {
            return None;
        }
        Some(Question {
            asked_at: now,
            waiting_since: self.waiting_since().unwrap_or(now),
        })
    }

    /// Returns the state of the stream at `now`.
    #[must_use]
    pub fn stream(&self, now: Timestamp) -> Stream {
        let since = self.waiting_since();
        // Clocks differ, so a ping whose time lies in the future counts as zero seconds old.
        let age =
            since.map(|since| Duration::try_from(now.duration_since(since)).unwrap_or_default());
        match age {
            Some(age) if age > STREAM_BOUND => Stream::Stalled { age },
            _ if self.answered.is_none() => Stream::Unknown { age },
            age => Stream::Flowing {
                age: age.unwrap_or_default(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_809_194_400 + second).unwrap()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Writes a ping at each second in `when`, if a ping is due at that second. No ping is answered.
    fn asked(mut ping: Ping, when: &[i64]) -> Ping {
        for second in when {
            ping.question = ping.next(at(*second)).or(ping.question);
        }
        ping
    }

    fn answered(ping: Ping, second: i64) -> Ping {
        Ping {
            answered: Some(at(second)),
            ..ping
        }
    }

    #[test]
    fn there_is_one_question_in_ten_seconds_whoever_asks() {
        let asked_at = |ping: Ping| ping.question.unwrap().asked_at;
        let ping = asked(Ping::default(), &[0, 0, 3, 9]);
        assert_eq!(asked_at(ping), at(0));
        assert_eq!(asked_at(asked(ping, &[10])), at(10));
        assert_eq!(asked_at(asked(ping, &[-60])), at(0), "another clock");
    }

    #[test]
    fn a_fresh_table_knows_nothing_and_fails_only_when_the_first_question_waits_too_long() {
        let never = Ping::default();
        assert_eq!(never.stream(at(0)), Stream::Unknown { age: None });
        let first = asked(never, &[0]);
        let age = Some(seconds(60));
        assert_eq!(first.stream(at(60)), Stream::Unknown { age });
        let age = seconds(61);
        assert_eq!(first.stream(at(61)), Stream::Stalled { age });
    }

    #[test]
    fn whatever_was_asked_since_the_oldest_question_without_an_answer_counts() {
        let ping = answered(asked(Ping::default(), &[0]), 0);
        let age = seconds(0);
        assert_eq!(
            ping.stream(at(3_600)),
            Stream::Flowing { age },
            "nobody asked"
        );
        let ping = asked(ping, &[100, 110, 120, 130, 140, 150, 160]);
        let age = seconds(60);
        assert_eq!(ping.stream(at(160)), Stream::Flowing { age });
        let age = seconds(61);
        assert_eq!(ping.stream(at(161)), Stream::Stalled { age });
        assert_eq!(
            answered(ping, 160).stream(at(161)),
            Stream::Flowing { age: seconds(0) }
        );
    }

    #[test]
    fn a_stream_that_is_steadily_behind_is_as_old_as_it_is_behind() {
        let ping = asked(Ping::default(), &[0, 10, 20, 30, 40]);
        let age = seconds(30);
        assert_eq!(answered(ping, 0).stream(at(40)), Stream::Flowing { age });
        // After this answer, the ping of second 20 is the oldest unanswered ping. The ping of second 50 stores that time in its
        // field `waiting_since`.
        let ping = asked(answered(ping, 10), &[50]);
        assert_eq!(ping.question.unwrap().waiting_since, at(20));
        assert_eq!(ping.stream(at(50)), Stream::Flowing { age });
    }

    #[test]
    fn a_question_that_got_lost_is_forgotten_with_the_next_answer() {
        let lost = asked(answered(asked(Ping::default(), &[0]), 0), &[10]);
        let stalled = asked(lost, &[3_600]);
        let age = seconds(3_590);
        assert_eq!(stalled.stream(at(3_600)), Stream::Stalled { age });
        let age = seconds(0);
        let published = answered(stalled, 3_600);
        assert_eq!(published.stream(at(3_601)), Stream::Flowing { age });
    }
}
