use std::time::Duration;

use jiff::Timestamp;
use queues::Producer;
use table::{EXPIRES_AT, Item, Put, Query, SingleWrite as _, Table, Update, Write, n};

use crate::{
    Database, OpenError, Options,
    testing::{Fixture, key},
};

fn put(sk: &str) -> Write {
    Put::of(key("p", sk)).into()
}

#[tokio::test]
async fn one_process_has_it_open() {
    let fixture = Fixture::new();
    let path = fixture.database.path().to_owned();
    let second = Database::open(&path, Options::default());
    assert!(matches!(second, Err(OpenError::InUse(_))), "{second:?}");
    // The database closes when the last clone is dropped.
    let clone = fixture.database.clone();
    drop(fixture.reopened_after(clone));
}

#[cfg(unix)]
#[test]
fn its_owner_alone_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = Fixture::new();
    let file = std::fs::metadata(fixture.database.path()).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn it_remembers() {
    let fixture = Fixture::new();
    let at = fixture.now() + Duration::from_mins(1);
    let db = &fixture.database;
    put("REG#1").write_to(db).await.unwrap();
    let message = queues::Outgoing {
        body: "a".to_owned(),
        ..queues::Outgoing::default()
    };
    db.send("mail", vec![message]).await.unwrap();
    db.schedules().put("s", at, "b".to_owned()).await.unwrap();
    let fixture = fixture.reopened();
    let db = &fixture.database;
    assert!(!super::schema::beside(db.path(), "-journal").exists());
    assert_eq!(
        db.get(key("p", "REG#1"), true).await.unwrap(),
        Some(key("p", "REG#1"))
    );
    assert_eq!(db.stream("relay").next(10).await.unwrap().len(), 1);
    assert_eq!(db.take("mail", 10, Duration::ZERO).await.unwrap().len(), 1);
    assert_eq!(db.schedules().next().unwrap(), Some(at));
}

#[tokio::test]
async fn what_expires_is_deleted_and_followed() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let second = fixture.now().as_second();
    let expiring = |sk: &str, at: i64| {
        let mut item = key("p", sk);
        item.insert(EXPIRES_AT.to_owned(), n(at));
        item
    };
    for (sk, at) in [
        ("REG#1", second),
        ("REG#2", second - 5),
        ("REG#3", second + 1),
    ] {
        Put::of(expiring(sk, at)).write_to(db).await.unwrap();
    }
    put("REG#4").write_to(db).await.unwrap();
    let records = db.stream("relay").next(10).await.unwrap();
    db.stream("relay").done(records[3].sequence).await.unwrap();
    assert_eq!(db.expire(1).await.unwrap(), 1);
    assert_eq!(db.expire(10).await.unwrap(), 1);
    assert_eq!(db.expire(10).await.unwrap(), 0);
    let gone = db.stream("relay").next(10).await.unwrap();
    let gone: Vec<_> = gone
        .into_iter()
        .map(|record| (record.old, record.new))
        .collect();
    assert_eq!(
        gone,
        [
            (expiring("REG#2", second - 5), Item::new()),
            (expiring("REG#1", second), Item::new())
        ]
    );
    // If an item's expiry time is set a second time, the later time replaces the earlier one.
    let later = Update::of(key("p", "REG#3")).set(EXPIRES_AT, n(second + 100));
    later.write_to(db).await.unwrap();
    fixture.pass(Duration::from_secs(50));
    assert_eq!(db.expire(10).await.unwrap(), 0);
    let left = db.query(Query::table("p").count_only()).await.unwrap();
    assert_eq!(left.count, 2);
}

