//! The sender: whether SES accepts mail of this deployment, by its answers to the last mails.

use jiff::{SignedDuration, Timestamp};

/// The time after which a process notes the same outcome again. It is no longer than the wait of a refused mail: of several
/// processes that send, the process that sends that mail again notes that it was accepted.
pub const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// The reason why SES refuses mail that is itself in order. The operator of the deployment must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The identity, or in the sandbox the recipient, is not verified.
    NotVerified,
    /// Sending is paused.
    Paused,
    /// The account may not send mail any more.
    Suspended,
    /// The function may not send mail.
    NotAllowed,
    /// The configuration set, or the identity, does not exist any more.
    NotFound,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 5] = [
        Self::NotVerified,
        Self::Paused,
        Self::Suspended,
        Self::NotAllowed,
        Self::NotFound,
    ];

    /// Returns the name as it is stored and logged.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotVerified => "not-verified",
            Self::Paused => "paused",
            Self::Suspended => "suspended",
            Self::NotAllowed => "not-allowed",
            Self::NotFound => "not-found",
        }
    }
}

/// The answer of SES to a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// SES accepted the mail.
    Accepted,
    /// SES refused the mail because of a fault of the deployment.
    Refused(Fault),
}

/// The times at which SES last accepted a mail, and last refused one because of a fault of the deployment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SenderNote {
    /// The time at which SES last accepted a mail; `None`: SES never accepted one.
    pub accepted_at: Option<Timestamp>,
    /// The time at which SES last refused a mail, and the fault; `None`: SES never refused one.
    pub refused: Option<(Timestamp, Fault)>,
}

impl SenderNote {
    /// Returns the fault if a mail was refused and none has been accepted since. A mail that was refused so is sent again after
    /// 15 minutes at most, so the note corrects itself.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let (at, fault) = self.refused?;
        self.accepted_at
            .is_none_or(|accepted| accepted <= at)
            .then_some(fault)
    }

    /// Whether a process that has noted this should also note `outcome`. In a rush it does not note every mail, but it notes at
    /// once that mail is accepted again.
    #[must_use]
    pub fn is_due(&self, outcome: Outcome, now: Timestamp) -> bool {
        let is_old = |at: Timestamp| now.duration_since(at).abs() >= NOTED_EVERY;
        match outcome {
            Outcome::Accepted => self.fault().is_some() || self.accepted_at.is_none_or(is_old),
            Outcome::Refused(_) => self.refused.is_none_or(|(at, _)| is_old(at)),
        }
    }

    /// Adds `outcome`.
    pub fn add(&mut self, outcome: Outcome, now: Timestamp) {
        match outcome {
            Outcome::Accepted => self.accepted_at = Some(now),
            Outcome::Refused(fault) => self.refused = Some((now, fault)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: Outcome = Outcome::Refused(Fault::Paused);

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(1_809_194_400_000 + millisecond).unwrap()
    }

    fn note(outcomes: &[(i64, Outcome)]) -> SenderNote {
        let mut note = SenderNote::default();
        for (when, outcome) in outcomes {
            note.add(*outcome, at(*when));
        }
        note
    }

    #[test]
    fn mail_is_refused_until_one_is_taken() {
        for (outcomes, fault) in [
            (&[][..], None),
            (&[(1, Outcome::Accepted)], None),
            (&[(1, REFUSED)], Some(Fault::Paused)),
            (&[(1, Outcome::Accepted), (2, REFUSED)], Some(Fault::Paused)),
            (&[(1, REFUSED), (2, Outcome::Accepted)], None),
            (&[(2, Outcome::Accepted), (1, REFUSED)], None),
        ] {
            assert_eq!(note(outcomes).fault(), fault, "{outcomes:?}");
        }
    }

    #[test]
    fn notes_are_few_whatever_comes_and_mail_that_is_taken_again_is_noted_at_once() {
        for outcome in [Outcome::Accepted, REFUSED] {
            let note = note(&[(0, outcome)]);
            assert!(!note.is_due(outcome, at(999)), "{outcome:?}");
            assert!(note.is_due(outcome, at(1_000)), "{outcome:?}");
            assert!(SenderNote::default().is_due(outcome, at(0)), "{outcome:?}");
        }
        let refused = note(&[(0, Outcome::Accepted), (1, REFUSED)]);
        assert!(refused.is_due(Outcome::Accepted, at(2)));
        // A sandbox accepts one mail and refuses the next, for ever.
        let mut noted = refused;
        noted.add(Outcome::Accepted, at(2));
        assert!(!noted.is_due(REFUSED, at(3)));
        assert!(!noted.is_due(Outcome::Accepted, at(4)));
    }

    #[test]
    fn faults_have_names_of_their_own() {
        let names: std::collections::HashSet<_> = Fault::ALL.map(Fault::as_str).into();
        assert_eq!(names.len(), Fault::ALL.len());
    }
}
