use std::os::unix::fs::PermissionsExt as _;

use domain::keys::keyrings::Keyrings;

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
fn a_rotated_secret_can_be_read_by_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let file = SecretFile::at(path.clone());
    file.create().unwrap();
    let (now, later) = (at("2027-03-01T09:00:00Z"), at("2027-03-02T09:00:00Z"));
    let mut secrets = file.secrets().unwrap();
    let next = random_text().unwrap().into();
    secrets.rotate(next, now, later).unwrap();
    file.replace(&secrets).unwrap();
    assert_eq!(file.secrets().unwrap(), secrets);
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let keyrings = Keyrings::read(&read(&path).unwrap().into()).unwrap();
    assert_eq!(keyrings.verifying(now).len(), 2);
}

#[test]
fn a_file_of_another_form_is_refused_and_shows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "{\"secret\": \"of somebody\"}").unwrap();
    let error = SecretFile::at(path).secrets().unwrap_err().to_string();
    assert!(
        error.contains("document of secrets") && !error.contains("somebody"),
        "{error}"
    );
}
