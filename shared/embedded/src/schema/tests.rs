use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

use super::*;
use table::SingleWrite as _;

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
    let put = table::Put::of(key("p", "a"));
    put.write_to(&fixture.database).await.unwrap();
    let options = fixture.options.clone();
    let folder = fixture.closed();
    let news = "CREATE TABLE news (id INTEGER PRIMARY KEY) STRICT";
    let steps = [&STEPS[..], &[news]].concat();
    let mut connection = Connection::open(&path).unwrap();
    migrate(&mut connection, &path, &steps).unwrap();
    connection
        .execute("INSERT INTO news VALUES (1)", [])
        .unwrap();
    // The file already has the newest version, so a second migration changes nothing.
    migrate(&mut connection, &path, &steps).unwrap();
    drop(connection);
    let newer = Database::open(&path, options.clone());
    assert!(
        matches!(newer, Err(OpenError::Newer { found: 4, known: 3 })),
        "{newer:?}"
    );
    let copy = beside(&path, ".before-4");
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

#[tokio::test]
async fn a_message_that_an_older_version_had_in_flight_comes_again_at_once() {
    let fixture = Fixture::new();
    let path = fixture.path("older.db");
    let mut connection = Connection::open(&path).unwrap();
    migrate(&mut connection, &path, &STEPS[..1]).unwrap();
    let hidden = Timestamp::now().as_millisecond() + 360_000;
    connection
        .execute(
            "INSERT INTO messages (queue, body, sent_at, visible_at, received)
            VALUES ('mail', 'in flight', 0, ?1, 1)",
            [hidden],
        )
        .unwrap();
    drop(connection);
    let database = Database::open(&path, Options::default()).unwrap();
    let taken = database.take("mail", 1, Duration::ZERO).await.unwrap();
    assert_eq!(taken[0].body, "in flight");
    assert!(beside(&path, ".before-3").exists());
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let fixture = Fixture::new();
    let path = fixture.database.path().to_owned();
    let options = fixture.options.clone();
    let folder = fixture.closed();
    let twice = "CREATE TABLE news (id INTEGER) STRICT; CREATE TABLE news (id INTEGER)";
    let steps = [&STEPS[..], &[twice]].concat();
    let mut connection = Connection::open(&path).unwrap();
    assert!(migrate(&mut connection, &path, &steps).is_err());
    drop(connection);
    let database = Database::open(&path, options).unwrap();
    assert_eq!(database.view().check().unwrap(), Vec::<String>::new());
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
