use domain::mail::kind::MailKind;

use super::EmailChange;
use crate::{facts::Code, tests::samples::Sample};

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let mail = |url: Option<&str>| EmailChange {
        code: Code {
            text: "482 913".to_owned(),
            url: url.map(str::to_owned),
            valid_minutes: 60,
        },
    };
    let url = "https://example.org/app/confirm-address#code=482%20913";
    let kind = MailKind::EmailChange;
    vec![
        Sample::of(kind, "new_address", mail(Some(url))),
        Sample::of(kind, "new_address_without_pages", mail(None)),
    ]
}
