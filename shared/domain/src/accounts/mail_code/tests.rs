use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::events::schedule::tests::time;

const ADA: &str = "usr_01h455vb4pex5vsknk084sn02q";

fn keyrings() -> Keyrings {
    Keyrings::read(&"0123456789abcdef0123456789abcdef".to_owned().into()).unwrap()
}

fn derive(purpose: Purpose<'_>, user: UserId, issued_at: Timestamp) -> MailCode {
    MailCode::derive(keyrings().signing(issued_at), purpose, user, issued_at)
}

fn later(at: Timestamp, milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond() + milliseconds).unwrap()
}

fn check(pending: PendingCode, purpose: Purpose<'_>, now: Timestamp) -> Result<(), CodeRefused> {
    let user = ADA.parse().unwrap();
    let code = derive(purpose, user, pending.issued_at);
    pending.check(&keyrings(), purpose, user, code, now)
}

/// Golden test: a code that was mailed must stay valid when the API or the mailer is deployed again.
#[test]
fn a_code_is_what_it_was_when_it_was_mailed() {
    let user = ADA.parse().unwrap();
    let at = time("2027-01-01T00:00:00.123Z");
    let shown = |purpose| derive(purpose, user, at).to_string();
    assert_eq!(shown(Purpose::Verification), "P7WE-HDB7");
    assert_eq!(shown(Purpose::PasswordReset), "02D0-JCAF");
    let [one, same, other] = [
        "x@bücher.example",
        "X@xn--bcher-kva.example",
        "y@bücher.example",
    ]
    .map(|to| Email::parse(to).unwrap());
    assert_eq!(shown(Purpose::EmailChange(&one)), "WQQK-G5N1");
    assert_eq!(shown(Purpose::EmailChange(&same)), "WQQK-G5N1");
    // A code that was mailed to one address cannot give the account a different address.
    assert_ne!(shown(Purpose::EmailChange(&other)), "WQQK-G5N1");
}

#[test]
fn a_code_is_shown_in_groups_of_four_and_read_however_it_is_typed() {
    let code = MailCode(0x01_23_45_67_89);
    assert_eq!(code.to_string(), "04HM-ASW9");
    for typed in [
        "04HM-ASW9",
        "04hmasw9",
        " o4hm asw9 ",
        "O-4-H-M-A-S-W-9",
        "04HM--ASW9",
    ] {
        assert_eq!(typed.parse(), Ok(code), "{typed}");
    }
    assert_eq!("1111-1111".parse::<MailCode>(), "iIlL-1iLl".parse());
}

#[test]
fn what_is_no_code_is_refused() {
    for wrong in [
        "",
        "--------",
        "04HM-ASW",
        "04HM-ASW99",
        "04HM-ASWU",
        "04HM_ASW9",
        "04HM\tASW9",
        "04HM–ASW9",
        "٠٤HMASW٩",
        "ABCD-EFGH-JKMN",
    ] {
        assert_eq!(wrong.parse::<MailCode>(), Err(MailCodeError), "{wrong}");
    }
}

#[test]
fn a_code_is_not_told_by_logs() {
    let code: MailCode = "04HM-ASW9".parse().unwrap();
    assert_eq!(format!("{code:?}"), "MailCode { .. }");
}

#[test]
fn a_code_is_good_until_its_time_is_over() {
    let issued_at = time("2027-01-01T00:00:00Z");
    let pending = PendingCode::issued(issued_at);
    for (purpose, seconds) in [
        (Purpose::Verification, VERIFICATION_LIFETIME_SECONDS),
        (Purpose::PasswordReset, RESET_LIFETIME_SECONDS),
    ] {
        let end = seconds * 1_000;
        assert_eq!(check(pending, purpose, issued_at), Ok(()));
        assert_eq!(check(pending, purpose, later(issued_at, end - 1)), Ok(()));
        assert_eq!(
            check(pending, purpose, later(issued_at, end)),
            Err(CodeRefused::Expired)
        );
    }
    // The clock of the process that checks the code is behind the clock of the process that issued the code.
    assert_eq!(
        check(pending, Purpose::PasswordReset, later(issued_at, -500)),
        Ok(())
    );
}

