use domain::mail::kind::MailKind;

use super::AddressInUse;
use crate::tests::samples::Sample;

/// Returns the mail in every way in which its words differ.
pub(crate) fn samples() -> Vec<Sample> {
    vec![Sample::of(
        MailKind::EmailChange,
        "address_in_use",
        AddressInUse,
    )]
}
