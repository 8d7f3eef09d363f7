use domain::mail::kind::MailKind;

use super::PasswordChanged;
use crate::tests::samples::Sample;

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let changed_at = "2027-04-01T09:30:00Z".parse().unwrap();
    let changed = |forgotten_url: Option<&str>| PasswordChanged {
        changed_at,
        forgotten_url: forgotten_url.map(str::to_owned),
    };
    let (kind, url) = (MailKind::PasswordChanged, "https://example.org/app/forgot");
    vec![
        Sample::of(kind, "password_changed", changed(Some(url))),
        Sample::of(kind, "password_changed_without_pages", changed(None)),
    ]
}
