use domain::keys::keyring::{Keyring, SigningKey};
use proptest::prelude::*;

use super::*;

const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02q";
const OTHER_EVENT: &str = "evt_01m2v7r3k9fqa8xt5w6zc4hj0e";
const OPENS: i64 = 1_809_151_200;
const ENDS: i64 = OPENS + 3600;

fn key(secret: &str) -> SigningKey {
    Keyring::derive(&secret.to_owned().into()).unwrap().ticket
}

fn ours() -> SigningKey {
    key("0123456789abcdef0123456789abcdef")
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn code(bits: u64) -> TicketCode {
    TicketCode::from_bits(bits).unwrap()
}

fn token(event: &str, bits: u64) -> TicketToken {
    TicketToken {
        event: event.parse().unwrap(),
        code: code(bits),
        generation: 1,
        not_before: at(OPENS),
        not_after: at(ENDS),
    }
}

/// An owned copy of the data that a `KnownDoor` borrows.
struct Knowledge {
    keys: Vec<TicketPublicKey>,
    doors_open_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    cancelled: bool,
    revoked: BTreeSet<TicketCode>,
    admitted: BTreeMap<TicketCode, Admission>,
}

impl Knowledge {
    fn new() -> Self {
        Self {
            keys: vec![TicketPublicKey::from(&ours())],
            doors_open_at: None,
            ends_at: None,
            cancelled: false,
            revoked: BTreeSet::new(),
            admitted: BTreeMap::new(),
        }
    }

    fn judge(&self, shown: &str, now: Timestamp) -> Verdict {
        let door = KnownDoor {
            event: EVENT.parse().unwrap(),
            keys: &self.keys,
            doors_open_at: self.doors_open_at,
            ends_at: self.ends_at,
            cancelled: self.cancelled,
            revoked: &self.revoked,
            admitted: &self.admitted,
        };
        door.judge(shown, now)
    }
}

#[test]
fn a_good_ticket_is_admitted_once() {
    let mut known = Knowledge::new();
    let text = token(EVENT, 7).seal(&ours());
    let shown = format!("{text}\r");
    assert_eq!(
        known.judge(&shown, at(OPENS)),
        Verdict::AdmittedOffline(code(7))
    );
    let admission = Admission {
        at: Some(at(OPENS)),
        ..Admission::default()
    };
    known.admitted.insert(code(7), admission.clone());
    let again = Verdict::AlreadyAdmitted(Some(code(7)), admission);
    assert_eq!(known.judge(&shown, at(OPENS + 1)), again);
    assert_eq!(known.judge(&code(7).to_string(), at(OPENS + 1)), again);
}

#[test]
fn no_ticket_of_a_cancelled_event_is_good() {
    let mut known = Knowledge::new();
    known.cancelled = true;
    let shown = token(EVENT, 7).seal(&ours());
    let void = Verdict::Void(Some(code(7)));
    for shown in [&shown, &code(7).to_string()] {
        for second in [OPENS - 1, OPENS, ENDS] {
            assert_eq!(known.judge(shown, at(second)), void);
        }
    }
    let other = token(OTHER_EVENT, 7).seal(&ours());
    assert_eq!(known.judge(&other, at(OPENS)), Verdict::WrongEvent);
}

#[test]
fn the_doors_hours_go_before_the_tickets() {
    let mut known = Knowledge::new();
    let text = token(EVENT, 7).seal(&ours());
    let admitted = Verdict::AdmittedOffline(code(7));
    let too_early = Verdict::Invalid(Reason::TooEarly);
    let over = Verdict::Invalid(Reason::Over);
    assert_eq!(known.judge(&text, at(OPENS - 1)), too_early);
    assert_eq!(known.judge(&text, at(ENDS - 1)), admitted);
    assert_eq!(known.judge(&text, at(ENDS)), over);
    known.doors_open_at = Some(at(OPENS + 100));
    known.ends_at = Some(at(ENDS + 100));
    assert_eq!(known.judge(&text, at(OPENS + 99)), too_early);
    assert_eq!(known.judge(&text, at(OPENS + 100)), admitted);
    assert_eq!(known.judge(&text, at(ENDS + 99)), admitted);
    assert_eq!(known.judge(&text, at(ENDS + 100)), over);
}

#[test]
fn hours_are_compared_as_whole_seconds() {
    let mut known = Knowledge::new();
    known.doors_open_at = Some(Timestamp::from_millisecond(OPENS * 1000 + 900).unwrap());
    let text = token(EVENT, 7).seal(&ours());
    let now = Timestamp::from_millisecond(OPENS * 1000 + 100).unwrap();
    assert_eq!(known.judge(&text, now), Verdict::AdmittedOffline(code(7)));
}

#[test]
fn a_typed_code_is_no_admission() {
    let mut known = Knowledge::new();
    let typed = code(7).to_string().to_lowercase();
    assert_eq!(
        known.judge(&typed, at(OPENS)),
        Verdict::Unverifiable(code(7))
    );
    known.revoked.insert(code(7));
    assert_eq!(known.judge(&typed, at(OPENS)), Verdict::Void(Some(code(7))));
}

#[test]
fn a_ticket_without_a_known_key_is_refused() {
    let mut known = Knowledge::new();
    let foreign = token(EVENT, 7).seal(&key("fedcba9876543210fedcba9876543210"));
    assert_eq!(
        known.judge(&foreign, at(OPENS)),
        Verdict::Invalid(Reason::ExpiredKey)
    );
    known.keys.clear();
    let own = token(EVENT, 7).seal(&ours());
    assert_eq!(
        known.judge(&own, at(OPENS)),
        Verdict::Invalid(Reason::ExpiredKey)
    );
}

proptest! {
    /// Tests the table of `docs/ticket-format.md`, line by line.
    #[test]
    fn the_first_line_that_does_not_hold_decides(
        own_event: bool,
        from_opening in -100_i64..3700,
        revoked: bool,
        admitted: bool,
    ) {
        let mut known = Knowledge::new();
        if revoked {
            known.revoked.insert(code(7));
        }
        if admitted {
            known.admitted.insert(code(7), Admission::default());
        }
        let event = if own_event { EVENT } else { OTHER_EVENT };
        let verdict = known.judge(&token(event, 7).seal(&ours()), at(OPENS + from_opening));
        let expected = if !own_event {
            Verdict::WrongEvent
        } else if from_opening < 0 {
            Verdict::Invalid(Reason::TooEarly)
        } else if from_opening >= 3600 {
            Verdict::Invalid(Reason::Over)
        } else if revoked {
            Verdict::Void(Some(code(7)))
        } else if admitted {
            Verdict::AlreadyAdmitted(Some(code(7)), Admission::default())
        } else {
            Verdict::AdmittedOffline(code(7))
        };
        prop_assert_eq!(verdict, expected);
    }

    #[test]
    fn an_altered_ticket_is_not_admitted(place in 0..TicketToken::TEXT_LEN, by in "[0-9A-Z $%*+./:-]") {
        let text = token(EVENT, 7).seal(&ours());
        let mut altered = text.clone();
        altered.replace_range(place..=place, &by);
        prop_assume!(altered != text);
        let verdict = Knowledge::new().judge(&altered, at(OPENS));
        prop_assert!(matches!(verdict, Verdict::Invalid(_)), "{:?}", verdict);
    }

    #[test]
    fn garbage_is_not_admitted(shown in "\\PC{0,600}") {
        prop_assert!(!Knowledge::new().judge(&shown, at(OPENS)).is_admission());
    }
}
