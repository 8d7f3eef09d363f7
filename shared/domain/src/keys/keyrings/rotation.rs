//! The kinds of rotation that an operator can choose, and the time until the new secret signs.

use std::{str::FromStr, time::Duration};

use jiff::Timestamp;
use secrecy::SecretString;

use super::{RotationError, Secrets};

/// A kind of rotation: a change that an operator makes to the secrets of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Adds a secret. Everything that earlier secrets signed is still accepted.
    Overlapping,
    /// Adds a secret after a leak. From the time at which the new secret signs, everything that earlier secrets signed is
    /// refused.
    Leaked,
    /// Adds no secret. Everything that was signed with a secret older than the present secret is refused immediately.
    DropPrevious,
}

/// The time during which a new secret already verifies, but does not sign yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead(Duration);

/// The error that a text is not a valid [`Lead`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeadError {
    /// The text is not a number with a unit after it, such as `30m`.
    #[error("must be a number and s, m, h or d, such as 12h")]
    Form,
    /// The time is shorter than [`Lead::MIN`].
    #[error("must be 40s at least, because the secret is read again every 20 seconds")]
    TooShort,
    /// The time is longer than [`Lead::MAX`].
    #[error("must be a year at most")]
    TooLong,
}

impl Lead {
    /// The minimum [`Lead`], which is twice the interval at which a process reads the secret again (`bootstrap::keys`).
    pub const MIN: Duration = Duration::from_secs(40);
    /// The maximum [`Lead`], which is one year.
    pub const MAX: Duration = Duration::from_hours(366 * 24);
}

/// Reads a number followed by a unit: `90s`, `30m`, `12h` or `2d`.
impl FromStr for Lead {
    type Err = LeadError;

    fn from_str(text: &str) -> Result<Self, LeadError> {
        let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
        let read = units.into_iter().find_map(|(unit, seconds)| {
            let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
            Some(Duration::from_secs(number.saturating_mul(seconds)))
        });
        match read.ok_or(LeadError::Form)? {
            time if time < Self::MIN => Err(LeadError::TooShort),
            time if time > Self::MAX => Err(LeadError::TooLong),
            time => Ok(Self(time)),
        }
    }
}

impl Rotation {
    /// Returns the rotation that the operator selects with the options `leaked` and `drop_previous`. At most one of the options
    /// may be true.
    #[must_use]
    pub fn of(leaked: bool, drop_previous: bool) -> Self {
        match (leaked, drop_previous) {
            (_, true) => Self::DropPrevious,
            (true, false) => Self::Leaked,
            (false, false) => Self::Overlapping,
        }
    }

    /// Returns the time until the new secret signs, if the operator does not choose one.
    fn default_lead(self) -> Lead {
        Lead(match self {
            // The scanning devices at the doors must have time to fetch the new keys before the doors open.
            Self::Overlapping => Duration::from_hours(24),
            // After a leak, this time is short, because the leaked secret still signs until the new secret signs.
            Self::Leaked | Self::DropPrevious => Duration::from_mins(1),
        })
    }

    /// Changes `secrets` at the time `now`. The function `secret` makes the new secret, and is called only if the rotation adds
    /// one.
    ///
    /// # Errors
    /// Returns [`RotationError::NotOver`], [`RotationError::NoPrevious`], or the error of the function `secret`. In all these
    /// cases, nothing is changed.
    pub fn apply<E: From<RotationError>>(
        self,
        secrets: &mut Secrets,
        now: Timestamp,
        lead: Option<Lead>,
        secret: impl FnOnce() -> Result<SecretString, E>,
    ) -> Result<(), E> {
        let at = now + lead.unwrap_or_else(|| self.default_lead()).0;
        match self {
            Self::Overlapping => secrets.rotate(secret()?, now, at)?,
            Self::Leaked => secrets.rotate_leaked(secret()?, at),
            Self::DropPrevious => secrets.drop_previous(now)?,
        }
        Ok(())
    }

    /// Returns the consequences of this rotation, as sentences for the operator.
    #[must_use]
    pub fn what_follows(self) -> &'static str {
        match self {
            Self::Overlapping => {
                "Nobody notices: everything that the previous secret signed is still accepted. End the overlap with \
                 --drop-previous after 30 days at least, and after the last event whose tickets it signed."
            }
            Self::Leaked => {
                "When the new secret signs, everybody must sign in again, and QR codes that were shown, mailed or printed \
                 before are refused: their holders open the ticket again. Codes of tickets stay valid. Let scanners fetch \
                 the keys."
            }
            Self::DropPrevious => {
                "Within 20 seconds, everything that an ended secret signed is refused: sessions that were not refreshed \
                 since a newer one signs, QR codes, and unsubscribe links. Codes of tickets stay valid."
            }
        }
    }
}

#[cfg(test)]
mod tests;
