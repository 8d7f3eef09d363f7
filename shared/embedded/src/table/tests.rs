mod model;

use std::collections::BTreeMap;

use proptest::prelude::*;
use table::{
    Applied, Condition, Delete, GSI1PK, GSI1SK, Item, PK, Put, Query, Reason, Refused, SK,
    SingleWrite as _, Table, TableError, TransactionError, Update, Value, Write, WriteError, attr,
    n, s,
};

use crate::{
    Record,
    testing::{Fixture, key, runtime},
};

fn item(pk: &str, sk: &str, attributes: &[(&str, Value)]) -> Item {
    let mut item = key(pk, sk);
    item.extend(
        attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone())),
    );
    item
}

#[tokio::test]
async fn a_write_is_read_at_once() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let put = item("p", "a", &[("x", n(1)), (GSI1PK, s("g")), (GSI1SK, s("1"))]);
    Put::of(put.clone()).write_to(db).await.unwrap();
    assert_eq!(
        db.get(key("p", "a"), true).await.unwrap(),
        Some(put.clone())
    );
    let found = db.query(Query::gsi1("g")).await.unwrap();
    assert_eq!(found.items, [put]);
    assert_eq!(db.get(key("p", "b"), true).await.unwrap(), None);
}

#[tokio::test]
async fn items_at_once_come_in_the_order_of_their_keys() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let (a, b) = (item("p", "a", &[]), item("p", "b", &[]));
    for put in [&a, &b] {
        Put::of(put.clone()).write_to(db).await.unwrap();
    }
    let keys = [("p", "b"), ("p", "c"), ("p", "a")].map(|(pk, sk)| key(pk, sk));
    let found = db.get_at_once(keys.into()).await.unwrap();
    assert_eq!(found, [Some(b), None, Some(a)]);
    let refused = db.get_at_once(Vec::new()).await;
    assert!(
        matches!(refused, Err(TransactionError::Table(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_update_returns_what_it_asks_for() {
    use table::Returned;
    let fixture = Fixture::new();
    let db = &fixture.database;
    let add = |returned| Write::from(Update::of(key("p", "a")).add("x", n(1)).returning(returned));
    assert_eq!(
        add(Returned::Nothing).write_to(db).await.unwrap(),
        Item::new()
    );
    let old = add(Returned::Old).write_to(db).await.unwrap();
    assert_eq!(old["x"], n(1));
    let new = add(Returned::New).write_to(db).await.unwrap();
    assert_eq!(new, item("p", "a", &[("x", n(3))]));
    assert_eq!(
        add(Returned::Updated).write_to(db).await.unwrap()["x"],
        n(4)
    );
    let delete = Delete::of(key("p", "a")).returning_old();
    let deleted = delete.clone().write_to(db).await.unwrap();
    assert_eq!(deleted["x"], n(4));
    assert_eq!(delete.write_to(db).await.unwrap(), Item::new());
}

#[tokio::test]
async fn a_failed_condition_brings_the_item_if_it_is_asked_for() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    Put::of(key("p", "a")).write_to(db).await.unwrap();
    let once = Put::of(item("p", "a", &[("x", n(1))])).when(attr(PK).absent());
    let plain = once.clone().write_to(db).await;
    assert!(matches!(plain, Err(WriteError::Condition(None))));
    let explained = once.clone().explained().write_to(db).await;
    let Err(WriteError::Condition(Some(standing))) = explained else {
        panic!("{explained:?}");
    };
    assert_eq!(standing, key("p", "a"));
    let writes = vec![
        Put::of(key("q", "1")).into(),
        once.explained().into(),
        Write::Check {
            key: key("q", "2"),
            condition: attr(PK).exists(),
        },
        Update::of(key("q", "3")).increase("x", 1).into(),
    ];
    let cancelled = db.transact(writes).await;
    let Err(TransactionError::Cancelled(reasons)) = cancelled else {
        panic!("{cancelled:?}");
    };
    assert_eq!(
        reasons,
        [
            Reason::None,
            Reason::Condition(Some(key("p", "a"))),
            Reason::Condition(None),
            Reason::Other("ValidationError".to_owned())
        ]
    );
    assert_eq!(db.get(key("q", "1"), true).await.unwrap(), None);
}

#[tokio::test]
async fn what_dynamodb_refuses_is_refused() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let big = |bytes| item("p", "a", &[("x", s("x".repeat(bytes)))]);
    for bad in [
        Item::from([(PK.to_owned(), s("p"))]),
        item("p", "", &[]),
        item(&"p".repeat(2049), "a", &[]),
        item("p", &"s".repeat(1025), &[]),
        item("p", "a", &[(GSI1PK, n(1))]),
        item("p", "a", &[(GSI1SK, s(""))]),
        item("p", "a", &[("x", Value::Ss(Vec::new()))]),
        big(400 * 1024 - 4),
    ] {
        let written = Put::of(bad).write_to(db).await;
        assert!(
            matches!(written, Err(WriteError::Table(TableError::Refused(_)))),
            "{written:?}"
        );
    }
    // The attribute names take five bytes and the keys take two, so this item has exactly the largest size.
    Put::of(big(400 * 1024 - 7)).write_to(db).await.unwrap();
    let rename = Update::of(key("p", "a")).set(SK, s("b"));
    for bad in [rename, Update::of(key("p", "a")).increase("none", 1)] {
        let written = bad.write_to(db).await;
        assert!(matches!(
            written,
            Err(WriteError::Table(TableError::Refused(_)))
        ));
    }
    let put = |i: usize| Write::from(Put::of(key("t", &i.to_string())));
    for bad in [
        Vec::new(),
        vec![put(1), put(2), put(1)],
        (0..101).map(put).collect(),
    ] {
        let written = db.transact(bad).await;
        assert!(matches!(
            written,
            Err(TransactionError::Table(TableError::Refused(_)))
        ));
    }
    db.transact((0..100).map(put).collect()).await.unwrap();
    let keys = |count: usize| (0..count).map(|i| key("t", &i.to_string())).collect();
    assert!(db.get_batch(keys(101), true).await.is_err());
    let twice = vec![key("t", "1"), key("t", "1")];
    assert!(db.get_batch(twice, true).await.is_err());
    let batch = db.get_batch(keys(100), true).await.unwrap();
    assert_eq!((batch.items.len(), batch.unread.len()), (100, 0));
    for bad in [
        Query::table("t").begins_with(""),
        Query::table("t").between("b", "a"),
        Query::table("").limit(1),
        Query::table("t").limit(0),
    ] {
        assert!(matches!(db.query(bad).await, Err(TableError::Refused(_))));
    }
}

#[tokio::test]
async fn a_page_ends_at_a_mebibyte() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    for i in 0..12 {
        let large = item("p", &format!("{i:02}"), &[("x", s("x".repeat(100_000)))]);
        Put::of(large).write_to(db).await.unwrap();
    }
    let first = db.query(Query::table("p")).await.unwrap();
    assert_eq!(first.items.len(), 11);
    let rest = Query::table("p").start(first.last_key);
    let rest = db.query(rest).await.unwrap();
    assert_eq!((rest.items.len(), rest.last_key), (1, None));
}

/// If 32 threads concurrently decrease the counter `free` of an item, the counter never goes below zero, and exactly as many
/// writes succeed as the counter allows.
#[tokio::test]
async fn concurrent_conditional_writes_never_oversell() {
    let fixture = Fixture::new();
    let bucket = item(
        "p",
        "a",
        &[("free", n(20)), ("guests", Value::M(Item::new()))],
    );
    let db = &fixture.database;
    Put::of(bucket).write_to(db).await.unwrap();
    let served: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..32)
            .map(|guest| {
                scope.spawn(move || {
                    let guest = attr("guests").field(guest.to_string());
                    let take = Update::of(key("p", "a"))
                        .increase("free", -1)
                        .set(guest.clone(), n(1))
                        .when(Condition::All(vec![
                            attr("free").greater(n(0)),
                            guest.absent(),
                        ]));
                    let take = Write::from(take);
                    let tries = (0..3).map(|_| runtime().block_on(take.clone().write_to(db)));
                    tries.flatten().count()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(served, 20);
    let bucket = db.get(key("p", "a"), true).await.unwrap().unwrap();
    assert_eq!(bucket["free"], n(0));
    assert!(matches!(&bucket["guests"], Value::M(guests) if guests.len() == 20));
}
