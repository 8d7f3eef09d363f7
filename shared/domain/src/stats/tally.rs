//! Tallies: counters with their numbers. The contribution of an item is a tally.

use std::collections::BTreeMap;

use super::counter::{Counter, MailCount, Quarter};
use crate::{
    accounts::role::Role,
    door::Ticket,
    events::EventStatus,
    mail::state::MailState,
    seats::registration::{Registration, RegistrationStatus},
};

/// Counters with their numbers, without the counters whose number is zero. If the tally describes a change of the statistics, a
/// number may be negative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<Counter, i64>);

impl Tally {
    /// Returns the contribution of a registration to its event's statistics.
    #[must_use]
    pub fn of_registration(registration: &Registration) -> Self {
        match registration.status {
            RegistrationStatus::Confirmed => {
                let made = Quarter::of(registration.registered_at);
                [Counter::Registered(made)].into_iter().collect()
            }
            RegistrationStatus::Cancelled => [Counter::Cancelled].into_iter().collect(),
            RegistrationStatus::Waitlisted => Self::default(),
        }
    }

    /// Returns the contribution of a ticket to its event's statistics.
    #[must_use]
    pub fn of_ticket(ticket: &Ticket) -> Self {
        let has_ended = ticket.has_ended();
        let standing = (!has_ended).then_some(Counter::Tickets);
        let mut tally: Self = standing.into_iter().collect();
        if let Some(scan) = ticket.admission().filter(|_| ticket.is_inside()) {
            if has_ended {
                tally.add(Counter::AdmittedEnded, 1);
            }
            tally.add(Counter::Admitted(Quarter::of(scan.at)), 1);
            if let Some(gate) = &scan.gate {
                tally.add(Counter::AdmittedAt(gate.clone()), 1);
            }
        }
        tally
    }

    /// Returns the contribution of a mail in this state to statistics.
    #[must_use]
    pub fn of_mail(state: MailState) -> Self {
        use MailCount::{Bounced, Complained, Delivered, Failed, Sent};
        let counts: &[MailCount] = match state {
            MailState::Sending | MailState::Suppressed => &[],
            MailState::Sent => &[Sent],
            MailState::Delivered => &[Sent, Delivered],
            MailState::Bounced => &[Sent, Bounced],
            // A recipient who complains has received the mail, so the mail counts as delivered, too.
            MailState::Complained => &[Sent, Delivered, Complained],
            MailState::Failed => &[Failed],
        };
        counts.iter().copied().map(Counter::Mail).collect()
    }

    /// Returns the contribution of an account with this role to the statistics of the deployment.
    #[must_use]
    pub fn of_account(role: Role) -> Self {
        [Counter::Accounts(role)].into_iter().collect()
    }

    /// Returns the contribution of an event with this status to the statistics of the deployment.
    #[must_use]
    pub fn of_event(status: EventStatus) -> Self {
        [Counter::Events(status)].into_iter().collect()
    }

    /// Returns the contribution that this tally of an event makes to the statistics of the deployment.
    #[must_use]
    pub fn for_all(&self) -> Self {
        let mut all = Self::default();
        for (counter, number) in &self.0 {
            match counter {
                Counter::Registered(_) => all.add(Counter::Registrations, *number),
                Counter::Admitted(_) => all.add(Counter::Admissions, *number),
                Counter::Mail(_) => all.add(counter.clone(), *number),
                _ => {}
            }
        }
        all
    }

    /// Adds `number` to the number of the counter `counter`.
    pub fn add(&mut self, counter: Counter, number: i64) {
        let standing = self.0.remove(&counter).unwrap_or(0);
        let sum = standing.saturating_add(number);
        if sum != 0 {
            self.0.insert(counter, sum);
        }
    }

    /// Adds all numbers of the tally `other`.
    pub fn add_all(&mut self, other: &Self) {
        for (counter, number) in &other.0 {
            self.add(counter.clone(), *number);
        }
    }

    /// Returns the change of each counter's number from the tally `before` to this tally.
    #[must_use]
    pub fn since(mut self, before: &Self) -> Self {
        for (counter, number) in &before.0 {
            self.add(counter.clone(), number.saturating_neg());
        }
        self
    }

    /// Returns the number of a counter, which may be negative.
    #[must_use]
    pub fn number(&self, counter: &Counter) -> i64 {
        self.0.get(counter).copied().unwrap_or(0)
    }

    /// Returns the number of a counter as readers see it, with zero for a negative number.
    #[must_use]
    pub fn count(&self, counter: &Counter) -> u64 {
        shown(self.number(counter))
    }

    /// Returns the sum of the numbers of the counters for which `of` is true. A negative sum is returned as zero.
    #[must_use]
    pub fn sum(&self, of: impl Fn(&Counter) -> bool) -> u64 {
        let numbers = self.iter().filter(|(counter, _)| of(counter));
        shown(numbers.map(|(_, number)| number).sum())
    }

    /// Whether the numbers of all counters are zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the counters that are not zero, with their numbers, in the order of the counters.
    pub fn iter(&self) -> impl Iterator<Item = (&Counter, i64)> {
        self.0.iter().map(|(counter, number)| (counter, *number))
    }

    /// Removes the counters for which `keep` is false.
    pub fn retain(&mut self, keep: impl Fn(&Counter) -> bool) {
        self.0.retain(|counter, _| keep(counter));
    }
}

/// Returns a number as readers see it. The number may be negative while some stream records have not been counted yet, and is
/// then shown as zero.
pub(crate) fn shown(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Adds one to a counter for each time that it occurs.
impl FromIterator<Counter> for Tally {
    fn from_iter<I: IntoIterator<Item = Counter>>(counters: I) -> Self {
        let mut tally = Self::default();
        for counter in counters {
            tally.add(counter, 1);
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::TicketStatus;
    use crate::door::tests::{at, scan, ticket};

    #[test]
    fn what_is_added_and_taken_away_leaves_nothing() {
        let mut tally = Tally::of_mail(MailState::Complained);
        tally.add_all(&Tally::of_account(Role::User));
        let same = tally.clone();
        assert!(tally.since(&same).is_zero());
    }

    #[test]
    fn feedback_on_a_mail_adds_what_is_new() {
        use MailState::{Bounced, Complained, Delivered, Failed, Sending, Sent};
        let news = |before, after| {
            let change = Tally::of_mail(after).since(&Tally::of_mail(before));
            change
                .iter()
                .map(|(counter, number)| format!("{counter} {number:+}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(news(Sending, Sent), ["mail#sent +1"]);
        assert_eq!(news(Sent, Delivered), ["mail#delivered +1"]);
        assert_eq!(
            news(Delivered, Bounced),
            ["mail#delivered -1", "mail#bounced +1"]
        );
        assert_eq!(news(Delivered, Complained), ["mail#complained +1"]);
        assert_eq!(news(Sent, Failed), ["mail#sent -1", "mail#failed +1"]);
        assert_eq!(
            news(Sending, Delivered),
            ["mail#sent +1", "mail#delivered +1"]
        );
    }
    #[test]
    fn a_void_ticket_counts_its_admission_only_if_its_end_is_known() {
        let mut ticket = ticket();
        ticket.take(scan("a", 1));
        ticket.status = TicketStatus::Void;
        assert!(Tally::of_ticket(&ticket).is_zero());
        ticket.ended_at = Some(at(2));
        let admitted = Counter::Admitted(Quarter::of(at(1)));
        let expected: Tally = [Counter::AdmittedEnded, admitted].into_iter().collect();
        assert_eq!(Tally::of_ticket(&ticket), expected);
    }
}
