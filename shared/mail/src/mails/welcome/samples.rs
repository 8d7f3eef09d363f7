use domain::mail::kind::MailKind;

use super::Welcome;
use crate::tests::samples::{Sample, code};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let page = "verify#code=482%20913";
    let mail = |page| Welcome {
        code: code(page, 1_440),
    };
    let kind = MailKind::Welcome;
    vec![
        Sample::of(kind, "welcome", mail(Some(page))),
        Sample::of(kind, "welcome_without_pages", mail(None)),
    ]
}
