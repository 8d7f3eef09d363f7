//! The sender: whether SES accepts mail that this deployment sends, as far as the replies of SES to the last mails show it.

use jiff::{SignedDuration, Timestamp};

/// The minimum time between two writes of the same outcome to the [`SenderNote`] by one process. A refused mail is sent again
/// only after at least this time. So if SES then accepts the mail, the note also shows that.
pub const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// The reason why SES refuses a mail although the mail itself is correct. The operator of the deployment must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The sender's identity is not verified, or, in the sandbox, the recipient is not.
    NotVerified,
    /// Sending is paused for the account at AWS.
    Paused,
    /// The account at AWS may no longer send mail.
    Suspended,
    /// The function does not have the permission to send mail.
    NotAllowed,
    /// The configuration set or the identity no longer exists.
    NotFound,
}

impl Fault {
    /// All reasons why SES may refuse a correct mail.
    pub const ALL: [Self; 5] = [
        Self::NotVerified,
        Self::Paused,
        Self::Suspended,
        Self::NotAllowed,
        Self::NotFound,
    ];

    /// Returns the name of the fault as it is stored and logged.
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

/// The reply of SES to a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendOutcome {
    /// SES accepted the mail.
    Accepted,
    /// SES refused the mail because of a fault of the deployment.
    Refused(Fault),
}

/// The time at which SES last accepted a mail, and the time at which it last refused a mail because of a fault of the
/// deployment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SenderNote {
    /// The time at which SES last accepted a mail; `None` if it never accepted one.
    pub accepted_at: Option<Timestamp>,
    /// The time at which SES last refused a mail, and the fault; `None` if it never refused one.
    pub refused: Option<(Timestamp, Fault)>,
}

impl SenderNote {
    /// Returns the fault if SES has refused a mail and has not accepted one since. A refused mail is sent again after at most
    /// 15 minutes, and its new outcome then corrects the note if the note is out of date.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let (at, fault) = self.refused?;
        self.accepted_at
            .is_none_or(|accepted| accepted <= at)
            .then_some(fault)
    }

    /// Whether a process that last wrote this note should now write `outcome` to it. A process does not write the outcome of
    /// every mail, so many mails cause few writes. But if the note shows a fault and SES accepts a mail, the process writes
    /// that immediately.
    #[must_use]
    pub fn is_due(&self, outcome: SendOutcome, now: Timestamp) -> bool {
        let is_old = |at: Timestamp| now.duration_since(at).abs() >= NOTED_EVERY;
        match outcome {
            SendOutcome::Accepted => self.fault().is_some() || self.accepted_at.is_none_or(is_old),
            SendOutcome::Refused(_) => self.refused.is_none_or(|(at, _)| is_old(at)),
        }
    }

    /// Stores `outcome` in the note. SES replied with `outcome` at the time `now`.
    pub fn add(&mut self, outcome: SendOutcome, now: Timestamp) {
        match outcome {
            SendOutcome::Accepted => self.accepted_at = Some(now),
            SendOutcome::Refused(fault) => self.refused = Some((now, fault)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: SendOutcome = SendOutcome::Refused(Fault::Paused);

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(1_809_194_400_000 + millisecond).unwrap()
    }

    fn note(outcomes: &[(i64, SendOutcome)]) -> SenderNote {
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
            (&[(1, SendOutcome::Accepted)], None),
            (&[(1, REFUSED)], Some(Fault::Paused)),
            (
                &[(1, SendOutcome::Accepted), (2, REFUSED)],
                Some(Fault::Paused),
            ),
            (&[(1, REFUSED), (2, SendOutcome::Accepted)], None),
            (&[(2, SendOutcome::Accepted), (1, REFUSED)], None),
        ] {
            assert_eq!(note(outcomes).fault(), fault, "{outcomes:?}");
        }
    }

    #[test]
    fn notes_are_few_whatever_comes_and_mail_that_is_taken_again_is_noted_at_once() {
        for outcome in [SendOutcome::Accepted, REFUSED] {
            let note = note(&[(0, outcome)]);
            assert!(!note.is_due(outcome, at(999)), "{outcome:?}");
            assert!(note.is_due(outcome, at(1_000)), "{outcome:?}");
            assert!(SenderNote::default().is_due(outcome, at(0)), "{outcome:?}");
        }
        let refused = note(&[(0, SendOutcome::Accepted), (1, REFUSED)]);
        assert!(refused.is_due(SendOutcome::Accepted, at(2)));
        // In the sandbox, SES may alternate between accepting and refusing mails, because it depends on the recipient. Even
        // then, there are few writes to the note.
        let mut noted = refused;
        noted.add(SendOutcome::Accepted, at(2));
        assert!(!noted.is_due(REFUSED, at(3)));
        assert!(!noted.is_due(SendOutcome::Accepted, at(4)));
    }

    #[test]
    fn faults_have_names_of_their_own() {
        let names: std::collections::HashSet<_> = Fault::ALL.map(Fault::as_str).into();
        assert_eq!(names.len(), Fault::ALL.len());
    }
}
