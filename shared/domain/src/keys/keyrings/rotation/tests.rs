use super::*;

/// Returns the time that is `seconds` after 2027-03-02T09:00:00Z.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_803_978_000 + seconds).unwrap()
}

/// Returns the secrets of a new deployment after one rotation with an overlap.
fn rotated() -> Secrets {
    let mut secrets = Secrets::read(&"first".into()).unwrap();
    apply(Rotation::Overlapping, &mut secrets, 0, Some("40s")).unwrap();
    secrets
}

fn apply(
    rotation: Rotation,
    secrets: &mut Secrets,
    now: i64,
    lead: Option<&str>,
) -> Result<(), RotationError> {
    let lead = lead.map(|lead| lead.parse().unwrap());
    rotation.apply(secrets, at(now), lead, || Ok("new".into()))
}

#[test]
fn the_new_secret_of_a_rotation_signs_after_its_lead() {
    for (rotation, lead, expected) in [
        (Rotation::Overlapping, None, 86_400),
        (Rotation::Overlapping, Some("2h"), 7_200),
        (Rotation::Leaked, None, 60),
        (Rotation::Leaked, Some("90s"), 90),
    ] {
        let mut secrets = Secrets::read(&"first".into()).unwrap();
        apply(rotation, &mut secrets, 0, lead).unwrap();
        let lines = secrets.lines(at(0));
        let signs = format!("signs from {} on", at(expected));
        assert!(lines[0].ends_with(&signs), "{rotation:?}: {lines:?}");
        let ends = lines[1].ends_with(&format!("verifies until {}", at(expected)));
        assert_eq!(ends, rotation == Rotation::Leaked, "{lines:?}");
    }
}

#[test]
fn dropping_the_previous_secret_ends_it_at_once_and_makes_none() {
    let mut secrets = rotated();
    let no_secret = || -> Result<SecretString, RotationError> { panic!("a secret was made") };
    let drop = |secrets: &mut Secrets, now| {
        Rotation::DropPrevious.apply(secrets, at(now), None, no_secret)
    };
    assert_eq!(drop(&mut secrets, 39), Err(RotationError::NoPrevious));
    drop(&mut secrets, 40).unwrap();
    let lines = secrets.lines(at(40));
    assert_eq!(lines.len(), 2);
    assert!(
        lines[1].contains(&format!("ended at {}", at(40))),
        "{lines:?}"
    );
}

#[test]
fn only_a_leak_does_not_wait_for_the_last_rotation() {
    let mut secrets = rotated();
    let refused = apply(Rotation::Overlapping, &mut secrets, 39, None);
    assert_eq!(refused, Err(RotationError::NotOver(at(40))));
    assert_eq!(secrets, rotated());
    apply(Rotation::Leaked, &mut secrets, 39, None).unwrap();
    assert_eq!(secrets.lines(at(39)).len(), 3);
}

#[test]
fn a_lead_leaves_every_process_time_to_read_and_ends() {
    for (text, seconds) in [
        ("40s", 40),
        ("3m", 180),
        ("12h", 43_200),
        ("366d", 31_622_400),
    ] {
        assert_eq!(text.parse(), Ok(Lead(Duration::from_secs(seconds))));
    }
    let read = |text: &str| text.parse::<Lead>();
    for text in [
        "x",
        "",
        "12",
        "d",
        "1w",
        "-1h",
        "1é",
        "99999999999999999999d",
    ] {
        assert_eq!(read(text), Err(LeadError::Form), "{text}");
    }
    assert_eq!(read("39s"), Err(LeadError::TooShort));
    assert_eq!(read("0d"), Err(LeadError::TooShort));
    assert_eq!(read("367d"), Err(LeadError::TooLong));
    assert_eq!(read("18446744073709551615d"), Err(LeadError::TooLong));
}

#[test]
fn options_select_a_rotation_and_each_has_its_consequences() {
    let texts = [(false, false), (true, false), (false, true)]
        .map(|(leaked, drop_previous)| Rotation::of(leaked, drop_previous).what_follows());
    for (text, named) in texts.into_iter().zip([
        &["Nobody notices", "--drop-previous after 30 days"][..],
        &[
            "must sign in again",
            "QR codes",
            "Let scanners fetch the keys",
        ],
        &[
            "Within 20 seconds",
            "sessions",
            "QR codes",
            "unsubscribe links",
        ],
    ]) {
        for part in named {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
