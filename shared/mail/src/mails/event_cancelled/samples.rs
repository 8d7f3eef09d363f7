use domain::mail::kind::MailKind;

use super::EventCancelled;
use crate::{
    facts::Place,
    tests::samples::{EVENT, Sample, entry},
};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let cancelled = |reason, place| EventCancelled {
        event: &EVENT,
        reason,
        place,
    };
    let reason = "The speaker is ill.\r\n\r\nWe hope to see you in autumn.";
    let for_seats = cancelled(reason, Place::Seat(entry(4)));
    let for_the_waitlist = cancelled("", Place::Waitlist);
    let kind = MailKind::EventCancelled;
    vec![
        Sample::of(kind, "event_cancelled", for_seats),
        Sample::of(kind, "event_cancelled_for_the_waitlist", for_the_waitlist),
    ]
}
