use domain::mail::kind::MailKind;

use super::EventHandedOver;
use crate::tests::samples::{EVENT, Sample};

/// Returns the mail in every way in which its words differ.
pub(crate) fn samples() -> Vec<Sample> {
    vec![Sample::of(
        MailKind::EventHandedOver,
        "event_handed_over",
        EventHandedOver { event: &EVENT },
    )]
}