#[tokio::test]
async fn the_stream_is_kept_until_it_is_done() {
    let fixture = Fixture::with(Options {
        followers: &["relay", "other"],
        ..Options::default()
    });
    let db = &fixture.database;
    let (relay, other) = (db.stream("relay"), db.stream("other"));
    for sk in ["REG#1", "BUCKET#1", "REG#2", "REG#3"] {
        put(sk).write_to(db).await.unwrap();
    }
    // This write does not change the item, so it adds no record to the stream.
    put("REG#1").write_to(db).await.unwrap();
    let records = relay.next(2).await.unwrap();
    let sort_keys: Vec<_> = records.iter().map(|record| record.sk.as_str()).collect();
    assert_eq!(sort_keys, ["REG#1", "REG#2"]);
    let written_at = Timestamp::from_millisecond(fixture.now().as_millisecond()).unwrap();
    assert_eq!(records[0].written_at, written_at);
    assert_eq!(relay.next(2).await.unwrap(), records);
    relay.done(records[1].sequence).await.unwrap();
    assert_eq!(other.next(10).await.unwrap().len(), 3);
    assert!(db.stream("stranger").done(9).await.is_err());
    drop((relay, other));
    let fixture = fixture.reopened();
    let db = &fixture.database;
    let (relay, other) = (db.stream("relay"), db.stream("other"));
    let rest = relay.next(10).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert!(rest[0].sequence > records[1].sequence);
    relay.done(rest[0].sequence).await.unwrap();
    other.done(rest[0].sequence).await.unwrap();
    assert_eq!(db.view().waiting("relay").unwrap().records, 0);
    let kept: u64 = db
        .readers()
        .read(|reader| Ok(reader.query_row("SELECT count(*) FROM records", [], |row| row.get(0))?))
        .unwrap();
    assert_eq!(kept, 0);
    drop((relay, other));
    // Even if all records are deleted and the database is opened anew, new records get the next sequence numbers.
    let fixture = fixture.reopened();
    put("REG#9").write_to(&fixture.database).await.unwrap();
    let next = fixture.database.stream("relay").next(1).await.unwrap();
    assert!(next[0].sequence > rest[0].sequence);
}

#[tokio::test]
async fn a_follower_that_waits_gets_a_record_at_once() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let stream = db.stream("relay");
    let (records, written) = futures::join!(stream.next(10), put("REG#1").write_to(db));
    written.unwrap();
    assert_eq!(records.unwrap().len(), 1);
}

#[tokio::test]
async fn a_schedule_comes_once_and_rather_late_than_never() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let schedules = db.schedules();
    let at = |seconds| fixture.now() + Duration::from_secs(seconds);
    schedules.put("a", at(10), "1".to_owned()).await.unwrap();
    schedules.put("a", at(20), "2".to_owned()).await.unwrap();
    schedules.put("b", at(20), "3".to_owned()).await.unwrap();
    schedules.put("c", at(20), "4".to_owned()).await.unwrap();
    schedules.delete("c").await.unwrap();
    schedules.delete("c").await.unwrap();
    fixture.pass(Duration::from_secs(19));
    assert_eq!(schedules.take_due().await.unwrap(), 0);
    drop(schedules);
    let fixture = fixture.reopened();
    fixture.pass(Duration::from_hours(50));
    let db = &fixture.database;
    assert_eq!(db.schedules().take_due().await.unwrap(), 2);
    assert_eq!(db.schedules().take_due().await.unwrap(), 0);
    assert_eq!(db.schedules().next().unwrap(), None);
    let messages = db.take("mail", 10, Duration::ZERO).await.unwrap();
    let bodies: Vec<_> = messages.iter().map(|message| &message.body).collect();
    assert_eq!(bodies, ["2", "3"]);
}

#[tokio::test]
async fn schedules_run_by_themselves() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let schedules = db.schedules();
    let past = fixture.now() - Duration::from_secs(1);
    let put = async {
        tokio::task::yield_now().await;
        schedules.put("a", past, "1".to_owned()).await.unwrap();
        db.take("mail", 1, Duration::from_mins(5)).await.unwrap()
    };
    let taken = tokio::select! {
        never = schedules.run() => match never {},
        taken = put => taken,
    };
    assert_eq!(taken[0].body, "1");
}
