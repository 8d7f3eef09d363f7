//! Makes a write. Calls `Write::apply` on the stored item, then stores the resulting item and appends a record to the stream.

use std::collections::HashSet;

use rusqlite::params;
use table::{
    Applied, Item, Reason, Refused, Returned, TransactionError, Update, Write, WriteError,
};

use super::{
    MOST, bytes, size,
    validate::{self, columns, key},
};
use crate::{
    codec,
    error::{Error, Refusal},
    ledger::{Fault, Ledger},
    options::Changed,
    stream,
};

/// The reason that `DynamoDB` gives if an invalid write cancels its transaction.
const VALIDATION_ERROR: &str = "ValidationError";
/// The largest total size of the items in one transaction, in bytes.
const MAX_TRANSACTION: usize = 4 << 20;

/// The item that is stored now under a key.
struct Standing {
    bytes: Vec<u8>,
    item: Item,
}

/// The checked result of a write, which is not yet stored in the database.
struct Planned<'a> {
    pk: &'a str,
    sk: &'a str,
    standing: Option<Standing>,
    applied: Applied,
}

/// Why a write cannot be made.
enum Unfit {
    Condition(Option<Item>),
    Refused(Refusal),
    Failed(Fault<Error>),
}

impl From<Refusal> for Unfit {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Unfit {
    fn from(error: Error) -> Self {
        Self::Failed(Fault::Answer(error))
    }
}

impl From<rusqlite::Error> for Unfit {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(Fault::Sqlite(error))
    }
}

/// Makes one write in the open transaction. Returns the item before or after the write, if the write requests it.
pub(super) fn one(ledger: &mut Ledger<'_>, write: &Write) -> Result<Item, Fault<WriteError>> {
    let planned = plan(ledger, write).map_err(|unfit| match unfit {
        Unfit::Condition(item) => Fault::Answer(WriteError::Condition(item)),
        Unfit::Refused(refusal) => Error::from(refusal).into(),
        Unfit::Failed(fault) => through(fault),
    })?;
    let returned = returned(write, &planned);
    store(ledger, planned).map_err(through)?;
    Ok(returned)
}

/// Makes all writes in the open transaction, or none of them.
pub(super) fn all(
    ledger: &mut Ledger<'_>,
    writes: &[Write],
) -> Result<(), Fault<TransactionError>> {
    if writes.is_empty() || writes.len() > MOST {
        return Err(Error::refused("a transaction has 1 to 100 writes").into());
    }
    let mut keys = HashSet::new();
    for write in writes {
        if !keys.insert(key(write.key()).map_err(Error::from)?) {
            return Err(Error::refused("a transaction writes an item twice").into());
        }
    }
    let mut planned = Vec::with_capacity(writes.len());
    let mut reasons = Vec::with_capacity(writes.len());
    for write in writes {
        reasons.push(match plan(ledger, write) {
            Ok(plan) => {
                planned.push(plan);
                Reason::None
            }
            Err(Unfit::Condition(item)) => Reason::Condition(item),
            Err(Unfit::Refused(_)) => Reason::Other(VALIDATION_ERROR.to_owned()),
            Err(Unfit::Failed(fault)) => return Err(through(fault)),
        });
    }
    if reasons.iter().any(|reason| *reason != Reason::None) {
        return Err(Fault::Answer(TransactionError::Cancelled(reasons)));
    }
    let size = |planned: &Planned<'_>| match &planned.applied {
        Applied::Item(item) => size::of_item(item),
        Applied::Nothing | Applied::Unchanged => 0,
    };
    if planned.iter().map(size).sum::<usize>() > MAX_TRANSACTION {
        return Err(Error::refused("the items of a transaction are larger than 4 MiB").into());
    }
    for plan in planned {
        store(ledger, plan).map_err(through)?;
    }
    Ok(())
}

/// Deletes an item without a condition, because it has expired.
pub(crate) fn remove(ledger: &mut Ledger<'_>, pk: &str, sk: &str) -> Result<(), Fault<Error>> {
    let standing = standing(ledger, pk, sk).map_err(|unfit| match unfit {
        Unfit::Failed(fault) => fault,
        Unfit::Refused(refusal) => Error::from(refusal).into(),
        Unfit::Condition(_) => Error::refused("a condition failed").into(),
    })?;
    store(
        ledger,
        Planned {
            pk,
            sk,
            standing,
            applied: Applied::Nothing,
        },
    )
}

fn standing(ledger: &Ledger<'_>, pk: &str, sk: &str) -> Result<Option<Standing>, Unfit> {
    let Some(bytes) = bytes(ledger.connection, pk, sk)? else {
        return Ok(None);
    };
    let item = codec::decode(&bytes)?;
    Ok(Some(Standing { bytes, item }))
}

