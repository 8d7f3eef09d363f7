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
        ("registration_cancelled", seat, CancelledBy::Attendee, ""),
        (
            "registration_cancelled_by_organizer",
            seat,
            CancelledBy::Organizer,
            "",
        ),
        (
            "registration_cancelled_with_a_reason",
            seat,
            CancelledBy::Organizer,
            "You are on the list twice.\nThe other seat is yours.",
        ),
        ("waitlist_left", Place::Waitlist, CancelledBy::Attendee, ""),
        (
            "waitlist_taken_off",
            Place::Waitlist,
            CancelledBy::Organizer,
            "",
        ),
        (
            "waitlist_taken_off_with_a_reason",
            Place::Waitlist,
            CancelledBy::Organizer,
            "This evening is for members.",
        ),
    ]
    .map(|(name, place, by, reason)| {
        let cancelled = RegistrationCancelled {
            event: &EVENT,
            place,
            by,
            reason,
        };
        Sample::of(MailKind::RegistrationCancelled, name, cancelled)
    })
    .into()
}
