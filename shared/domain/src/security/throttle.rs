//! Waits after failed logins. The wait grows exponentially with each failed login, so guessing a password is slow. The wait has
//! a maximum, so the owner of an account is never locked out permanently.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use crate::accounts::email::Email;

/// The time after the last failed login of a subject (an address or a source) after which all its failed logins are forgotten.
pub const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);

/// The source of a request: an IPv4 address, or an IPv6 network of 64 bits, which is the smallest network that a customer gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source(IpAddr);

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The subject whose failed logins are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Logins with this address, whether an account has the address or not.
    Account(Email),
    /// Logins from this source.
    Source(Source),
}

/// The failed logins of a subject so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// The number of failed logins since the failed logins were last forgotten.
    pub count: u32,
    /// The time of the last failed login.
    pub last_at: Timestamp,
}

/// The number of logins of a subject that may fail without a wait, and the longest wait after further failed logins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The number of failed logins that cause no wait.
    pub free: u32,
    /// The longest wait after a failed login.
    pub longest: Duration,
}

impl Patience {
    /// The limits for an account: five failed logins without a wait, then waits of up to a minute. So an attacker's failed
    /// logins keep the owner out for at most a minute, and a reset of the password clears the failed logins.
    pub const WITH_ACCOUNT: Self = Self {
        free: 5,
        longest: Duration::from_mins(1),
    };

    /// Returns the limits for a source, from which `free` logins may fail without a wait. All people in a house or an office
    /// may share one source.
    #[must_use]
    pub fn with_source(free: u32) -> Self {
        Self {
            free,
            longest: Duration::from_mins(15),
        }
    }

    /// Returns the remaining wait at `now` after these failed logins; zero if there is none. The first failed login beyond
    /// `free` causes a wait of one second, and each further one doubles the wait, up to `longest`.
    #[must_use]
    pub fn wait(&self, failures: Failures, now: Timestamp) -> Duration {
        let Some(doublings) = failures.count.checked_sub(self.free + 1) else {
            return Duration::ZERO;
        };
        let whole = Duration::from_secs(1u64 << doublings.min(20)).min(self.longest);
        let waited = now
            .duration_since(failures.last_at)
            .max(SignedDuration::ZERO);
        whole.saturating_sub(waited.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(count: u32, later_ms: i64) -> Duration {
        let last_at = "2027-05-01T18:00:00Z".parse().unwrap();
        let now = last_at + SignedDuration::from_millis(later_ms);
        Patience::WITH_ACCOUNT.wait(Failures { count, last_at }, now)
    }

    #[test]
    fn waits_double_and_are_bounded() {
        for (count, seconds) in [(0, 0), (5, 0), (6, 1), (7, 2), (9, 8), (12, 60), (500, 60)] {
            assert_eq!(wait(count, 0), Duration::from_secs(seconds), "{count}");
        }
        assert_eq!(wait(7, 1_500), Duration::from_millis(500));
        assert_eq!(wait(7, 2_000), Duration::ZERO);
        assert_eq!(wait(7, -60_000), Duration::from_secs(2), "another clock");
    }

    #[test]
    fn a_customer_is_one_source() {
        let source = |text: &str| Source::from(text.parse::<IpAddr>().unwrap()).to_string();
        assert_eq!(source("192.0.2.7"), "192.0.2.7");
        assert_eq!(source("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(source("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
