use rusqlite::Connection;

use super::*;
use crate::{
    Database, Options,
    testing::{Fixture, key},
};

#[test]
fn the_newest_version_is_the_last_step() {
    assert_eq!(STEPS.len(), KNOWN as usize);
}

#[tokio::test]
async fn an_older_file_is_copied_and_brought_up() {
    let fixture = Fixture::new();
    let path = fixture.database.path().to_owned();
    let write = table::Put::of(key("p", "a")).into();
    table::Table::write(&fixture.database, write).await.unwrap();
    let options = fixture.options.clone();
    let folder = fixture.closed();
    let steps = [
        STEPS[0],
        "CREATE TABLE news (id INTEGER PRIMARY KEY) STRICT",
    ];
    let mut connection = Connection::open(&path).unwrap();
    migrate(&mut connection, &path, &steps).unwrap();
    connection
        .execute("INSERT INTO news VALUES (1)", [])
        .unwrap();
    // Twice is once.
    migrate(&mut connection, &path, &steps).unwrap();
    drop(connection);
    let newer = Database::open(&path, options.clone());
    assert!(
        matches!(newer, Err(OpenError::Newer { found: 2, known: 1 })),
        "{newer:?}"
    );
    let copy = beside(&path, ".before-2");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&copy).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let before = Database::open(copy, options).unwrap();
    let found = table::Table::get(&before, key("p", "a"), true)
        .await
        .unwrap();
    assert_eq!(found, Some(key("p", "a")));
    drop(folder);
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let fixture = Fixture::new();
    let path = fixture.database.path().to_owned();
    let options = fixture.options.clone();
    let folder = fixture.closed();
    let steps = [
        STEPS[0],
        "CREATE TABLE news (id INTEGER) STRICT; CREATE TABLE news (id INTEGER)",
    ];
    let mut connection = Connection::open(&path).unwrap();
    assert!(migrate(&mut connection, &path, &steps).is_err());
    drop(connection);
    let database = Database::open(&path, options).unwrap();
    assert_eq!(database.check().unwrap(), Vec::<String>::new());
    drop(folder);
}

#[test]
fn files_of_others_are_left_alone() {
    let fixture = Fixture::new();
    let text = fixture.path("text.db");
    std::fs::write(
        &text,
        "no database, but long enough to be looked at. ".repeat(100),
    )
    .unwrap();
    let other = fixture.path("other.db");
    let connection = Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(connection);
    for path in [text, other] {
        let before = std::fs::read(&path).unwrap();
        let opened = Database::open(&path, Options::default());
        assert!(matches!(opened, Err(OpenError::Foreign(_))), "{opened:?}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}
