use domain::mail::kind::MailKind;

use super::Welcome;
use crate::{facts::Code, tests::samples::Sample};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let mail = |url: Option<&str>| Welcome {
        code: Code {
            text: "482 913".to_owned(),
            url: url.map(str::to_owned),
            valid_minutes: 1_440,
        },
    };
    let url = "https://example.org/app/verify#code=482%20913";
    let kind = MailKind::Welcome;
    vec![
        Sample::of(kind, "welcome", mail(Some(url))),
        Sample::of(kind, "welcome_without_pages", mail(None)),
    ]
}
