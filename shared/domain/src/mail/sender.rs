//! Whether SES takes mail of this deployment, as its answers to the last mails tell.

use jiff::{SignedDuration, Timestamp};

/// A process notes the same outcome again after so long. No longer than a mail that was refused waits: of several processes
/// that send, whichever sends it then notes that it was taken.
pub const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// Why SES refuses mail that is itself in order: whoever runs the deployment must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The identity, or in the sandbox the recipient, is not verified.
    NotVerified,
    /// Sending is paused.
    Paused,
    /// The account may not send any more.
    Suspended,
    /// The function may not send.
    NotAllowed,
    /// The configuration set, or the identity, is gone.
    NotFound,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::NotVerified,
        Self::Paused,
        Self::Suspended,
        Self::NotAllowed,
        Self::NotFound,
    ];

    /// The name as stored and logged.
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

/// What SES said to a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It took it.
    Accepted,
    /// It refused it, and blames the deployment.
    Refused(Fault),
}

/// When SES last took a mail, and when it last refused one and blamed the deployment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SenderNote {
    /// When it took one; `None`: it never did.
    pub accepted_at: Option<Timestamp>,
    /// When it refused one, and why; `None`: it never did.
    pub refused: Option<(Timestamp, Fault)>,
}

impl SenderNote {
    /// Why mail is refused: it was, and none has been taken since. What was refused so comes again, after 15 minutes at most;
    /// so this mends itself.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let (at, fault) = self.refused?;
        self.accepted_at
            .is_none_or(|accepted| accepted <= at)
            .then_some(fault)
    }

    /// Whether a process that has noted this should note `outcome`, too: in a rush not for every mail, but at once that mail
    /// is taken again.
    #[must_use]
    pub fn is_due(&self, outcome: Outcome, now: Timestamp) -> bool {
        let is_old = |at: Timestamp| now.duration_since(at).abs() >= NOTED_EVERY;
        match outcome {
            Outcome::Accepted => self.fault().is_some() || self.accepted_at.is_none_or(is_old),
            Outcome::Refused(_) => self.refused.is_none_or(|(at, _)| is_old(at)),
        }
    }

    /// With `outcome`.
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
        // A sandbox takes one mail and refuses the next, for ever.
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
