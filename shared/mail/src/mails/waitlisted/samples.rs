use domain::mail::kind::MailKind;

use super::Waitlisted;
use crate::tests::samples::{EVENT, Sample};

/// Returns the mail in every way in which its words differ.
pub(crate) fn samples() -> Vec<Sample> {
    let waitlisted = Waitlisted {
        event: &EVENT,
        position: Some(12),
    };
    vec![Sample::of(MailKind::Waitlisted, "waitlisted", waitlisted)]
}
