//! The objects in the database. They lie in the same file as the table, so a copy of the file has them too.

use futures::{FutureExt as _, future::BoxFuture};
use objects::{ObjectError, Objects};
use rusqlite::{OptionalExtension as _, params};

use crate::{Database, error::Error, ledger::Ledger, view::View};

impl Objects for Database {
    fn put<'a>(
        &'a self,
        name: &'a str,
        content: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), ObjectError>> {
        let name = name.to_owned();
        let work = move |ledger: &mut Ledger<'_>| {
            ledger
                .connection
                .prepare_cached("INSERT OR REPLACE INTO objects (name, content) VALUES (?1, ?2)")?
                .execute(params![name, content])?;
            Ok(())
        };
        self.writer().write(work).map(answered).boxed()
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, ObjectError>> {
        let read = async move {
            self.readers().read(|reader| {
                let mut select =
                    reader.prepare_cached("SELECT content FROM objects WHERE name = ?1")?;
                Ok(select.query_row([name], |row| row.get(0)).optional()?)
            })
        };
        read.map(answered).boxed()
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), ObjectError>> {
        let name = name.to_owned();
        let work = move |ledger: &mut Ledger<'_>| {
            ledger
                .connection
                .prepare_cached("DELETE FROM objects WHERE name = ?1")?
                .execute([&name])?;
            Ok(())
        };
        self.writer().write(work).map(answered).boxed()
    }
}

fn answered<T>(result: Result<T, Error>) -> Result<T, ObjectError> {
    result.map_err(ObjectError::of)
}

impl View {
    /// Calls `visit` with the name and the content of every object, in the order of the names. Objects of a database that an
    /// older version wrote do not exist. Returns the number of objects. The call blocks its thread.
    ///
    /// # Errors
    /// The database is not available, or `visit` failed.
    pub fn each_object(
        &self,
        mut visit: impl FnMut(&str, &[u8]) -> std::io::Result<()>,
    ) -> Result<u64, Error> {
        self.readers.read(|reader| {
            if !reader.table_exists(None, "objects")? {
                return Ok(0);
            }
            let mut statement =
                reader.prepare("SELECT name, content FROM objects ORDER BY name")?;
            let mut rows = statement.query([])?;
            let mut count = 0;
            while let Some(row) = rows.next()? {
                let name: String = row.get("name")?;
                let content = row.get_ref("content")?;
                let content = content.as_blob().map_err(Error::unavailable)?;
                visit(&name, content).map_err(Error::unavailable)?;
                count += 1;
            }
            Ok(count)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    #[tokio::test]
    async fn an_object_is_written_whole_and_deleted_once() {
        let fixture = Fixture::new();
        let objects: &dyn Objects = &fixture.database;
        assert_eq!(objects.get("a/1").await.unwrap(), None);
        for content in [vec![], vec![7; 2_000_000], b"last".to_vec()] {
            objects.put("a/1", content.clone()).await.unwrap();
            assert_eq!(objects.get("a/1").await.unwrap(), Some(content));
        }
        objects.put("a/2", b"other".to_vec()).await.unwrap();
        let mut seen = Vec::new();
        let note = |name: &str, content: &[u8]| {
            seen.push((name.to_owned(), content.to_owned()));
            Ok(())
        };
        assert_eq!(fixture.database.view().each_object(note).unwrap(), 2);
        let expected = [("a/1", "last"), ("a/2", "other")];
        assert_eq!(
            seen,
            expected.map(|(name, content)| (name.to_owned(), content.into()))
        );
        for _ in 0..2 {
            objects.delete("a/1").await.unwrap();
            assert_eq!(objects.get("a/1").await.unwrap(), None);
        }
        assert!(objects.get("a/2").await.unwrap().is_some());
    }
}
