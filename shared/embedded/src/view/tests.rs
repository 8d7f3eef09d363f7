use std::fs;

use queues::{Outgoing, Producer as _};
use rusqlite::Connection;
use table::{Put, SingleWrite as _};

use super::*;
use crate::{
    Database, Options,
    schema::{STEPS, beside, migrate},
    testing::{Fixture, key},
};

#[tokio::test]
async fn a_view_shows_what_the_database_has_while_it_is_open() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let view = View::open(db.path()).unwrap();
    assert!(view.is_empty().unwrap());
    Put::of(key("p", "REG#1")).write_to(db).await.unwrap();
    assert!(!view.is_empty().unwrap());
    assert_eq!(view.waiting("relay").unwrap().records, 1);
    let mut lines = Vec::new();
    assert_eq!(view.export(&mut lines).unwrap(), 1);
    assert_eq!(view.check().unwrap(), Vec::<String>::new());
    assert!(view.sizes().unwrap().journal_bytes > 0);
}

#[tokio::test]
async fn a_view_after_a_crash_sees_the_journal_and_changes_neither_file_nor_messages() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let message = Outgoing {
        body: "a".to_owned(),
        ..Outgoing::default()
    };
    db.send("mail", vec![message]).await.unwrap();
    db.take("mail", 1, Duration::ZERO).await.unwrap();
    // The test copies the files of an open database. The copy is in the same state as the files of a process that has crashed.
    let crashed = fixture.path("crashed.db");
    for end in ["", "-wal"] {
        fs::copy(beside(db.path(), end), beside(&crashed, end)).unwrap();
    }
    let files = || ["", "-wal"].map(|end| fs::read(beside(&crashed, end)).unwrap());
    let before = files();
    let view = View::open(&crashed).unwrap();
    assert_eq!(view.depth("mail").unwrap().all(), 1);
    view.backup(&fixture.path("copy.db")).unwrap();
    assert_eq!(view.check().unwrap(), Vec::<String>::new());
    drop(view);
    assert_eq!(files(), before);
    let database = Database::open(&crashed, fixture.options.clone()).unwrap();
    let taken = database.take("mail", 1, Duration::ZERO).await.unwrap();
    assert_eq!(taken[0].receive_count, 1, "no view counted as a restart");
}

#[tokio::test]
async fn a_view_leaves_an_older_version_as_it_is() {
    let fixture = Fixture::new();
    let path = fixture.path("older.db");
    let mut connection = Connection::open(&path).unwrap();
    migrate(&mut connection, &path, &STEPS[..1]).unwrap();
    drop(connection);
    let view = View::open(&path).unwrap();
    for settings in crate::queue::ALL {
        assert_eq!(view.depth(settings.name).unwrap().all(), 0);
        assert_eq!(view.age_of_oldest(settings.name).unwrap(), None);
    }
    assert_eq!(view.waiting("relay").unwrap(), Waiting::default());
    view.backup(&fixture.path("copy.db")).unwrap();
    view.export(&mut Vec::new()).unwrap();
    let connection = Connection::open(&path).unwrap();
    let version: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
}

#[test]
fn a_view_makes_no_database() {
    let fixture = Fixture::new();
    let missing = fixture.path("missing.db");
    assert!(View::open(&missing).is_err());
    assert!(!missing.exists());
    let empty = fixture.path("empty.db");
    fs::write(&empty, "").unwrap();
    let opened = View::open(&empty);
    assert!(matches!(opened, Err(OpenError::Foreign(_))), "{opened:?}");
    drop(Database::open(&empty, Options::default()).unwrap());
    View::open(&empty).unwrap();
}