/// Computes what a write would change in the stored item, without storing it.
fn plan<'a>(ledger: &Ledger<'_>, write: &'a Write) -> Result<Planned<'a>, Unfit> {
    let (pk, sk) = key(write.key())?;
    let standing = standing(ledger, pk, sk)?;
    let before = standing.as_ref().map(|standing| &standing.item);
    let applied = match write.apply(before) {
        Ok(applied) => applied,
        Err(Refused::Condition) => {
            let wanted = write.is_explained().then_some(before).flatten();
            return Err(Unfit::Condition(wanted.cloned()));
        }
        Err(Refused::Inapplicable) => {
            return Err(Refusal("an update does not fit the item".to_owned()).into());
        }
    };
    if let Applied::Item(item) = &applied {
        validate::check(item)?;
        if key(item)? != (pk, sk) {
            return Err(Refusal("an update changes the key".to_owned()).into());
        }
    }
    Ok(Planned {
        pk,
        sk,
        standing,
        applied,
    })
}

/// Returns the item before or after the write, depending on what the write requests. Returns an empty item if it requests none.
fn returned(write: &Write, planned: &Planned<'_>) -> Item {
    let asked = match write {
        Write::Update(Update { returned, .. }) => *returned,
        Write::Delete(delete) if delete.returns_old => Returned::Old,
        Write::Put(_) | Write::Delete(_) | Write::Check { .. } => Returned::Nothing,
    };
    match (asked, &planned.applied) {
        (Returned::Old, _) => {
            let standing = planned.standing.as_ref();
            standing.map_or_else(Item::new, |standing| standing.item.clone())
        }
        (Returned::Updated | Returned::New, Applied::Item(item)) => item.clone(),
        _ => Item::new(),
    }
}

/// Stores a planned write, and appends its record to the stream. A write that changes nothing gets no record, as on `DynamoDB`.
fn store(ledger: &mut Ledger<'_>, planned: Planned<'_>) -> Result<(), Fault<Error>> {
    let Planned {
        pk,
        sk,
        standing,
        applied,
    } = planned;
    let new = match applied {
        Applied::Unchanged => return Ok(()),
        Applied::Nothing => None,
        Applied::Item(item) => Some(item),
    };
    let old = standing.as_ref().map(|standing| &standing.item);
    if old == new.as_ref() {
        return Ok(());
    }
    let stored = if let Some(item) = &new {
        Some(put(ledger, (pk, sk), old, item)?)
    } else {
        delete(ledger, pk, sk)?;
        None
    };
    let record = stream::Images {
        pk,
        sk,
        old: old.zip(standing.as_ref().map(|standing| standing.bytes.as_slice())),
        new: new.as_ref().zip(stored.as_deref()),
    };
    stream::append(ledger, &record)?;
    if ledger.is_observed {
        ledger.changes.push(Changed {
            pk: pk.to_owned(),
            sk: sk.to_owned(),
        });
    }
    Ok(())
}

/// Writes the item's row into the SQL table, and returns the stored bytes of the item.
fn put(
    ledger: &Ledger<'_>,
    (pk, sk): (&str, &str),
    old: Option<&Item>,
    item: &Item,
) -> Result<Vec<u8>, Fault<Error>> {
    let bytes = codec::encode(item)?;
    let now = columns(item).map_err(Error::from)?;
    let is_in_place = match old {
        Some(old) => columns(old).is_ok_and(|before| before == now),
        None => false,
    };
    if is_in_place {
        ledger
            .connection
            .prepare_cached("UPDATE items SET item = ?3 WHERE pk = ?1 AND sk = ?2")?
            .execute(params![pk, sk, bytes])?;
    } else {
        let (partition, sort) = now.gsi1.unzip();
        ledger
            .connection
            .prepare_cached(
                "INSERT OR REPLACE INTO items (pk, sk, gsi1pk, gsi1sk, expires_at, item)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![pk, sk, partition, sort, now.expires_at, bytes])?;
    }
    Ok(bytes)
}

fn delete(ledger: &Ledger<'_>, pk: &str, sk: &str) -> rusqlite::Result<()> {
    ledger
        .connection
        .prepare_cached("DELETE FROM items WHERE pk = ?1 AND sk = ?2")?
        .execute([pk, sk])?;
    Ok(())
}

fn through<E: From<Error>>(fault: Fault<Error>) -> Fault<E> {
    match fault {
        Fault::Answer(error) => Fault::Answer(error.into()),
        Fault::Sqlite(error) => Fault::Sqlite(error),
    }
}
