use domain::mail::kind::MailKind;

use super::Welcome;
use crate::{facts::Code, tests::samples::Sample};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let code = Code {
        text: "482 913".to_owned(),
        valid_minutes: 1_440,
    };
    vec![Sample::of(MailKind::Welcome, "welcome", Welcome { code })]
}
