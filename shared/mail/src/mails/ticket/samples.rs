use domain::mail::kind::MailKind;

use super::TicketIssued;
use crate::tests::samples::{EVENT, Sample, TICKET, entry};

/// Returns the mail of somebody who registered, or who came from the waitlist.
fn issued(promoted: bool) -> TicketIssued<'static> {
    TicketIssued {
        event: &EVENT,
        entry: entry(3),
        ticket: TICKET,
        promoted,
    }
}

/// Returns the mail in every way in which its words differ.
pub(crate) fn samples() -> Vec<Sample> {
    vec![
        Sample::of(MailKind::Ticket, "registration_confirmed", issued(false)),
        Sample::of(MailKind::Ticket, "promoted", issued(true)),
    ]
}
