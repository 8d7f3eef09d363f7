use serde_json::json;

use super::*;

/// Returns the time that is `seconds` after 2027-03-02T09:00:00Z.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_803_978_000 + seconds).unwrap()
}

fn read(text: &str) -> Result<Secrets, KeyringError> {
    Secrets::read(&text.into())
}

fn first() -> Secrets {
    read("first").unwrap()
}

fn rotated() -> Secrets {
    let mut secrets = first();
    secrets.rotate("second".into(), at(0), at(60)).unwrap();
    secrets
}

#[test]
fn a_rotation_adds_a_secret_that_signs_later_and_changes_no_other() {
    let expected = json!({"secrets": [
        {"secret": "second", "signsFrom": "2027-03-02T09:01:00Z"},
        {"secret": "first", "signsFrom": "1970-01-01T00:00:00Z"},
    ]});
    let secrets = rotated();
    assert_eq!(serde_json::to_value(&secrets).unwrap(), expected);
    assert_eq!(read(&expected.to_string()).unwrap(), secrets);
    assert_eq!(
        secrets.lines(at(0)),
        [
            "of 2027-03-02T09:01:00Z  verifies, signs from 2027-03-02T09:01:00Z on",
            "the first                signs and verifies",
        ]
    );
    assert_eq!(
        secrets.lines(at(60)),
        [
            "of 2027-03-02T09:01:00Z  signs and verifies",
            "the first                verifies",
        ]
    );
}

#[test]
fn one_rotation_follows_the_other() {
    let mut secrets = rotated();
    let error = secrets.rotate("third".into(), at(59), at(200));
    assert!(error.is_err());
    assert_eq!(secrets, rotated());
    secrets.rotate("third".into(), at(60), at(200)).unwrap();
    assert_eq!(secrets.lines(at(200)).len(), 3);
}

#[test]
fn what_leaked_ends_when_the_new_one_begins() {
    let mut secrets = rotated();
    secrets.rotate_leaked("third".into(), at(100));
    assert_eq!(
        secrets.lines(at(70)),
        [
            "of 2027-03-02T09:01:40Z  verifies, signs from 2027-03-02T09:01:40Z on",
            "of 2027-03-02T09:01:00Z  signs; verifies until 2027-03-02T09:01:40Z",
            "the first                verifies until 2027-03-02T09:01:40Z",
        ]
    );
    let mut unborn = rotated();
    unborn.rotate_leaked("third".into(), at(50));
    assert_eq!(
        unborn.lines(at(50)),
        [
            "of 2027-03-02T09:00:50Z  signs and verifies",
            "the first                ended at 2027-03-02T09:00:50Z; only codes of tickets are derived from it",
        ]
    );
}

#[test]
fn the_overlap_ends_for_those_before_the_one_that_signs() {
    assert!(first().drop_previous(at(0)).is_err());
    assert!(
        rotated().drop_previous(at(0)).is_err(),
        "none has signed before"
    );
    let mut secrets = rotated();
    secrets.drop_previous(at(60)).unwrap();
    assert_eq!(
        secrets.lines(at(60))[1],
        "the first                ended at 2027-03-02T09:01:00Z; only codes of tickets are derived from it"
    );
    assert!(secrets.drop_previous(at(61)).is_err());
    secrets.rotate("third".into(), at(100), at(200)).unwrap();
    secrets.drop_previous(at(200)).unwrap();
    let lines = secrets.lines(at(200));
    assert!(
        lines[1].contains("ended at 2027-03-02T09:03:20Z"),
        "{lines:?}"
    );
    assert!(
        lines[2].contains("ended at 2027-03-02T09:01:00Z"),
        "{lines:?}"
    );
}

#[test]
fn what_is_no_document_is_refused_without_telling_it() {
    for wrong in [
        r#"{"current": "first"}"#,
        r#"{"secrets": []}"#,
        r#"{"secrets": [{"secret": "first", "signsFrom": "2027-03-02T09:00:00Z", "verifiesUntil": "2028-03-02T09:00:00Z"}]}"#,
        r#"{"secrets": [{"secret": "first", "signsFrom": "first"}]}"#,
        r#"{"secrets": [{"secret": "first", "signsFrom": "2027-03-02T09:00:00Z", "verifiesUntil": "x"}]}"#,
    ] {
        let error = read(wrong).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("first"), "{wrong}");
    }
}

#[test]
fn nothing_shows_a_secret() {
    let shown = format!("{:?} {:?}", rotated(), rotated().lines(at(0)));
    assert!(!shown.contains("second"), "{shown}");
}
