use domain::mail::kind::MailKind;

use super::EventReceived;
use crate::tests::samples::{EVENT, Sample};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    vec![Sample::of(
        MailKind::EventReceived,
        "event_received",
        EventReceived { event: &EVENT },
    )]
}
