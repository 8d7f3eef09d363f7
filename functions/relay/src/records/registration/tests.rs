use super::*;
use crate::samples::{registration, table};

#[test]
fn effects_of_a_registration() {
    use RegistrationStatus::{Cancelled, Confirmed, Waitlisted};
    let on = |before: Option<RegistrationStatus>, after| {
        let before = before.map(registration);
        on_registration(before.as_ref(), &registration(after), "r1")
    };
    let place_7 = registration(Waitlisted);
    let place_8 = Registration {
        entry_id: format!("{:032x}", 8).parse().ok(),
        ..place_7.clone()
    };
    insta::assert_snapshot!(table([
        ("seated at once", on(None, Confirmed)),
        ("seated after a wait", on(Some(Waitlisted), Confirmed)),
        ("seated as before", on(Some(Confirmed), Confirmed)),
        ("waits", on(None, Waitlisted)),
        ("waits after a cancellation", on(Some(Cancelled), Waitlisted)),
        ("waits as before", on(Some(Waitlisted), Waitlisted)),
        ("waits at another place", on_registration(Some(&place_7), &place_8, "r1")),
        ("gave up a seat", on(Some(Confirmed), Cancelled)),
        ("gave up a place", on(Some(Waitlisted), Cancelled)),
        ("cancelled as before", on(Some(Cancelled), Cancelled)),
    ]), @r#"
    seated at once:
      AddToStatistics: EVENT, r#2010216 +1
      AddToStatistics: all, registrations +1
    seated after a wait:
      AddToStatistics: EVENT, r#2010216 +1
      AddToStatistics: all, registrations +1
    seated as before:
      nothing
    waits:
      SendMail: {"to":"registrant","eventId":"EVENT","userId":"USER2","about":{"kind":"waitlisted","entryId":"00000000000000000000000000000007"},"requestId":"r1"}
      GiveBackIfErased: USER2
    waits after a cancellation:
      SendMail: {"to":"registrant","eventId":"EVENT","userId":"USER2","about":{"kind":"waitlisted","entryId":"00000000000000000000000000000007"},"requestId":"r1"}
      GiveBackIfErased: USER2
      AddToStatistics: EVENT, cancelled -1
    waits as before:
      nothing
    waits at another place:
      SendMail: {"to":"registrant","eventId":"EVENT","userId":"USER2","about":{"kind":"waitlisted","entryId":"00000000000000000000000000000008"},"requestId":"r1"}
      GiveBackIfErased: USER2
    gave up a seat:
      SendMail: {"to":"registrant","eventId":"EVENT","userId":"USER2","about":{"kind":"cancelled","at":"2027-05-01T18:00:00Z","waitlist":false},"requestId":"r1"}
      AddToStatistics: EVENT, r#2010216 -1, cancelled +1
      AddToStatistics: all, registrations -1
    gave up a place:
      SendMail: {"to":"registrant","eventId":"EVENT","userId":"USER2","about":{"kind":"cancelled","at":"2027-05-01T18:00:00Z","waitlist":true},"requestId":"r1"}
      AddToStatistics: EVENT, cancelled +1
    cancelled as before:
      nothing
    "#);
}
