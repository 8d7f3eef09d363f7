//! Requests that cost something, such as a mail or a slow hash: so many in a window of time, whoever makes them.
//!
//! Windows follow each other, and begin at the same instants for everybody. So around the end of one, twice as many may come in
//! a row, and whoever is refused waits for one window at most, whatever others do.

use std::time::Duration;

use jiff::Timestamp;

use crate::{accounts::email::Email, id::UserId, security::throttle::Source};

/// The window of whatever is counted for a source.
const OF_SOURCES: Duration = Duration::from_mins(10);

/// Requests that are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requests {
    /// For new accounts, from somewhere.
    SignUpsFrom(Source),
    /// For codes by mail, of any purpose, from somewhere.
    CodesFrom(Source),
    /// For tickets that sign a WebSocket in, from somewhere.
    LiveTicketsFrom(Source),
    /// For codes that reset the password of an address, whether it has an account or not.
    ResetsOf(Email),
    /// For further codes that verify the address of an account.
    VerificationsOf(UserId),
    /// For another address, by an account.
    EmailChangesOf(UserId),
    /// For this address, by whatever accounts: nobody's mailbox is flooded.
    EmailChangesTo(Email),
    /// For tickets that sign a WebSocket in, by an account.
    LiveTicketsOf(UserId),
}

/// The most requests of one source in ten minutes: a house or an office has one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MostPerSource {
    /// For new accounts.
    pub sign_ups: u32,
    /// For codes by mail.
    pub codes: u32,
    /// For tickets that sign a WebSocket in.
    pub live_tickets: u32,
}

/// So many requests in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The most that are served.
    pub most: u32,
    /// How long a window is, in whole seconds.
    pub window: Duration,
}

/// A window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// When it begins, in seconds since 1970.
    pub begins_at: i64,
    /// When the next one begins, in seconds since 1970.
    pub ends_at: i64,
}

impl Requests {
    /// How many are served.
    ///
    /// Codes: ten in half an hour. A code that resets a password is valid for longer, so an owner who is refused because a
    /// stranger has asked too often finds one in the mailbox.
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
    /// The window that `now` is in.
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
    /// How long its end is away, in whole seconds, rounded up; at least one.
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

    /// The code may be as old as the window, and a minute more: an account gets one a minute.
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
