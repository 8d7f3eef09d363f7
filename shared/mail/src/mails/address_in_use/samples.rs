use domain::mail::kind::MailKind;

use super::AddressInUse;
use crate::tests::samples::Sample;

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    vec![Sample::of(
        MailKind::EmailChange,
        "address_in_use",
        AddressInUse {
            sign_in_url: Some("https://example.org/app/sign-in".to_owned()),
        },
    )]
}
