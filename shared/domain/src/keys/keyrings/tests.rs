use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    accounts::{
        mail_code::{CodeRefused, MailCode, PendingCode, Purpose},
        role::Role,
    },
    events::schedule::tests::time,
    id::{EventId, UserId},
    keys::cursor::{self, CursorError},
    mail::unsubscribe::{self, NotOurLink},
    seats::registration::{Registration, RegistrationStatus},
    security::{
        access_token::{AccessTokenError, AccessTokens, jwks},
        policy::Actor,
        refresh_token::RefreshToken,
    },
    tickets::{
        code::TicketCode,
        key::TicketPublicKey,
        token::{TicketToken, TicketTokenError},
    },
};

const OLD: &str = "0123456789abcdef0123456789abcdef";
const NEW: &str = "a secret that somebody made in 2027";
const MADE_UP: &str = "a secret that nobody ever stored anywhere";

/// The time at which the secret `NEW` begins to sign.
const CHANGE: &str = "2027-03-02T09:00:00Z";

fn read(text: &str) -> Result<Keyrings, KeyringError> {
    Keyrings::read(&text.to_owned().into())
}

/// Returns keyrings with the secret `NEW` and the older secret `OLD`. `OLD` verifies until `end`; `None` means that `OLD`
/// verifies forever.
fn rotated(end: Option<&str>) -> Keyrings {
    let end = end.map_or_else(String::new, |end| format!(r#", "verifiesUntil": "{end}""#));
    read(&format!(
        r#"{{"secrets": [{{"secret": "{NEW}", "signsFrom": "{CHANGE}"}},
            {{"secret": "{OLD}", "signsFrom": "1970-01-01T00:00:00Z"{end}}}]}}"#
    ))
    .unwrap()
}

fn after(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(time.as_second() + seconds).unwrap()
}

/// One example of each thing that a keyring signs or derives, such as an access token or a mailed code. All examples are made
/// at the time `at`.
struct Made {
    at: Timestamp,
    access: String,
    refresh: String,
    cursor: String,
    unsubscribe: String,
    qr: String,
    mail_code: MailCode,
    registration: Registration,
    ticket_code: TicketCode,
}

