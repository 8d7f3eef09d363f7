use domain::mail::kind::MailKind;

use super::PasswordReset;
use crate::tests::samples::{Sample, code};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let page = "reset#code=482%20913&account=lukasz%2Brust%40example.org";
    let mail = |page| PasswordReset {
        code: code(page, 30),
    };
    let kind = MailKind::PasswordReset;
    vec![
        Sample::of(kind, "password_reset", mail(Some(page))),
        Sample::of(kind, "password_reset_without_pages", mail(None)),
    ]
}
