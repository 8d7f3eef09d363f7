use std::os::unix::fs::PermissionsExt as _;

use domain::keyrings::Keyrings;

use super::*;

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

#[tokio::test]
async fn only_its_owner_reads_a_new_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let file = SecretFile::at(path.clone());
    assert!(!file.exists().unwrap());
    file.create().unwrap();
    assert!(file.exists().unwrap());
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.len(), LENGTH);
    Keyrings::read(&file.read().await.unwrap()).unwrap();
}

#[test]
fn a_rotation_is_read_as_on_aws() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let file = SecretFile::at(path.clone());
    file.create().unwrap();
    let (now, later) = (at("2027-03-01T09:00:00Z"), at("2027-03-02T09:00:00Z"));
    let mut secrets = file.secrets().unwrap();
    secrets.rotate(random_text().unwrap(), now, later).unwrap();
    assert_eq!(
        secrets.rotate(random_text().unwrap(), now, later),
        Err(RotationError::NotOver(later))
    );
    file.replace(&secrets).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let keyrings = Keyrings::read(&read(&path).unwrap().into()).unwrap();
    assert_eq!(keyrings.verifying(now).len(), 2);
    assert_ne!(
        keyrings.signing(now).access_token.kid,
        keyrings.signing(later).access_token.kid
    );
    assert_eq!(
        secrets.lines(now),
        [
            "of 2027-03-02T09:00:00Z  verifies, signs from 2027-03-02T09:00:00Z on",
            "the first                signs and verifies",
        ]
    );
}

#[test]
fn what_leaked_ends_with_the_rotation_and_what_is_old_when_it_is_dropped() {
    let (now, later) = (at("2027-03-01T09:00:00Z"), at("2027-03-01T09:01:00Z"));
    let first = "0123456789abcdef0123456789abcdef";
    let next = first.replace('f', "e");
    let mut leaked = Secrets::read(first).unwrap();
    leaked.rotate_leaked(next.clone(), later);
    let verifying = |secrets: &Secrets, now| {
        let text = serde_json::to_string(secrets).unwrap();
        Keyrings::read(&text.into()).unwrap().verifying(now).len()
    };
    assert_eq!((verifying(&leaked, now), verifying(&leaked, later)), (2, 1));

    let mut dropped = Secrets::read(first).unwrap();
    assert_eq!(dropped.drop_previous(now), Err(RotationError::NoPrevious));
    dropped.rotate(next, now, later).unwrap();
    dropped.drop_previous(later).unwrap();
    assert_eq!(verifying(&dropped, later), 1);
}

#[test]
fn a_file_of_another_form_is_refused_and_shows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "{\"secret\": \"of somebody\"}").unwrap();
    let error = SecretFile::at(path).secrets().unwrap_err().to_string();
    assert!(
        error.contains("form") && !error.contains("somebody"),
        "{error}"
    );
}
