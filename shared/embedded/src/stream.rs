//! The stream of changes. A follower is a reader of the stream. If a follower may want to know a change of an item, the
//! transaction that makes the change also writes a record to the stream.

mod filter;

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use table::Item;

use crate::{
    Database, codec,
    error::Error,
    ledger::{Fault, Ledger},
    wake::Wake,
};
use filter::{Event, is_followed};

/// A record of the stream: a change of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The record's position in the stream. A later record has a greater number, and no number is used twice.
    pub sequence: u64,
    /// The record's position in the stream, as text. It serves as the id of the record.
    pub event_id: String,
    /// The time of the change in whole milliseconds. If it were less precise, the relay could write a time that is earlier than
    /// a time which a caller has already received.
    pub written_at: Timestamp,
    /// Partition key of the item.
    pub pk: String,
    /// Sort key of the item.
    pub sk: String,
    /// The item before the change; empty if there was none.
    pub old: Item,
    /// The item after the change; empty if the change deleted the item.
    pub new: Item,
}

/// The records that a follower has not marked as done yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The number of records that the follower has not marked as done.
    pub records: u64,
    /// The time of the oldest record that the follower has not marked as done, in whole milliseconds; `None` if there is no
    /// such record.
    pub oldest: Option<Timestamp>,
}

/// The stream of one follower. The follower's position is stored in the database.
#[derive(Debug, Clone)]
pub struct Stream {
    database: Database,
    follower: Arc<str>,
}

impl Stream {
    pub(crate) fn new(database: Database, follower: &str) -> Self {
        Self {
            database,
            follower: follower.into(),
        }
    }

    /// Waits for records, and returns up to `most` records that are not done yet, the oldest first. The next call returns the
    /// same records, unless the follower has called [`Self::done`] before it.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn next(&self, most: usize) -> Result<Vec<Record>, Error> {
        let mut bell = self.database.bells().listen(Wake::Stream);
        loop {
            bell.borrow_and_update();
            let records = self.database.readers().read(|reader| {
                let position = position(reader, &self.follower)?;
                after(reader, position, most)
            })?;
            if !records.is_empty() {
                return Ok(records);
            }
            bell.changed().await.map_err(Error::unavailable)?;
        }
    }

    /// Marks all records up to the number `upto` as done for this follower, and stores this on the disk. Deletes the records
    /// that every follower has marked as done. If `upto` is smaller than in an earlier call, nothing changes.
    ///
    /// # Errors
    /// There is no such follower, or the database is not available. If the call fails, the records are returned again.
    pub async fn done(&self, upto: u64) -> Result<(), Error> {
        let follower = self.follower.clone();
        let work = move |ledger: &mut Ledger<'_>| done(ledger, &follower, upto);
        self.database.writer().write(work).await
    }
}

/// Returns how many records a follower has not marked as done, and the time of the oldest of them.
pub(crate) fn waiting(reader: &Connection, follower: &str) -> rusqlite::Result<Waiting> {
    let position = position(reader, follower)?;
    let counted = reader
        .prepare_cached("SELECT count(*), min(written_at) FROM records WHERE sequence > ?1")?
        .query_row([position], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (records, oldest): (u64, Option<i64>) = counted;
    Ok(Waiting {
        records,
        oldest: oldest.and_then(|at| Timestamp::from_millisecond(at).ok()),
    })
}

/// An item before or after a change, with its stored bytes; `None` if there is no item.
pub(crate) type Image<'a> = Option<(&'a Item, &'a [u8])>;

/// A change of an item, with the data that is written to the stream.
pub(crate) struct Images<'a> {
    pub(crate) pk: &'a str,
    pub(crate) sk: &'a str,
    pub(crate) old: Image<'a>,
    pub(crate) new: Image<'a>,
}

/// Appends a record of the change to the stream, if a follower may want to know the change.
pub(crate) fn append(ledger: &mut Ledger<'_>, images: &Images<'_>) -> Result<(), Fault<Error>> {
    let item = images.new.map(|(item, _)| item);
    let event = match (images.old, item) {
        (None, _) => Event::Insert,
        (Some(_), Some(_)) => Event::Modify,
        (Some(_), None) => Event::Remove,
    };
    if !is_followed(event, images.sk, item) {
        return Ok(());
    }
    let [old, new] = [images.old, images.new].map(|image| image.map(|(_, bytes)| bytes));
    ledger
        .connection
        .prepare_cached(
            "INSERT INTO records (pk, sk, old, new, written_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            images.pk,
            images.sk,
            old,
            new,
            ledger.now.as_millisecond()
        ])?;
    ledger.wakes.add(Wake::Stream);
    Ok(())
}

/// Makes `followers` the only followers of the stream. A record is kept until every follower has marked it as done.
pub(crate) fn register(connection: &Connection, followers: &[&str]) -> rusqlite::Result<()> {
    let mut names = connection.prepare("SELECT name FROM followers")?;
    let names = names.query_map([], |row| row.get(0))?;
    let names = names.collect::<rusqlite::Result<Vec<String>>>()?;
    for name in names {
        if !followers.contains(&name.as_str()) {
            connection.execute("DELETE FROM followers WHERE name = ?1", [name])?;
        }
    }
    for name in followers {
        connection.execute(
            "INSERT OR IGNORE INTO followers (name, done) VALUES (?1, 0)",
            [name],
        )?;
    }
    Ok(())
}

/// Returns the number of the last record that a follower has marked as done, or zero if it has marked none.
fn position(connection: &Connection, follower: &str) -> rusqlite::Result<i64> {
    let found = connection
        .prepare_cached("SELECT done FROM followers WHERE name = ?1")?
        .query_row([follower], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(0))
}

fn after(reader: &Connection, position: i64, most: usize) -> Result<Vec<Record>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT sequence, pk, sk, old, new, written_at FROM records WHERE sequence > ?1
        ORDER BY sequence LIMIT ?2",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = statement.query([position, most])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let sequence: u64 = row.get(0)?;
        let image = |column| {
            let bytes = row.get_ref(column)?.as_blob_or_null();
            codec::decode_image(bytes.map_err(Error::unavailable)?)
        };
        records.push(Record {
            sequence,
            event_id: sequence.to_string(),
            written_at: Timestamp::from_millisecond(row.get(5)?).unwrap_or_default(),
            pk: row.get(1)?,
            sk: row.get(2)?,
            old: image(3)?,
            new: image(4)?,
        });
    }
    Ok(records)
}

fn done(ledger: &Ledger<'_>, follower: &str, upto: u64) -> Result<(), Fault<Error>> {
    let known = ledger
        .connection
        .prepare_cached("UPDATE followers SET done = max(done, ?2) WHERE name = ?1")?
        .execute(params![follower, upto])?;
    if known == 0 {
        return Err(Error::refused("the stream has no such follower").into());
    }
    ledger
        .connection
        .prepare_cached("DELETE FROM records WHERE sequence <= (SELECT min(done) FROM followers)")?
        .execute([])?;
    Ok(())
}
