//! Invitations to the door staff of an event.
//!
//! An event has at most one invitation. Everybody who has its code can join the door staff until the invitation expires, is
//! revoked, or is replaced by a new one. People who joined remain door staff afterwards.

use jiff::{SignedDuration, Timestamp};

use crate::{
    events::schedule::Schedule,
    invalid::{Reason, Refusal},
    keys::bearer_code::BearerCode,
};

/// The time between the end of an event and the expiry of its invitation, if the organizer does not choose the validity.
/// Devices that scanned without a network send their scans in this time, perhaps by another account.
const AFTER_THE_END: SignedDuration = SignedDuration::from_hours(24);

/// The invitation to the door staff of an event. It contains no id of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The hash of the code.
    pub fingerprint: String,
    /// The time at which the invitation was made.
    pub created_at: Timestamp,
    /// The first moment at which the invitation is not valid any more: a whole second.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// Returns the invitation that is made at the time `now`. If no `validity` is chosen, the invitation expires a day after the
    /// event's end. It is valid for an hour at least, and for 30 days at most.
    #[must_use]
    pub fn new(
        code: &BearerCode,
        schedule: &Schedule,
        validity: Option<Validity>,
        now: Timestamp,
    ) -> Self {
        let until_after_the_end = schedule.ends_at.duration_since(now) + AFTER_THE_END;
        let hours = |hours: u32| SignedDuration::from_hours(hours.into());
        let validity = validity.map_or_else(
            || until_after_the_end.clamp(hours(Validity::MIN_HOURS), hours(Validity::MAX_HOURS)),
            |validity| hours(validity.hours()),
        );
        let expires_at = now.as_second().saturating_add(validity.as_secs());
        Self {
            fingerprint: code.fingerprint(),
            created_at: now,
            expires_at: Timestamp::from_second(expires_at).unwrap_or(now),
        }
    }

    /// Whether the invitation is still valid at the time `now`.
    #[must_use]
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

/// The number of hours for which an invitation is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity(u32);

/// The error that an invitation cannot be valid for a number of hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from {min} to {max}", min = Validity::MIN_HOURS, max = Validity::MAX_HOURS)]
pub struct ValidityError;

impl Refusal for ValidityError {
    fn reason(&self) -> Reason {
        Reason::OutOfRange {
            min: Validity::MIN_HOURS,
            max: Validity::MAX_HOURS,
        }
    }
}

impl Validity {
    /// The minimum number of hours.
    pub const MIN_HOURS: u32 = 1;
    /// The maximum number of hours: 30 days.
    pub const MAX_HOURS: u32 = 30 * 24;

    /// Returns the number of hours.
    #[must_use]
    pub fn hours(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Validity {
    type Error = ValidityError;
    fn try_from(hours: i64) -> Result<Self, ValidityError> {
        u32::try_from(hours)
            .ok()
            .filter(|hours| (Self::MIN_HOURS..=Self::MAX_HOURS).contains(hours))
            .map(Self)
            .ok_or(ValidityError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::schedule::tests::{evening, time};

    /// Returns the invitation to an event that ends on 2027-05-01 at 22:00.
    fn made(now: &str, hours: Option<i64>) -> Invitation {
        let code = BearerCode::new([7; 32]);
        let validity = hours.map(|hours| Validity::try_from(hours).unwrap());
        Invitation::new(&code, &evening(), validity, time(now))
    }

    #[test]
    fn an_invitation_expires_a_day_after_the_event_or_when_the_organizer_chose() {
        for (now, hours, expires_at) in [
            ("2027-04-30T10:00:00Z", None, "2027-05-02T22:00:00Z"),
            // 30 days are the maximum.
            ("2027-01-01T00:00:00Z", None, "2027-01-31T00:00:00Z"),
            // An hour is the minimum, even after the event.
            ("2027-05-02T21:30:00Z", None, "2027-05-02T22:30:00Z"),
            ("2027-06-01T00:00:00Z", None, "2027-06-01T01:00:00Z"),
            ("2027-04-30T10:00:00Z", Some(1), "2027-04-30T11:00:00Z"),
            ("2027-04-30T10:00:00Z", Some(720), "2027-05-30T10:00:00Z"),
            // Items expire at whole seconds.
            ("2027-04-30T10:00:00.987Z", Some(1), "2027-04-30T11:00:00Z"),
        ] {
            let invitation = made(now, hours);
            assert_eq!(invitation.expires_at, time(expires_at), "{now} {hours:?}");
            assert_eq!(invitation.created_at, time(now));
        }
    }

    #[test]
    fn an_invitation_is_valid_until_it_expires() {
        let invitation = made("2027-04-30T10:00:00Z", Some(1));
        assert!(invitation.is_valid_at(time("2027-04-30T10:59:59.999Z")));
        assert!(!invitation.is_valid_at(time("2027-04-30T11:00:00Z")));
    }

    #[test]
    fn an_invitation_has_only_the_fingerprint_of_its_code() {
        let code = BearerCode::new([7; 32]);
        let invitation = made("2027-04-30T10:00:00Z", None);
        assert_eq!(invitation.fingerprint, code.fingerprint());
        assert!(!format!("{invitation:?}").contains(code.as_str()));
    }

    #[test]
    fn the_organizer_chooses_an_hour_to_thirty_days() {
        for hours in [1, 24, 720] {
            assert_eq!(
                Validity::try_from(hours).map(|validity| i64::from(validity.hours())),
                Ok(hours)
            );
        }
        for hours in [i64::MIN, -1, 0, 721, i64::MAX] {
            assert_eq!(Validity::try_from(hours), Err(ValidityError), "{hours}");
        }
    }
}