fn user() -> UserId {
    "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

fn event() -> EventId {
    "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap()
}

fn actor() -> Actor {
    Actor {
        id: user(),
        role: Role::User,
    }
}

fn session() -> RefreshToken {
    RefreshToken {
        user: user(),
        family: Uuid::from_u128(7),
        generation: 3,
    }
}

fn registration(at: Timestamp) -> Registration {
    Registration {
        event_id: event(),
        user_id: user(),
        status: RegistrationStatus::Confirmed,
        registered_at: at,
        cancelled_at: None,
        cancelled_by: None,
        removal_reason: None,
        seat_lost_at: None,
        promoted: false,
        muted: false,
        kept: false,
        generation: 1,
        entry_id: None,
        rev: 1,
    }
}

impl Made {
    fn at(keyrings: &Keyrings, at: Timestamp) -> Self {
        let keyring = keyrings.signing(at);
        let registration = registration(at);
        let ticket_code = TicketCode::of(keyrings, &registration);
        let qr = TicketToken {
            event: event(),
            code: ticket_code,
            generation: 1,
            not_before: at,
            not_after: after(at, 3_600),
        };
        Self {
            at,
            access: AccessTokens::new("dev")
                .issue(keyring, &actor().into(), at)
                .unwrap(),
            refresh: session().seal(keyring),
            cursor: cursor::seal(keyring, "events", &"2027"),
            unsubscribe: unsubscribe::seal(keyring, user(), event()),
            qr: qr.seal(&keyring.ticket),
            mail_code: MailCode::derive(keyring, Purpose::PasswordReset, user(), at),
            registration,
            ticket_code,
        }
    }

    /// Whether all these examples are accepted at the time `now`. Panics if only some of them are accepted.
    fn is_accepted(&self, keyrings: &Keyrings, now: Timestamp) -> bool {
        let verifying = keyrings.verifying(now);
        let keys: Vec<TicketPublicKey> = verifying
            .iter()
            .map(|keyring| TicketPublicKey::from(&keyring.ticket))
            .collect();
        let access = AccessTokens::new("dev").verify(&verifying, &self.access, now);
        let refresh = RefreshToken::open(&self.refresh, &verifying);
        let cursor = cursor::open::<String>(&verifying, "events", &self.cursor);
        let unsubscribe = unsubscribe::open(&verifying, &self.unsubscribe);
        let qr = TicketToken::open(&self.qr, &keys).map(|token| token.code);
        let pending = PendingCode::issued(self.at);
        let mail = pending.check(
            keyrings,
            Purpose::PasswordReset,
            user(),
            self.mail_code,
            now,
        );
        if refresh.is_some() {
            assert_eq!(access, Ok(actor().into()));
            assert_eq!(refresh, Some(session()));
            assert_eq!(cursor, Ok("2027".to_owned()));
            assert_eq!(unsubscribe, Ok((user(), event())));
            assert_eq!(qr, Ok(self.ticket_code));
            assert_eq!(mail, Ok(()));
            return true;
        }
        assert_eq!(access, Err(AccessTokenError::Invalid));
        assert_eq!(cursor, Err(CursorError));
        assert_eq!(unsubscribe, Err(NotOurLink));
        assert_eq!(qr, Err(TicketTokenError::UnknownKey));
        assert!(matches!(
            mail,
            Err(CodeRefused::Wrong | CodeRefused::Expired)
        ));
        false
    }

    /// Whether `keyrings` still derive, for the registration, the ticket code that was made first.
    fn has_its_code(&self, keyrings: &Keyrings) -> bool {
        TicketCode::of(keyrings, &self.registration) == self.ticket_code
    }
}

fn kids(keyrings: &Keyrings, now: Timestamp) -> Vec<String> {
    let set = jwks(&keyrings.verifying(now));
    let keys = set["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

fn kid(secret: &str) -> String {
    let keyring = Keyring::derive(&secret.to_owned().into()).unwrap();
    keyring.access_token.kid
}

#[test]
fn both_are_listed_before_and_after_the_change_the_one_that_signs_first() {
    let (change, keyrings) = (time(CHANGE), rotated(None));
    assert_eq!(kids(&read(OLD).unwrap(), change), [kid(OLD)]);
    assert_eq!(kids(&keyrings, after(change, -1)), [kid(OLD), kid(NEW)]);
    assert_eq!(kids(&keyrings, change), [kid(NEW), kid(OLD)]);
    let ends = rotated(Some("2027-03-02T10:00:00Z"));
    assert_eq!(kids(&ends, after(change, 3_599)), [kid(NEW), kid(OLD)]);
    assert_eq!(kids(&ends, after(change, 3_600)), [kid(NEW)]);
}

#[test]
fn what_the_previous_secret_made_is_accepted_until_it_ends() {
    let (change, before) = (time(CHANGE), after(time(CHANGE), -60));
    let old = Made::at(&read(OLD).unwrap(), before);
    assert!(old.is_accepted(&rotated(None), after(change, 60)));
    let ends = rotated(Some(CHANGE));
    assert!(old.is_accepted(&ends, after(change, -1)));
    assert!(!old.is_accepted(&ends, change));
    assert!(old.has_its_code(&ends), "codes outlive their secret");
}

#[test]
fn what_the_new_secret_made_is_accepted_by_a_clock_that_is_behind() {
    let change = time(CHANGE);
    let new = Made::at(&rotated(None), change);
    assert!(new.is_accepted(&rotated(None), after(change, -20)));
    assert_ne!(
        new.ticket_code,
        Made::at(&read(OLD).unwrap(), change).ticket_code
    );
}

#[test]
fn what_an_unknown_secret_made_is_refused() {
    let now = after(time(CHANGE), 60);
    let made_up = Made::at(&read(MADE_UP).unwrap(), now);
    assert!(made_up.is_accepted(&read(MADE_UP).unwrap(), now));
    assert!(!made_up.is_accepted(&rotated(None), now));
    assert!(!made_up.is_accepted(&read(OLD).unwrap(), now));
}

#[test]
fn a_ticket_of_any_time_is_among_the_candidates() {
    let keyrings = rotated(Some(CHANGE));
    for seconds in [-60, 0, 60] {
        let registration = registration(after(time(CHANGE), seconds));
        let code = TicketCode::of(&keyrings, &registration);
        let candidates: Vec<_> = TicketCode::candidates(&keyrings, &registration, 1).collect();
        assert_eq!(candidates.len(), 2);
        assert!(candidates.contains(&code));
    }
}

#[test]
fn what_cannot_be_read_is_refused_without_telling_it() {
    let document = |secrets: &str| read(&format!(r#"{{"secrets": [{secrets}]}}"#)).unwrap_err();
    let dated = |secret: &str, from: &str, more: &str| {
        format!(r#"{{"secret": "{secret}", "signsFrom": "{from}"{more}}}"#)
    };
    let (first, second) = ("1970-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    let end = |at: &str| format!(r#", "verifiesUntil": "{at}""#);
    assert_eq!(read("short").unwrap_err(), KeyringError::TooShort);
    assert_eq!(document(""), KeyringError::Empty);
    assert_eq!(document(&dated("short", first, "")), KeyringError::TooShort);
    for times in [[first, second], [first, first]] {
        let [newer, older] = times.map(|from| dated(OLD, from, ""));
        assert_eq!(document(&format!("{newer}, {older}")), KeyringError::Order);
    }
    assert_eq!(
        document(&dated(OLD, first, &end(second))),
        KeyringError::EndsEarly
    );
    let (newer, older) = (dated(NEW, CHANGE, ""), dated(OLD, first, &end(second)));
    assert_eq!(
        document(&format!("{newer}, {older}")),
        KeyringError::EndsEarly
    );
    for wrong in [
        "{".to_owned(),
        "{}".to_owned(),
        format!(r#"{{"current": "{OLD}"}}"#),
        format!(r#"{{"secrets": "{OLD}"}}"#),
        format!(r#"{{"secrets": [{}]}}"#, dated(OLD, OLD, "")),
        format!(r#"{{"secrets": [{}]}}"#, dated(OLD, first, r#", "kid": 1"#)),
    ] {
        let error = read(&wrong).unwrap_err();
        assert!(
            matches!(error, KeyringError::Document { line: 1, .. }),
            "{wrong}"
        );
        assert!(!error.to_string().contains(OLD));
    }
}

proptest! {
    /// There are three secrets, and each of the two older secrets may have an end: the time from which on it does not verify.
    /// Everything that a secret signs is accepted exactly until the secret's end. A ticket's code never changes after its
    /// holder registered.
    #[test]
    fn everything_is_accepted_until_its_secret_ends(
        steps in (1..10_000_i64, 1..10_000_i64),
        ends in proptest::array::uniform2(proptest::option::of(0..10_000_i64)),
        made_at in -5_000..25_000_i64,
        age in 0..500_i64,
    ) {
        let epoch = time(CHANGE);
        let begins = [0, steps.0, steps.0 + steps.1];
        let ends = [ends[0].map(|end| begins[1] + end), ends[1].map(|end| begins[2] + end), None];
        let secrets: Vec<String> = [OLD, NEW, MADE_UP].iter().zip(begins).zip(ends).rev().map(|((secret, begin), end)| {
            let end = end.map_or_else(String::new, |end| format!(r#", "verifiesUntil": "{}""#, after(epoch, end)));
            format!(r#"{{"secret": "{secret}", "signsFrom": "{}"{end}}}"#, after(epoch, begin))
        }).collect();
        let keyrings = read(&format!(r#"{{"secrets": [{}]}}"#, secrets.join(","))).unwrap();
        let made = Made::at(&keyrings, after(epoch, made_at));
        let now = made_at + age;
        let maker = begins.iter().rposition(|begin| *begin <= made_at).unwrap_or(0);
        let is_over = ends[maker].is_some_and(|end| end <= now);
        prop_assert_eq!(made.is_accepted(&keyrings, after(epoch, now)), !is_over);
        prop_assert!(made.has_its_code(&keyrings));
        let mut candidates = TicketCode::candidates(&keyrings, &made.registration, 1);
        prop_assert!(candidates.any(|code| code == made.ticket_code));
    }

    #[test]
    fn garbage_is_read_or_refused(text in "\\PC{0,200}", json in r#"\{"secrets": ?\[\{"secret": "[a-f]{30,40}", "signsFrom": "\PC{0,30}"\}\]\}"#) {
        for text in [text, json] {
            if let Ok(keyrings) = read(&text) {
                prop_assert_eq!(keyrings.verifying(time(CHANGE)).len(), 1);
            }
        }
    }
}