#[test]
fn five_wrong_tries_kill_a_code() {
    let issued_at = time("2027-01-01T00:00:00Z");
    for wrong_tries in 0..=MAX_WRONG_TRIES {
        let pending = PendingCode {
            issued_at,
            wrong_tries,
        };
        let expected = if wrong_tries < MAX_WRONG_TRIES {
            Ok(())
        } else {
            Err(CodeRefused::Dead)
        };
        assert_eq!(check(pending, Purpose::PasswordReset, issued_at), expected);
    }
}

#[test]
fn the_next_code_has_to_wait_for_a_minute() {
    let issued_at = time("2027-01-01T00:00:00Z");
    let pending = PendingCode::issued(issued_at);
    for (milliseconds, may) in [(-1, false), (0, false), (59_999, false), (60_000, true)] {
        assert_eq!(pending.may_be_replaced(later(issued_at, milliseconds)), may);
    }
}

#[test]
fn a_pending_code_is_stored_as_ever() {
    let pending = PendingCode {
        issued_at: time("2027-01-01T00:00:00.123Z"),
        wrong_tries: 2,
    };
    let golden = r#"{"issuedAt":"2027-01-01T00:00:00.123Z","wrongTries":2}"#;
    assert_eq!(serde_json::to_string(&pending).unwrap(), golden);
    assert_eq!(
        serde_json::from_str::<PendingCode>(golden).unwrap(),
        pending
    );
}

proptest! {
    #[test]
    fn the_issued_code_alone_is_accepted(user: u128, at in 0..4_000_000_000_000_i64, age in 0..3_599_999_i64, typed in 0u64..1 << 40) {
        let user = UserId::from_uuid(Uuid::from_u128(user));
        let pending = PendingCode::issued(Timestamp::from_millisecond(at).unwrap());
        let now = later(pending.issued_at, age);
        let issued = derive(Purpose::PasswordReset, user, pending.issued_at);
        let check = |code| pending.check(&keyrings(), Purpose::PasswordReset, user, code, now);
        prop_assert_eq!(check(issued), Ok(()));
        prop_assert_eq!(check(issued.to_string().to_lowercase().parse().unwrap()), Ok(()));
        if typed != issued.0 {
            prop_assert_eq!(check(MailCode(typed)), Err(CodeRefused::Wrong));
        }
        for bit in 0..BITS {
            prop_assert_eq!(check(MailCode(issued.0 ^ 1 << bit)), Err(CodeRefused::Wrong));
        }
    }

    #[test]
    fn codes_of_other_people_purposes_and_times_are_others(user: u128, at in 0..4_000_000_000_000_i64) {
        let code = |purpose, user, at| derive(
            purpose, UserId::from_uuid(Uuid::from_u128(user)), Timestamp::from_millisecond(at).unwrap(),
        );
        let this = code(Purpose::PasswordReset, user, at);
        prop_assert_eq!(this, code(Purpose::PasswordReset, user, at));
        prop_assert_ne!(this, code(Purpose::Verification, user, at));
        prop_assert_ne!(this, code(Purpose::PasswordReset, user ^ 1, at));
        prop_assert_ne!(this, code(Purpose::PasswordReset, user, at + 1));
    }

    #[test]
    fn what_is_shown_is_read_back(bits in 0u64..1 << 40) {
        let code = MailCode(bits);
        prop_assert_eq!(code.to_string().parse(), Ok(code));
        prop_assert_eq!(code.to_string().len(), 9);
    }

    #[test]
    fn garbage_does_not_panic(text in "\\PC{0,200}") {
        if let Ok(code) = text.parse::<MailCode>() {
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }
    }
}
