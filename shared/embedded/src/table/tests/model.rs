//! Makes the same random writes and queries in the table and in a model, and compares the results. The model is a map, and each
//! of its queries loops over all items.

use super::*;

/// A model of the table: a map from keys to items. Each query of the model loops over all items.
#[derive(Debug, Default)]
struct Model(BTreeMap<(String, String), Item>);

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    match item.get(name) {
        Some(Value::S(text)) => Some(text),
        _ => None,
    }
}

fn texts(item: &Item) -> (String, String) {
    (
        text(item, PK).unwrap().to_owned(),
        text(item, SK).unwrap().to_owned(),
    )
}

impl Model {
    fn apply(&mut self, write: &Write) -> Result<(), Refused> {
        let key = texts(write.key());
        match write.apply(self.0.get(&key))? {
            Applied::Item(item) => drop(self.0.insert(key, item)),
            Applied::Nothing => drop(self.0.remove(&key)),
            Applied::Unchanged => {}
        }
        Ok(())
    }

    /// Returns the items of all pages of the query.
    fn query(&self, query: &Query) -> Vec<Item> {
        let (partition, sort) = match query.index {
            table::Index::Table => (PK, SK),
            table::Index::Gsi1 => (GSI1PK, GSI1SK),
        };
        let mut found: Vec<&Item> = self
            .0
            .values()
            .filter(|item| {
                text(item, partition) == Some(&query.partition)
                    && text(item, sort).is_some_and(|text| match &query.sort {
                        table::SortRange::All => true,
                        table::SortRange::BeginsWith(prefix) => text.starts_with(prefix),
                        table::SortRange::Between(first, last) => {
                            text.as_bytes() >= first.as_bytes()
                                && text.as_bytes() <= last.as_bytes()
                        }
                    })
            })
            .collect();
        found.sort_by_key(|item| (text(item, sort).map(str::as_bytes), texts(item)));
        if query.descending {
            found.reverse();
        }
        let passes = |item: &&Item| {
            query
                .filter
                .as_ref()
                .is_none_or(|filter| filter.holds(item))
        };
        found.into_iter().filter(passes).cloned().collect()
    }
}

fn partition() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["p", "q"]).prop_map(str::to_owned)
}

/// Generates sort keys that pass the filter of the stream. Some of them are in the correct order only if the table compares
/// keys by their bytes.
fn sort_key() -> impl Strategy<Value = String> {
    let ends = vec![
        "",
        "a",
        "A",
        "aa",
        "ab",
        "b",
        "é",
        "\u{ffff}",
        "\u{10ffff}",
        "\u{10ffff}a",
    ];
    prop::sample::select(ends).prop_map(|end| format!("REG#{end}"))
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        Just(attr(PK).absent()),
        Just(attr(PK).exists()),
        (-3i64..3).prop_map(|x| attr("x").greater(n(x))),
        (-3i64..3).prop_map(|x| Condition::Not(Box::new(attr("x").equals(n(x))))),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    let index = prop::option::of((partition(), sort_key()));
    let key = (partition(), sort_key()).prop_map(|(pk, sk)| key(&pk, &sk));
    let condition = prop::option::of(condition());
    (key, 0..5u8, -3i64..3, index, condition).prop_map(|(key, kind, x, index, condition)| {
        let mut whole = key.clone();
        whole.insert("x".to_owned(), n(x));
        if let Some((gsi1pk, gsi1sk)) = &index {
            whole.insert(GSI1PK.to_owned(), s(gsi1pk));
            whole.insert(GSI1SK.to_owned(), s(gsi1sk));
        }
        match (kind, condition) {
            (0, condition) => Write::Put(Put {
                condition,
                ..Put::of(whole)
            }),
            (1, condition) => Write::Delete(Delete {
                condition,
                ..Delete::of(key)
            }),
            (2, Some(condition)) => Write::Check { key, condition },
            (_, condition) => {
                let update = Update::of(key).add("x", n(x));
                let update = match index {
                    Some((_, gsi1sk)) => update.set(GSI1PK, s("p")).set(GSI1SK, s(gsi1sk)),
                    None => update.remove(GSI1SK),
                };
                Write::Update(Update {
                    condition,
                    ..update
                })
            }
        }
    })
}

