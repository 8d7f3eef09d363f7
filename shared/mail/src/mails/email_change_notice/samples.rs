use domain::mail::kind::MailKind;

use super::EmailChangeNotice;
use crate::tests::samples::Sample;

/// Returns one sample of the mail for each variant of its text.
pub(crate) fn samples() -> Vec<Sample> {
    let url = "https://api.example.org/v1/auth/email-change/objection?token=3q2-7wAAAAE.Zm9vYmFy";
    let notice = |restorable_hours| EmailChangeNotice {
        asked_at: "2027-04-01T09:30:00Z".parse().unwrap(),
        objection_url: url.to_owned(),
        restorable_hours,
        forgotten_url: restorable_hours.map(|_| "https://example.org/app/forgot".to_owned()),
    };
    let kind = MailKind::EmailChangeNotice;
    vec![
        Sample::of(kind, "address_change", notice(Some(72))),
        Sample::of(kind, "address_change_unverified", notice(None)),
    ]
}
