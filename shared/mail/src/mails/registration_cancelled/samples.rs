use domain::mail::kind::MailKind;

use super::RegistrationCancelled;
use crate::{
    facts::{CancelledBy, Place},
    tests::samples::{EVENT, Sample, entry},
};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let seat = Place::Seat(entry(4));
    [
        ("registration_cancelled", seat, CancelledBy::Attendee),
        (
            "registration_cancelled_by_organizer",
            seat,
            CancelledBy::Organizer,
        ),
        ("waitlist_left", Place::Waitlist, CancelledBy::Attendee),
        (
            "waitlist_taken_off",
            Place::Waitlist,
            CancelledBy::Organizer,
        ),
    ]
    .map(|(name, place, by)| {
        let cancelled = RegistrationCancelled {
            event: &EVENT,
            place,
            by,
        };
        Sample::of(MailKind::RegistrationCancelled, name, cancelled)
    })
    .into()
}