fn query() -> impl Strategy<Value = Query> {
    let range = prop_oneof![
        Just(table::SortRange::All),
        sort_key().prop_map(table::SortRange::BeginsWith),
        (sort_key(), sort_key()).prop_map(|(a, b)| {
            let (first, last) = if a <= b { (a, b) } else { (b, a) };
            table::SortRange::Between(first, last)
        }),
    ];
    let filter = prop::option::of(condition());
    (
        any::<bool>(),
        partition(),
        range,
        filter,
        any::<bool>(),
        prop::option::of(1..4usize),
    )
        .prop_map(|(table, partition, sort, filter, descending, limit)| {
            let query = if table {
                Query::table(partition)
            } else {
                Query::gsi1(partition)
            };
            Query {
                sort,
                filter,
                descending,
                limit,
                ..query
            }
        })
}

/// Reads all pages of a query, and checks that no page has more items than the query's limit.
async fn pages(db: &dyn Table, mut query: Query) -> Vec<Item> {
    let mut all = Vec::new();
    loop {
        let page = db.query(query.clone()).await.unwrap();
        let counted = db.query(query.clone().count_only()).await.unwrap();
        assert_eq!(page.count as usize, page.items.len());
        assert_eq!((counted.count, &counted.items), (page.count, &Vec::new()));
        assert_eq!(counted.last_key, page.last_key);
        assert!(query.limit.is_none_or(|limit| page.items.len() <= limit));
        all.extend(page.items);
        match page.last_key {
            Some(last) => query.start = Some(last),
            None => return all,
        }
    }
}

/// Returns the items that the table must contain after all changes in the records of the stream.
fn replayed(records: &[Record]) -> BTreeMap<(String, String), Item> {
    let mut items = BTreeMap::new();
    for record in records {
        let key = (record.pk.clone(), record.sk.clone());
        let before = items.get(&key).cloned().unwrap_or_default();
        assert_eq!(before, record.old, "{key:?}");
        assert_ne!(record.old, record.new, "{key:?}");
        if record.new.is_empty() {
            items.remove(&key);
        } else {
            items.insert(key, record.new.clone());
        }
    }
    items
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_table_is_a_map(
        steps in prop::collection::vec((prop::collection::vec(write(), 1..4), query()), 1..40)
    ) {
        runtime().block_on(async {
            let fixture = Fixture::new();
            let db = &fixture.database;
            let mut model = Model::default();
            for (writes, query) in steps {
                if let [write] = &writes[..] {
                    let theirs = write.clone().write_to(db).await;
                    match model.apply(write) {
                        Ok(()) => prop_assert!(theirs.is_ok(), "{theirs:?}"),
                        Err(Refused::Condition) => {
                            prop_assert!(matches!(theirs, Err(WriteError::Condition(_))), "{theirs:?}");
                        }
                        Err(Refused::Inapplicable) => {
                            prop_assert!(matches!(theirs, Err(WriteError::Table(_))), "{theirs:?}");
                        }
                    }
                } else {
                    let theirs = db.transact(writes.clone()).await;
                    let mut after = Model(model.0.clone());
                    let ours: Vec<bool> = writes.iter().map(|write| after.apply(write).is_ok()).collect();
                    let keys: std::collections::HashSet<_> =
                        writes.iter().map(|write| texts(write.key())).collect();
                    if keys.len() < writes.len() {
                        prop_assert!(matches!(theirs, Err(TransactionError::Table(_))));
                    } else if ours.iter().all(|made| *made) {
                        prop_assert!(theirs.is_ok(), "{theirs:?}");
                        model = after;
                    } else {
                        let Err(TransactionError::Cancelled(reasons)) = theirs else {
                            return Err(TestCaseError::fail(format!("{theirs:?}")));
                        };
                        let theirs: Vec<bool> = reasons.iter().map(|reason| *reason == Reason::None).collect();
                        prop_assert_eq!(theirs, ours);
                    }
                }
                prop_assert_eq!(pages(db, query.clone()).await, model.query(&query));
            }
            for (key, item) in &model.0 {
                prop_assert_eq!(&db.get(crate::testing::key(&key.0, &key.1), true).await.unwrap(), &Some(item.clone()));
            }
            prop_assert_eq!(db.view().check().unwrap(), Vec::<String>::new());
            if !model.0.is_empty() {
                let records = db.stream("relay").next(1000).await.unwrap();
                prop_assert_eq!(replayed(&records), model.0);
            }
            Ok(())
        })?;
    }
}
