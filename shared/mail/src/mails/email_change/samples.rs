use domain::mail::kind::MailKind;

use super::EmailChange;
use crate::tests::samples::{Sample, code};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let page = "confirm-address#code=482%20913";
    let mail = |page| EmailChange {
        code: code(page, 60),
    };
    let kind = MailKind::EmailChange;
    vec![
        Sample::of(kind, "new_address", mail(Some(page))),
        Sample::of(kind, "new_address_without_pages", mail(None)),
    ]
}
