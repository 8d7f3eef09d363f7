use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde_json::{Value as Json, json};
use table::{Delete, Put, SingleWrite as _, Table, Value, b, n, s};

use crate::{
    Database, OpenError, Options, Restoration, suffix_for_replaced,
    testing::{Fixture, key},
};

fn restore(from: &Path, path: &Path) -> Result<Option<PathBuf>, OpenError> {
    let suffix = suffix_for_replaced(&[path]);
    Restoration::prepare(from, path, &suffix)?.finish()
}

#[tokio::test]
async fn a_backup_is_a_whole_database() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    Put::of(key("p", "REG#1")).write_to(db).await.unwrap();
    let copy = fixture.path("copy.db");
    db.view().backup(&copy).unwrap();
    assert!(
        db.view().backup(&copy).is_err(),
        "a backup overwrites nothing"
    );
    Delete::of(key("p", "REG#1")).write_to(db).await.unwrap();

    let path = db.path().to_owned();
    let in_use = restore(&copy, &path);
    assert!(matches!(in_use, Err(OpenError::InUse(_))), "{in_use:?}");
    let _folder = fixture.closed();
    let replaced = restore(&copy, &path).unwrap().unwrap();
    let restored = Database::open(&path, Options::default()).unwrap();
    assert!(
        restored
            .get(key("p", "REG#1"), true)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(restored.stream("relay").next(10).await.unwrap().len(), 1);
    let replaced = Database::open(replaced, Options::default()).unwrap();
    assert!(
        replaced
            .get(key("p", "REG#1"), true)
            .await
            .unwrap()
            .is_none()
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_a_copy() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| {
        let permissions = std::fs::metadata(path).unwrap().permissions();
        permissions.mode() & 0o777
    };
    let fixture = Fixture::new();
    let backup = fixture.path("copy.db");
    fixture.database.view().backup(&backup).unwrap();
    assert_eq!(mode(&backup), 0o600);
    // If somebody moves a backup, for example to another machine, its file permissions may change.
    let open_to_all = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&backup, open_to_all).unwrap();
    let restored = fixture.path("restored.db");
    restore(&backup, &restored).unwrap();
    assert_eq!(mode(&restored), 0o600);
}

#[tokio::test]
async fn a_backup_that_fails_leaves_nothing() {
    let fixture = Fixture::new();
    let missing = fixture.path("missing").join("copy.db");
    assert!(fixture.database.view().backup(&missing).is_err());
    let taken = fixture.path("taken.db");
    std::fs::write(&taken, "somebody's").unwrap();
    assert!(fixture.database.view().backup(&taken).is_err());
    assert_eq!(std::fs::read_to_string(&taken).unwrap(), "somebody's");
}

#[tokio::test]
async fn a_damaged_backup_is_refused() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    for i in 0..200 {
        let item = Put::of(key("p", &format!("REG#{i}")));
        item.write_to(db).await.unwrap();
    }
    let copy = fixture.path("copy.db");
    db.view().backup(&copy).unwrap();
    let mut bytes = std::fs::read(&copy).unwrap();
    bytes[8192..16384].fill(0xff);
    let damaged = fixture.path("damaged.db");
    std::fs::write(&damaged, bytes).unwrap();
    let empty = fixture.path("empty.db");
    std::fs::write(&empty, "").unwrap();
    let target = fixture.path("target.db");
    assert!(restore(&damaged, &target).is_err());
    assert!(restore(&empty, &target).is_err());
    assert!(!target.exists());
    assert_eq!(restore(&copy, &target).unwrap(), None);
}

#[tokio::test]
async fn damage_is_found() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    Put::of(key("p", "a")).write_to(db).await.unwrap();
    assert_eq!(db.view().check().unwrap(), Vec::<String>::new());
    let _folder = {
        let path = db.path().to_owned();
        let folder = fixture.closed();
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection
            .execute("UPDATE items SET gsi1pk = 'g', gsi1sk = 'h'", [])
            .unwrap();
        drop(connection);
        let db = Database::open(&path, Options::default()).unwrap();
        assert_eq!(db.view().check().unwrap().len(), 1);
        folder
    };
}

#[tokio::test]
async fn an_export_is_what_the_import_takes() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let mut item = key("p", "a");
    item.extend([
        ("n".to_owned(), n(7)),
        ("b".to_owned(), b([1, 2])),
        ("set".to_owned(), Value::Ss(vec!["x".to_owned()])),
        (
            "map".to_owned(),
            Value::M(HashMap::from([("y".to_owned(), Value::Bool(true))])),
        ),
        ("text".to_owned(), s("line\nline")),
    ]);
    Put::of(item).write_to(db).await.unwrap();
    Put::of(key("p", "b")).write_to(db).await.unwrap();
    let mut file = Vec::new();
    assert_eq!(db.view().export(&mut file).unwrap(), 2);
    let file = String::from_utf8(file).unwrap();
    let lines: Vec<Json> = file
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            json!({"Item": {
                "pk": {"S": "p"}, "sk": {"S": "a"}, "n": {"N": "7"}, "b": {"B": "AQI="},
                "set": {"SS": ["x"]}, "map": {"M": {"y": {"BOOL": true}}}, "text": {"S": "line\nline"}
            }}),
            json!({"Item": {"pk": {"S": "p"}, "sk": {"S": "b"}}}),
        ]
    );
}
