//! Mailing a ticket again, because its holder lost the first mail or never got it.

use std::time::Duration;

use jiff::Timestamp;

use super::Ticket;

/// The minimum time between two requests to mail the same ticket again.
pub const MAIL_AGAIN_AFTER: Duration = Duration::from_mins(5);

/// The reason why a ticket is not mailed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMail {
    /// The ticket is void.
    Void,
    /// The ticket was mailed again a short time ago. The next request is possible after this time.
    TooSoon(Duration),
}

impl Ticket {
    /// Notes that the ticket is to be mailed again. The first mail, which follows from issuing the ticket, does not count.
    ///
    /// # Errors
    /// The ticket is void, or the last request was made less than [`MAIL_AGAIN_AFTER`] before `now`.
    pub fn mail_again(&mut self, now: Timestamp) -> Result<(), NoMail> {
        if self.has_ended() {
            return Err(NoMail::Void);
        }
        // If the clock of the server that wrote the last request is ahead, this time is longer than [`MAIL_AGAIN_AFTER`].
        let next = self.mail_again_at.map(|last| last + MAIL_AGAIN_AFTER);
        if let Some(next) = next.filter(|next| now < *next) {
            let wait = now.duration_until(next).unsigned_abs();
            return Err(NoMail::TooSoon(wait.min(MAIL_AGAIN_AFTER)));
        }
        self.mail_again_at = Some(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::{
        TicketStatus,
        tests::{at, ticket},
    };

    #[test]
    fn a_ticket_is_mailed_again_at_most_every_five_minutes() {
        let mut ticket = ticket();
        assert_eq!(ticket.mail_again(at(1000)), Ok(()));
        for (second, wait) in [(999, 300), (1000, 300), (1001, 299), (1299, 1)] {
            let too_soon = NoMail::TooSoon(Duration::from_secs(wait));
            assert_eq!(ticket.mail_again(at(second)), Err(too_soon), "{second}");
        }
        assert_eq!(ticket.mail_again_at, Some(at(1000)));
        assert_eq!(ticket.mail_again(at(1300)), Ok(()));
        assert_eq!(ticket.mail_again_at, Some(at(1300)));
    }

    #[test]
    fn an_admitted_ticket_is_mailed_again_and_a_void_ticket_is_not() {
        let admitted = &mut Ticket {
            status: TicketStatus::Admitted,
            ..ticket()
        };
        assert_eq!(admitted.mail_again(at(1)), Ok(()));
        let mut void = ticket();
        void.end(at(2));
        assert_eq!(void.mail_again(at(3)), Err(NoMail::Void));
        assert_eq!(void.mail_again_at, None);
    }
}
