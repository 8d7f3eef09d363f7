use std::sync::{Barrier, Mutex};

use futures::future::join_all;
use table::{Item, Put, SingleWrite as _, Table, TableError, Write, WriteError, s};

use super::*;
use crate::{
    Changed, Database, Observer, Options,
    testing::{Fixture, key, runtime},
};

fn put(sk: &str) -> Write {
    Put::of(key("p", sk)).into()
}

/// Runs SQL statements on the writer's connection.
async fn run(database: &Database, sql: &'static str) -> Result<(), Error> {
    let work = move |ledger: &mut Ledger<'_>| Ok(ledger.connection.execute_batch(sql)?);
    database.writer().write(work).await
}

/// Keeps the writer's thread busy until `count` of the writes in `work` wait, so that these writes share a transaction.
fn together<T>(database: &Database, count: usize, work: impl Future<Output = T>) -> T {
    let gate = Arc::new(Barrier::new(2));
    let other = gate.clone();
    let hold = move |_: &mut Ledger<'_>| {
        other.wait();
        other.wait();
        Ok(())
    };
    runtime().block_on(async {
        let open = async {
            gate.wait();
            let jobs = database.writer().jobs.as_ref().unwrap();
            while jobs.capacity() > WAITING - count {
                tokio::task::yield_now().await;
            }
            gate.wait();
        };
        let hold = database.writer().write::<_, Error, _>(hold);
        let (kept_busy, (), done) = futures::join!(hold, open, work);
        kept_busy.unwrap();
        done
    })
}

fn commits(database: &Database) -> u64 {
    database.statistics().commits
}

#[test]
fn writes_that_wait_share_a_commit() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let before = commits(db);
    let writes = (0..100).map(|i| put(&i.to_string()).write_to(db));
    let written = together(db, 100, join_all(writes));
    assert!(written.iter().all(Result::is_ok));
    // The first of the two commits is for the write that kept the writer's thread busy. The second one is for all other writes.
    assert_eq!(commits(db) - before, 2);
}

#[test]
fn more_than_may_wait_are_all_made() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let count = 2 * WAITING;
    let writes = (0..count).map(|i| put(&i.to_string()).write_to(db));
    let written = together(db, WAITING, join_all(writes));
    assert!(written.iter().all(Result::is_ok));
    let counted = runtime()
        .block_on(db.query(table::Query::table("p").count_only()))
        .unwrap();
    assert_eq!(counted.count as usize, count);
}

