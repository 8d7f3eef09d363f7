//! The SQL tables of the database file, and the migrations from older versions of the file.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use crate::{copy::copy_database, error::OpenError};

/// The number by which `SQLite` files of this program are recognized: "emcn" (`PRAGMA application_id`).
const APPLICATION: i32 = 0x656d_636e;

/// SQL statements. Each entry migrates a database file from one version to the next. After an entry was released, its
/// statements are never changed.
pub(crate) const STEPS: [&str; 3] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
];
/// The newest version of the database file's schema, which this program writes.
pub(crate) const KNOWN: u32 = 3;

/// Migrates the database at `path` to the newest version. If the file has an older version, it is first copied to `….before-N`,
/// where N is the new version.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[&str],
) -> Result<(), OpenError> {
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let found = version(connection, path)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        let copy = beside(path, &format!(".before-{known}"));
        match std::fs::remove_file(&copy) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(OpenError::File(copy, error));
            }
            _ => {}
        }
        copy_database(connection, &copy)?;
        tracing::info!(copy = %copy.display(), found, known, "database_copied_before_migration");
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps.iter().skip(found as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// Returns the version of the database, or zero if the file is empty. Fails if the database belongs to another program, or if
/// this program does not support its version.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<u32, OpenError> {
    let found = version(connection, path)?;
    if found > KNOWN {
        return Err(OpenError::Newer {
            found,
            known: KNOWN,
        });
    }
    Ok(found)
}

/// Returns the version number in the database file, or zero if the file is empty.
fn version(connection: &Connection, path: &Path) -> Result<u32, OpenError> {
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application == APPLICATION || (application == 0 && version == 0 && tables == 0) {
        Ok(version)
    } else {
        Err(OpenError::Foreign(path.to_owned()))
    }
}

/// Returns the path of a file beside `path`: its name is the name of that file with `end` appended.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests;
