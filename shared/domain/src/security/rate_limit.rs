//! Rate limits of expensive requests, such as those that cause a mail or a slow hash. A limit is a maximum number of requests
//! in a window of time.
//!
//! Windows follow each other without gaps, and begin at the same instants for everybody. So a caller can make twice the maximum
//! number of requests in a row if a window ends between them. A refused caller waits for at most one window, even if other
//! callers continue to send requests.

use std::time::Duration;

use jiff::Timestamp;

use crate::{accounts::email::Email, id::UserId, security::throttle::Source};

/// The length of the windows of time in which rate limits count the requests from one source.
const OF_SOURCES: Duration = Duration::from_mins(10);

/// The requests that are counted together for one limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requests {
    /// Requests for new accounts, from one source.
    SignUpsFrom(Source),
    /// Requests for mailed codes of any purpose, from one source.
    CodesFrom(Source),
    /// Requests for tickets that sign a client in on a WebSocket, from one source.
    LiveTicketsFrom(Source),
    /// Requests for codes that reset the password of this address, whether an account has the address or not.
    ResetsOf(Email),
    /// Requests of this account for further codes that verify its address.
    VerificationsOf(UserId),
    /// Requests of this account for a change of its address.
    EmailChangesOf(UserId),
    /// Requests of any account for a change to this address. The limit prevents anybody from flooding a mailbox.
    EmailChangesTo(Email),
    /// Requests of this account for tickets that sign a client in on a WebSocket.
    LiveTicketsOf(UserId),
}

/// The maximum number of requests of each kind that one source may send in ten minutes. All people in a house or an office may
/// share one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MostPerSource {
    /// The maximum number of requests for new accounts from one source.
    pub sign_ups: u32,
    /// The maximum number of requests for mailed codes from one source.
    pub codes: u32,
    /// The maximum number of requests, from one source, for tickets that sign a client in on a WebSocket.
    pub live_tickets: u32,
}

/// A rate limit: a maximum number of requests in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The maximum number of requests that are allowed in one window.
    pub most: u32,
    /// The length of a window, in whole seconds.
    pub window: Duration,
}

/// One of the windows of time in which a rate limit counts requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The time at which the window begins, in seconds since 1970.
    pub begins_at: i64,
    /// The time at which the next window begins, in seconds since 1970.
    pub ends_at: i64,
}

impl Requests {
    /// Returns the rate limit of these requests.
    ///
    /// For one address or account, the limit is ten mailed codes in half an hour. A code that resets a password is valid for
    /// longer than that. So even if a stranger's requests use up the limit, the owner finds a code in the mailbox that is still
    /// valid.
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
    /// Returns this limit's window that contains the time `now`.
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
    /// Returns the time from `now` until the window ends, in whole seconds, rounded up. The result is at least one second.
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

    /// The test assumes that the newest code is as old as possible: the length of a window plus one minute, because an account
    /// gets at most one code a minute.
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