/// Makes three writes in one transaction. The second one is `bad` and must fail; the others must succeed.
fn around<F>(bad: F)
where
    F: FnMut(&mut Ledger<'_>) -> Result<(), Fault<Error>> + Send + 'static,
{
    let fixture = Fixture::new();
    let db = &fixture.database;
    let work = async {
        futures::join!(
            put("before").write_to(db),
            db.writer().write(bad),
            put("after").write_to(db)
        )
    };
    let (before, bad, after) = together(db, 3, work);
    before.unwrap();
    after.unwrap();
    assert!(matches!(bad, Err(Error::Unavailable(_))), "{bad:?}");
    let found = runtime().block_on(db.query(table::Query::table("p")));
    let sort_keys: Vec<_> = found.unwrap().items.into_iter().map(sk).collect();
    assert_eq!(sort_keys, [s("after"), s("before")]);
}

fn sk(mut item: Item) -> table::Value {
    item.remove(table::SK).unwrap()
}

const INSERT: &str = "INSERT INTO items (pk, sk, item) VALUES ('p', 'bad', x'80')";

#[test]
fn a_panic_takes_no_other_write_with_it() {
    around(|ledger| {
        ledger.connection.execute(INSERT, [])?;
        panic!("on purpose");
    });
}

#[test]
fn an_error_of_sqlite_takes_no_other_write_with_it() {
    around(|ledger| {
        ledger.connection.execute(INSERT, [])?;
        ledger.connection.execute(INSERT, [])?;
        Ok(())
    });
}

#[test]
fn a_lost_transaction_takes_no_other_write_with_it() {
    around(|ledger| {
        ledger.connection.execute(INSERT, [])?;
        // This imitates a full disk: in that case `SQLite` itself rolls back the transaction.
        ledger.connection.execute_batch("ROLLBACK")?;
        Err(Fault::Sqlite(rusqlite::Error::InvalidQuery))
    });
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_not_the_end() {
    let fixture = Fixture::with(Options {
        max_pages: Some(64),
        ..Options::default()
    });
    let db = &fixture.database;
    let large = |sk: String| {
        let mut item = key("p", &sk);
        item.insert("x".to_owned(), s("x".repeat(10_000)));
        Write::from(Put::of(item))
    };
    let mut stored = 0;
    let full = loop {
        match large(format!("REG#{stored:04}")).write_to(db).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    let WriteError::Table(TableError::Unavailable(cause)) = full else {
        panic!("{full:?}");
    };
    assert!(cause.to_string().contains("full"), "{cause}");
    // The file is almost full: of these two concurrent writes, only the small one fits.
    let delete = table::Delete::of(key("p", "none"));
    let (large_one, small_one) =
        futures::join!(large("REG#z".to_owned()).write_to(db), delete.write_to(db));
    assert!(large_one.is_err());
    small_one.unwrap();
    let counted = db.query(table::Query::table("p").count_only()).await;
    assert_eq!(counted.unwrap().count, stored);
    let waiting = db.view().waiting("relay").unwrap();
    assert_eq!(waiting.records, u64::from(stored));
    run(db, "PRAGMA max_page_count = 1000").await.unwrap();
    large("REG#z".to_owned()).write_to(db).await.unwrap();
    assert_eq!(db.view().check().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_an_error() {
    let fixture = Fixture::new();
    put("before").write_to(&fixture.database).await.unwrap();
    run(&fixture.database, "PRAGMA query_only = ON")
        .await
        .unwrap();
    let refused = put("meanwhile").write_to(&fixture.database).await;
    let Err(WriteError::Table(TableError::Unavailable(cause))) = refused else {
        panic!("{refused:?}");
    };
    assert!(cause.to_string().contains("readonly"), "{cause}");
    let fixture = fixture.reopened();
    put("after").write_to(&fixture.database).await.unwrap();
    let found = fixture.database.query(table::Query::table("p")).await;
    let sort_keys: Vec<_> = found.unwrap().items.into_iter().map(sk).collect();
    assert_eq!(sort_keys, [s("after"), s("before")]);
}

#[derive(Debug, Default)]
struct Seen(Mutex<Vec<Changed>>);

impl Observer for Seen {
    fn committed(&self, changes: &[Changed]) {
        self.0.lock().unwrap().extend_from_slice(changes);
    }
}

#[tokio::test]
async fn a_cache_hears_of_a_change_before_its_writer() {
    let seen = Arc::new(Seen::default());
    let fixture = Fixture::with(Options {
        observer: Some(seen.clone()),
        ..Options::default()
    });
    let db = &fixture.database;
    let once = Put::of(key("p", "a")).when(table::attr("pk").absent());
    once.clone().write_to(db).await.unwrap();
    assert_eq!(seen.0.lock().unwrap().len(), 1);
    once.write_to(db).await.unwrap_err();
    assert_eq!(seen.0.lock().unwrap().len(), 1);
    table::Delete::of(key("p", "a")).write_to(db).await.unwrap();
    let changed = Changed {
        pk: "p".to_owned(),
        sk: "a".to_owned(),
    };
    assert_eq!(*seen.0.lock().unwrap(), [changed.clone(), changed]);
}

#[tokio::test]
async fn a_write_whose_caller_left_is_made() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let mut write = put("a").write_to(db);
    // The first poll submits the write to the writer's thread. After that, the write is made even if its caller stops waiting.
    assert!(futures::poll!(&mut write).is_pending());
    drop(write);
    db.flush().await.unwrap();
    assert!(db.get(key("p", "a"), true).await.unwrap().is_some());
}

/// A commit is flushed to the disk only with the two settings of `SQLite` that this test checks.
#[tokio::test]
async fn a_commit_is_flushed() {
    let fixture = Fixture::new();
    let pragma = |ledger: &mut Ledger<'_>| {
        let number: i64 = ledger
            .connection
            .pragma_query_value(None, "synchronous", |row| row.get(0))?;
        let journal: String =
            ledger
                .connection
                .pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        Ok((number, journal))
    };
    let (synchronous, journal) = fixture
        .database
        .writer()
        .write::<_, Error, _>(pragma)
        .await
        .unwrap();
    assert_eq!((synchronous, journal.as_str()), (2, "wal"));
}
