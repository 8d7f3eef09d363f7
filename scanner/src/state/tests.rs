use serde_json::json;

use super::*;

fn state() -> State {
    let event = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    State::new(event, "own".to_owned())
}

fn door(revoked: &[&str], cursor: Option<&str>) -> DoorAnswer {
    serde_json::from_value(json!({
        "keys": [{"kid": "?", "publicKey": "short"}], "revoked": revoked, "nextCursor": cursor,
        "asOf": "2027-05-01T17:00:00Z", "endsAt": "2027-05-01T22:00:00Z",
    }))
    .unwrap()
}

#[test]
fn pages_are_followed_as_long_as_they_say_anything_new() {
    let mut state = state();
    assert!(state.take(door(&["0000-0000-0001", "0000-0000-0002"], Some("1"))));
    assert!(state.take(door(&["0000-0000-0003"], Some("2"))));
    assert!(!state.take(door(&["0000-0000-0003"], Some("3"))));
    assert!(!state.take(door(&["0000-0000-0004"], None)));
    assert_eq!(
        (state.revoked.len(), state.cursor.as_deref()),
        (4, Some("3"))
    );
    assert!(state.ends_at.is_some() && state.doors_open_at.is_none());
}

#[test]
fn a_cancelled_event_stays_cancelled() {
    let mut state = state();
    let described = |status: &str| DoorAnswer {
        status: Some(status.to_owned()),
        ..door(&[], None)
    };
    state.take(described("published"));
    assert!(!state.cancelled);
    state.take(described("cancelled"));
    state.take(door(&[], None));
    assert!(state.cancelled);
}

#[test]
fn what_is_no_key_is_none() {
    let mut state = state();
    state.take(door(&[], None));
    assert_eq!(state.public_keys(), []);
}

/// Checks which scans are queued, by the verdict of this device. If refusals as too early or as void were sent, the server
/// could admit the holder, for example because this device's clock is slow. If a second scan of the same ticket were sent, the
/// server would count the ticket as used twice.
#[test]
fn no_refusal_is_sent_of_which_the_server_could_make_an_admission() {
    let code = "ABCD-EFGH-JKMN".parse().unwrap();
    let now = Timestamp::UNIX_EPOCH;
    for (verdict, queued) in [
        (Verdict::AdmittedOffline(code), true),
        (Verdict::Void(Some(code)), false),
        (Verdict::WrongEvent, true),
        (Verdict::Invalid(Reason::Forged), true),
        (
            Verdict::AlreadyAdmitted(Some(code), Admission::default()),
            false,
        ),
        (Verdict::Invalid(Reason::TooEarly), false),
        (Verdict::Invalid(Reason::Over), false),
        (Verdict::Invalid(Reason::ExpiredKey), false),
        (Verdict::Invalid(Reason::Unknown), false),
        (Verdict::Unverifiable(code), false),
    ] {
        let mut state = state();
        state.queue(&verdict, "shown", now, Some("A"));
        assert_eq!(state.queue.len(), usize::from(queued), "{verdict:?}");
        let admits = state.queue.iter().any(|scan| scan.admitted.is_some());
        assert_eq!(admits, verdict.is_admission());
    }
}

#[test]
fn what_the_server_said_counts_in_the_next_outage() {
    let (one, other) = (
        "0000-0000-0001".parse().unwrap(),
        "0000-0000-0002".parse().unwrap(),
    );
    let mut state = state();
    let now = Timestamp::UNIX_EPOCH;
    let admitted = Verdict::Admitted {
        name: "Ada".to_owned(),
        code: Some(one),
    };
    state.remember(&admitted, now, Some("A"));
    state.remember(&Verdict::Void(Some(other)), now, Some("A"));
    assert_eq!((state.let_in, state.refused), (1, 1));
    assert!(matches!(
        state.judge("0000-0000-0001", now),
        Verdict::AlreadyAdmitted(..)
    ));
    assert_eq!(
        state.judge("0000-0000-0002", now),
        Verdict::Void(Some(other))
    );
}
