use domain::mail::kind::MailKind;

use super::EventHandedOver;
use crate::tests::samples::{EVENT, Sample};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    vec![Sample::of(
        MailKind::EventHandedOver,
        "event_handed_over",
        EventHandedOver { event: &EVENT },
    )]
}
