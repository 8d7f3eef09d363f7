use domain::mail::kind::MailKind;

use super::PasswordChanged;
use crate::tests::samples::Sample;

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let changed_at = "2027-04-01T09:30:00Z".parse().unwrap();
    vec![Sample::of(
        MailKind::PasswordChanged,
        "password_changed",
        PasswordChanged { changed_at },
    )]
}
