//! Rate limits of requests that cost something, such as a mail or a slow hash: a number in a window of time, for all callers.
//!
//! Windows follow each other, and begin at the same instants for everybody. So around the end of a window, twice as many may
//! come in a row. A refused caller waits for one window at most, even if others go on.

use std::time::Duration;

use jiff::Timestamp;

use crate::{accounts::email::Email, id::UserId, security::throttle::Source};

/// The window of requests that are counted for a source.
const OF_SOURCES: Duration = Duration::from_mins(10);

/// Requests that are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requests {
    /// Requests for new accounts, from a source.
    SignUpsFrom(Source),
    /// Requests for codes by mail, for any purpose, from a source.
    CodesFrom(Source),
    /// Requests for tickets that sign a WebSocket in, from a source.
    LiveTicketsFrom(Source),
    /// Requests for codes that reset the password of an address, whether it has an account or not.
    ResetsOf(Email),
    /// Requests for further codes that verify the address of an account.
    VerificationsOf(UserId),
    /// Requests for another address, by an account.
    EmailChangesOf(UserId),
    /// Requests for this address, by any accounts, so that nobody's mailbox is flooded.
    EmailChangesTo(Email),
    /// Requests for tickets that sign a WebSocket in, by an account.
    LiveTicketsOf(UserId),
}

/// The maximum number of requests of one source in ten minutes. A house or an office has one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MostPerSource {
    /// Requests for new accounts.
    pub sign_ups: u32,
    /// Requests for codes by mail.
    pub codes: u32,
    /// Requests for tickets that sign a WebSocket in.
    pub live_tickets: u32,
}

/// A maximum number of requests in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The maximum number of requests that are served.
    pub most: u32,
    /// The length of a window, in whole seconds.
    pub window: Duration,
}

/// A window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The time at which it begins, in seconds since 1970.
    pub begins_at: i64,
    /// The time at which the next one begins, in seconds since 1970.
    pub ends_at: i64,
}

impl Requests {
    /// Returns the limit of these requests.
    ///
    /// For codes, the limit is ten in half an hour. A code that resets a password is valid for longer. So an owner who is
    /// refused because of a stranger's requests finds a valid code in the mailbox.
    #[must_use]
    pub fn limit(&self, per_source: &MostPerSource) -> RateLimit {
        let (most, window) = match self {
            Self::SignUpsFrom(_) => (per_source.sign_ups, OF_SOURCES),
            Self::CodesFrom(_) => (per_source.codes, OF_SOURCES),
            Self::LiveTicketsFrom(_) => (per_source.live_tickets, OF_SOURCES),
            Self::ResetsOf(_)
            | Self::VerificationsOf(_)
            | Self::EmailChangesOf(_)
            | Self::EmailChangesTo(_) => (10, Duration::from_mins(30)),
            Self::LiveTicketsOf(_) => (60, Duration::from_mins(1)),
        };
        RateLimit { most, window }
    }
}

impl RateLimit {
    /// Returns the window that `now` is in.
    #[must_use]
    pub fn window_at(&self, now: Timestamp) -> Window {
        let length = i64::try_from(self.window.as_secs()).unwrap_or(i64::MAX);
        let begins_at = now.as_second() - now.as_second().rem_euclid(length.max(1));
        Window {
            begins_at,
            ends_at: begins_at.saturating_add(length),
        }
    }
}

impl Window {
    /// Returns the time until the window ends, in whole seconds, rounded up; at least one.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> Duration {
        let seconds = self.ends_at.saturating_sub(now.as_second());
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0).max(1))
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::accounts::mail_code::{REISSUE_AFTER_SECONDS, RESET_LIFETIME_SECONDS};

    const MINUTE: RateLimit = RateLimit {
        most: 3,
        window: Duration::from_mins(1),
    };

    fn at(ms: i64) -> Timestamp {
        "2027-05-01T18:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_millis(ms)
    }

    #[test]
    fn windows_follow_each_other() {
        let first = MINUTE.window_at(at(0));
        assert_eq!(first.begins_at, at(0).as_second());
        assert_eq!(MINUTE.window_at(at(59_999)), first);
        let second = MINUTE.window_at(at(60_000));
        assert_eq!(second.begins_at, first.ends_at);
        assert_eq!(MINUTE.window_at(at(-1)).ends_at, first.begins_at);
        let before_1970 = Timestamp::from_second(-1).unwrap();
        assert_eq!(MINUTE.window_at(before_1970).begins_at, -60);
    }

    #[test]
    fn whoever_waits_as_told_is_in_the_next_window() {
        for (ms, seconds) in [(0, 60), (1, 60), (999, 60), (1_000, 59), (59_999, 1)] {
            let window = MINUTE.window_at(at(ms));
            let wait = window.wait(at(ms));
            assert_eq!(wait, Duration::from_secs(seconds), "{ms}");
            let later = at(ms) + SignedDuration::from_secs(seconds.cast_signed());
            assert_eq!(MINUTE.window_at(later).begins_at, window.ends_at, "{ms}");
        }
    }

    /// The code may be as old as the window and a minute: an account gets one code a minute.
    #[test]
    fn an_owner_who_is_refused_has_a_code_that_is_still_good() {
        let per_source = MostPerSource {
            sign_ups: 1,
            codes: 1,
            live_tickets: 1,
        };
        let resets = Requests::ResetsOf(Email::parse("ada@example.org").unwrap());
        let window = resets.limit(&per_source).window.as_secs().cast_signed();
        assert!(window + REISSUE_AFTER_SECONDS < RESET_LIFETIME_SECONDS);
    }
}
