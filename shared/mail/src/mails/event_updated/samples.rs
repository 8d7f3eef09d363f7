use domain::mail::kind::MailKind;

use super::EventUpdated;
use crate::{
    facts::{Place, Previous},
    tests::samples::{EVENT, MOVED, Sample, TICKET, entry},
};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let before = Previous {
        title: Some(EVENT.title),
        venue: Some(EVENT.venue),
        period: Some(EVENT.period()),
    };
    let moved = EventUpdated {
        event: &MOVED,
        previous: before.clone(),
        place: Place::Seat(entry(4)),
        ticket: Some(TICKET),
    };
    let renamed = EventUpdated {
        event: &EVENT,
        previous: Previous {
            title: Some("Rust in Berlin"),
            ..before
        },
        place: Place::Waitlist,
        ticket: None,
    };
    let kind = MailKind::EventUpdated;
    vec![
        Sample::of(kind, "event_updated", moved),
        Sample::of(kind, "event_updated_title_for_the_waitlist", renamed),
    ]
}
