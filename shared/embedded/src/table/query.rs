//! Queries. A query reads a range of one partition, by the keys of the table or of its index.

use rusqlite::{Connection, types::ToSql};
use table::{GSI1PK, GSI1SK, Index, Item, PK, Query, QueryPage, SK, SortRange, Value};

use super::validate::key;
use crate::{
    codec,
    error::{Error, Refusal},
};

/// A page of a query ends when its items have more bytes than this ("Query", API reference).
const MAX_PAGE: usize = 1 << 20;

/// The SQL columns that contain the keys of the table, or the keys of its index.
struct Columns {
    partition: &'static str,
    sort: &'static str,
    /// The columns by which rows with the same sort key are ordered.
    rest: &'static str,
}

fn columns(index: Index) -> Columns {
    match index {
        Index::Table => Columns {
            partition: "pk",
            sort: "sk",
            rest: "",
        },
        Index::Gsi1 => Columns {
            partition: "gsi1pk",
            sort: "gsi1sk",
            rest: ", pk, sk",
        },
    }
}

/// Reads one page of a query.
pub(super) fn page(reader: &Connection, query: &Query) -> Result<QueryPage, Error> {
    if query.limit == Some(0) {
        return Err(Error::refused("a page looks at no item"));
    }
    let (text, values) = statement(query)?;
    let mut statement = reader.prepare_cached(&text)?;
    let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
    let mut rows = statement.query(values.as_slice())?;
    let mut page = QueryPage::default();
    let (mut looked_at, mut bytes) = (0, 0);
    while let Some(row) = rows.next()? {
        let stored = row.get_ref(0)?.as_blob().map_err(Error::unavailable)?;
        looked_at += 1;
        bytes += stored.len();
        if query.filter.is_some() || !query.count_only {
            let mut item = codec::decode(stored)?;
            if query
                .filter
                .as_ref()
                .is_none_or(|filter| filter.holds(&item))
            {
                page.count += 1;
                if !query.count_only {
                    if !query.projection.is_empty() {
                        item.retain(|name, _| query.projection.contains(&name.as_str()));
                    }
                    page.items.push(item);
                }
            }
        } else {
            page.count += 1;
        }
        // A full page always has a last key, even if no item follows, as on `DynamoDB`.
        if query.limit == Some(looked_at) || bytes > MAX_PAGE {
            page.last_key = Some(last_key(query.index, row)?);
            break;
        }
    }
    Ok(page)
}

/// Returns the SQL statement of a query and its parameters.
fn statement(query: &Query) -> Result<(String, Vec<String>), Error> {
    let Columns {
        partition,
        sort,
        rest,
    } = columns(query.index);
    if query.partition.is_empty() {
        return Err(Error::refused("a query's partition key is empty"));
    }
    let mut values = vec![query.partition.clone()];
    let mut conditions = vec![format!("{partition} = ?1")];
    let mut and = |condition: &str, value: String| {
        values.push(value);
        conditions.push(format!("{condition} ?{}", values.len()));
    };
    match &query.sort {
        SortRange::All => {}
        SortRange::BeginsWith(prefix) if prefix.is_empty() => {
            return Err(Error::refused("a query's prefix is empty"));
        }
        SortRange::BeginsWith(prefix) => {
            and(&format!("{sort} >="), prefix.clone());
            if let Some(after) = after_all_that_begin(prefix) {
                and(&format!("{sort} <"), after);
            }
        }
        SortRange::Between(first, last) if first > last => {
            return Err(Error::refused("a query's range ends before it begins"));
        }
        SortRange::Between(first, last) => {
            and(&format!("{sort} >="), first.clone());
            and(&format!("{sort} <="), last.clone());
        }
    }
    let (beyond, order) = if query.descending {
        ("<", " DESC")
    } else {
        (">", "")
    };
    if let Some(start) = &query.start {
        let (pk, sk) = key(start)?;
        match query.index {
            Index::Table => and(&format!("{sort} {beyond}"), sk.to_owned()),
            Index::Gsi1 => {
                let Some(Value::S(gsi1sk)) = start.get(GSI1SK) else {
                    return Err(Refusal("a start key of the index has no gsi1sk".to_owned()).into());
                };
                let [first, second, third] = [1, 2, 3].map(|no| values.len() + no);
                values.extend([gsi1sk.clone(), pk.to_owned(), sk.to_owned()]);
                conditions.push(format!(
                    "(gsi1sk, pk, sk) {beyond} (?{first}, ?{second}, ?{third})"
                ));
            }
        }
    }
    let order_by = format!("{sort}{rest}").replace(", ", &format!("{order}, "));
    let text = format!(
        "SELECT item, pk, sk, gsi1pk, gsi1sk FROM items WHERE {} ORDER BY {order_by}{order}",
        conditions.join(" AND ")
    );
    Ok((text, values))
}

fn last_key(index: Index, row: &rusqlite::Row<'_>) -> rusqlite::Result<Item> {
    let names: &[(&str, &str)] = match index {
        Index::Table => &[(PK, "pk"), (SK, "sk")],
        Index::Gsi1 => &[
            (PK, "pk"),
            (SK, "sk"),
            (GSI1PK, "gsi1pk"),
            (GSI1SK, "gsi1sk"),
        ],
    };
    names
        .iter()
        .map(|(name, column)| Ok(((*name).to_owned(), Value::S(row.get(*column)?))))
        .collect()
}

/// Returns the least text that is greater than all texts with this `prefix`, or `None` if there is no such text. Texts are
/// compared by their bytes in UTF-8.
fn after_all_that_begin(prefix: &str) -> Option<String> {
    let mut rest = prefix.to_owned();
    while let Some(last) = rest.pop() {
        // The code points of surrogates are skipped, because they are not characters.
        if let Some(next) = (last..=char::MAX).nth(1) {
            rest.push(next);
            return Some(rest);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_the_next_text() {
        for (prefix, after) in [
            ("REG#", Some("REG$")),
            ("a", Some("b")),
            ("\u{7f}", Some("\u{80}")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
        ] {
            assert_eq!(after_all_that_begin(prefix).as_deref(), after, "{prefix:?}");
        }
    }
}
