//! Counters: the numbers that statistics consist of.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

use crate::{accounts::role::Role, events::EventStatus, text::Gate};

/// A quarter of an hour, identified by its number since 1970 in UTC.
///
/// An hour of any time zone in use consists of whole quarters, because offsets are multiples of 15 minutes (IANA time zone
/// database, since 1972).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(i64);

impl Quarter {
    const SECONDS: i64 = 900;

    /// Returns the quarter that contains `at`.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self(at.as_second().div_euclid(Self::SECONDS))
    }

    /// Returns the time at which the quarter begins.
    #[must_use]
    pub fn begins(self) -> Timestamp {
        Timestamp::from_second(self.0.saturating_mul(Self::SECONDS)).unwrap_or_default()
    }
}

/// A result of a mail. Statistics have a counter for each result. A delivered mail is also counted as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailCount {
    /// SES accepted the mail.
    Sent,
    /// The recipient's mail server accepted the mail.
    Delivered,
    /// The recipient's mail server refused the mail permanently.
    Bounced,
    /// The recipient reported the mail as spam.
    Complained,
    /// The mail could not be sent.
    Failed,
}

impl MailCount {
    const ALL: [Self; 5] = [
        Self::Sent,
        Self::Delivered,
        Self::Bounced,
        Self::Complained,
        Self::Failed,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Failed => "failed",
        }
    }
}

/// A number that statistics contain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counter {
    /// The number of confirmed registrations of an event that were made in this quarter of an hour.
    Registered(Quarter),
    /// The number of cancelled registrations of an event.
    Cancelled,
    /// The number of tickets of an event that are issued and not void.
    Tickets,
    /// The number of admissions to an event in this quarter of an hour.
    Admitted(Quarter),
    /// The number of admissions to an event at this gate.
    AdmittedAt(Gate),
    /// The number of admissions to an event with a ticket that has ended since the admission.
    AdmittedEnded,
    /// The number of mails with this result, of one event or of the whole deployment.
    Mail(MailCount),
    /// The number of all accounts with this role.
    Accounts(Role),
    /// The number of all events with this status.
    Events(EventStatus),
    /// The number of confirmed registrations for all events.
    Registrations,
    /// The number of admissions to all events.
    Admissions,
}

/// Writes the name of the counter as it is stored. Counters of which one item may contain many, such as one for each quarter of
/// an hour, have short names, because the price of a write depends on the item's size.
impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registered(Quarter(quarter)) => write!(f, "r#{quarter}"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Tickets => f.write_str("tickets"),
            Self::Admitted(Quarter(quarter)) => write!(f, "a#{quarter}"),
            Self::AdmittedAt(gate) => write!(f, "gate#{}", gate.as_str()),
            Self::AdmittedEnded => f.write_str("ended"),
            Self::Mail(count) => write!(f, "mail#{}", count.as_str()),
            Self::Accounts(role) => write!(f, "accounts#{}", role.as_str()),
            Self::Events(status) => write!(f, "events#{}", status.as_str()),
            Self::Registrations => f.write_str("registrations"),
            Self::Admissions => f.write_str("admissions"),
        }
    }
}

/// The error that a text is not the name of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a counter")]
pub struct UnknownCounter;

impl FromStr for Counter {
    type Err = UnknownCounter;

    fn from_str(text: &str) -> Result<Self, UnknownCounter> {
        let (name, of) = text.split_once('#').unwrap_or((text, ""));
        let quarter = || of.parse().map(Quarter).map_err(|_| UnknownCounter);
        Ok(match name {
            "r" => Self::Registered(quarter()?),
            "a" => Self::Admitted(quarter()?),
            "gate" if !of.is_empty() => Self::AdmittedAt(Gate::from_stored(of.to_owned())),
            "mail" => Self::Mail(named(MailCount::ALL, of, MailCount::as_str)?),
            "accounts" => Self::Accounts(of.parse().map_err(|_| UnknownCounter)?),
            "events" => Self::Events(named(EventStatus::ALL, of, EventStatus::as_str)?),
            _ => match text {
                "cancelled" => Self::Cancelled,
                "tickets" => Self::Tickets,
                "ended" => Self::AdmittedEnded,
                "registrations" => Self::Registrations,
                "admissions" => Self::Admissions,
                _ => return Err(UnknownCounter),
            },
        })
    }
}

/// Returns the element of `all` whose name is `name`.
fn named<T: Copy>(
    all: impl IntoIterator<Item = T>,
    name: &str,
    called: impl Fn(T) -> &'static str,
) -> Result<T, UnknownCounter> {
    all.into_iter()
        .find(|one| called(*one) == name)
        .ok_or(UnknownCounter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden test: deployed tables contain counters with these names.
    #[test]
    fn counters_are_what_deployed_tables_hold() {
        let quarter = Quarter::of("2027-05-01T18:44:59Z".parse().unwrap());
        assert_eq!(quarter.begins().to_string(), "2027-05-01T18:30:00Z");
        for (counter, golden) in [
            (Counter::Registered(quarter), "r#2010218"),
            (Counter::Admitted(quarter), "a#2010218"),
            (Counter::Cancelled, "cancelled"),
            (Counter::Tickets, "tickets"),
            (
                Counter::AdmittedAt(Gate::parse("North #2").unwrap()),
                "gate#North #2",
            ),
            (Counter::AdmittedEnded, "ended"),
            (Counter::Mail(MailCount::Complained), "mail#complained"),
            (Counter::Accounts(Role::Organizer), "accounts#organizer"),
            (Counter::Events(EventStatus::Published), "events#published"),
            (Counter::Registrations, "registrations"),
            (Counter::Admissions, "admissions"),
        ] {
            assert_eq!(counter.to_string(), golden);
            assert_eq!(golden.parse(), Ok(counter));
        }
        for wrong in ["", "mail", "mail#lost", "r#x", "gate#", "accounts#"] {
            assert_eq!(wrong.parse::<Counter>(), Err(UnknownCounter), "{wrong}");
        }
    }
}
