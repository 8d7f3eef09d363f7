use domain::mail::kind::MailKind;

use super::PasswordReset;
use crate::{facts::Code, tests::samples::Sample};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let mail = |url: Option<&str>| PasswordReset {
        code: Code {
            text: "482 913".to_owned(),
            url: url.map(str::to_owned),
            valid_minutes: 30,
        },
    };
    let url = "https://example.org/app/reset#code=482%20913&email=lukasz%2Brust%40example.org";
    let kind = MailKind::PasswordReset;
    vec![
        Sample::of(kind, "password_reset", mail(Some(url))),
        Sample::of(kind, "password_reset_without_pages", mail(None)),
    ]
}
