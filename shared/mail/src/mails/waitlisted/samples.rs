use domain::mail::kind::MailKind;

use super::Waitlisted;
use crate::tests::samples::{EVENT, Sample};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let waitlisted = Waitlisted {
        event: &EVENT,
        position: Some(12),
    };
    vec![Sample::of(MailKind::Waitlisted, "waitlisted", waitlisted)]
}
