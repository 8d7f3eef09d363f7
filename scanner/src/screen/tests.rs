use super::*;
use crate::{api::Ended, verdict::Reason};

fn shown(colours: bool, show: impl FnOnce(&mut Screen<&mut Vec<u8>>) -> io::Result<()>) -> String {
    let mut out = Vec::new();
    let mut screen = Screen::new(&mut out, colours);
    screen.use_zone("Europe/Berlin");
    show(&mut screen).unwrap();
    String::from_utf8(out).unwrap()
}

fn verdict(verdict: &Verdict) -> String {
    let now = "2027-05-01T17:00:00Z".parse().unwrap();
    shown(false, |screen| screen.verdict(verdict, "own", now))
}

fn admission(at: &str, device: &str) -> Admission {
    Admission {
        at: Some(at.parse().unwrap()),
        gate: Some("A".to_owned()),
        device_id: Some(device.to_owned()),
    }
}

#[test]
fn every_verdict_is_one_line_with_its_reason() {
    let code = "ABCD-EFGH-JKMN".parse().unwrap();
    let admitted = Verdict::Admitted {
        name: "Łukasz Ñandú".to_owned(),
        code: Some(code),
    };
    assert_eq!(
        verdict(&admitted),
        "✓ ADMITTED  Łukasz Ñandú  ABCD-EFGH-JKMN\n"
    );
    assert_eq!(
        verdict(&Verdict::AdmittedOffline(code)),
        "✓ ADMITTED (offline)  ABCD-EFGH-JKMN\n"
    );
    let today = admission("2027-05-01T16:03:11.5Z", "other");
    assert_eq!(
        verdict(&Verdict::AlreadyAdmitted(Some(code), today)),
        "✗ ALREADY ADMITTED at gate A, 18:03:11\n"
    );
    let yesterday = admission("2027-04-30T16:03:11Z", "own");
    assert_eq!(
        verdict(&Verdict::AlreadyAdmitted(Some(code), yesterday)),
        "✗ ALREADY ADMITTED at gate A, 2027-04-30 18:03:11, by this device\n"
    );
    let unknown = Admission::default();
    assert_eq!(
        verdict(&Verdict::AlreadyAdmitted(None, unknown)),
        "✗ ALREADY ADMITTED\n"
    );
    assert_eq!(verdict(&Verdict::Void(None)), "✗ VOID: cancelled\n");
    assert_eq!(verdict(&Verdict::WrongEvent), "✗ WRONG EVENT\n");
    assert_eq!(
        verdict(&Verdict::Invalid(Reason::Unknown)),
        "✗ INVALID: unknown ticket\n"
    );
    assert!(verdict(&Verdict::Unverifiable(code)).starts_with("? NOT ADMITTED  ABCD-EFGH-JKMN"));
}

#[test]
fn a_conflict_names_the_other_doors() {
    let code = "ABCD-EFGH-JKMN".parse().unwrap();
    let now = "2027-05-01T17:00:00Z".parse().unwrap();
    let finding = Finding::UsedElsewhere(code, vec![admission("2027-05-01T16:01:00Z", "other")]);
    assert_eq!(
        shown(false, |screen| screen.finding(&finding, "own", now)),
        "CONFLICT ABCD-EFGH-JKMN: also admitted at gate A, 18:01:00\n"
    );
}

#[test]
fn who_is_inside_with_a_ticket_that_has_ended_since_is_a_conflict() {
    let code = "ABCD-EFGH-JKMN".parse().unwrap();
    let now = "2027-05-01T17:00:00Z".parse().unwrap();
    for (cause, what) in [
        ("registration-cancelled", "registration"),
        ("event-cancelled", "event"),
    ] {
        let at = "2027-05-01T16:05:00Z".parse().unwrap();
        let cause = cause.to_owned();
        let finding = Finding::EndedSince(code, Ended { at, cause });
        assert_eq!(
            shown(false, |screen| screen.finding(&finding, "own", now)),
            format!(
                "CONFLICT ABCD-EFGH-JKMN: inside, and the {what} was cancelled since, at 18:05:00\n"
            )
        );
    }
}

#[test]
fn colours_are_for_terminals_and_control_characters_for_nobody() {
    let name = "\x1b[32mMallory\r\n".to_owned();
    let admitted = Verdict::Admitted { name, code: None };
    assert_eq!(
        verdict(&admitted),
        "✓ ADMITTED  \u{fffd}[32mMallory\u{fffd}\u{fffd}  \n"
    );
    let coloured = shown(true, |screen| {
        screen.verdict(&Verdict::WrongEvent, "own", Timestamp::UNIX_EPOCH)
    });
    assert_eq!(coloured, "\x1b[1;31m✗ WRONG EVENT\x1b[0m\n");
}
