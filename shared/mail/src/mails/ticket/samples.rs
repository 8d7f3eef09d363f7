use domain::mail::kind::MailKind;

use super::TicketIssued;
use crate::tests::samples::{EVENT, Sample, TICKET, entry};

/// Returns the mail to a guest who registered, or who was promoted from the waitlist.
fn issued(promoted: bool) -> TicketIssued<'static> {
    TicketIssued {
        event: &EVENT,
        entry: entry(3),
        ticket: TICKET,
        promoted,
    }
}

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    vec![
        Sample::of(MailKind::Ticket, "registration_confirmed", issued(false)),
        Sample::of(MailKind::Ticket, "promoted", issued(true)),
    ]
}
