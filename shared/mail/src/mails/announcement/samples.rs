use domain::mail::kind::MailKind;

use super::Announcement;
use crate::tests::samples::{EVENT, Sample, UNSUBSCRIBE};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let announcement = Announcement {
        event: &EVENT,
        message: "Doors open at 19:30.\nPlease come by train: parking is full.",
        unsubscribe_url: UNSUBSCRIBE,
    };
    vec![Sample::of(
        MailKind::Announcement,
        "announcement",
        announcement,
    )]
}
