use domain::mail::kind::MailKind;

use super::EventReceived;
use crate::tests::samples::{EVENT, Sample};

/// Returns the mail in every way in which its words differ.
pub(crate) fn samples() -> Vec<Sample> {
    vec![Sample::of(
        MailKind::EventReceived,
        "event_received",
        EventReceived { event: &EVENT },
    )]
}
