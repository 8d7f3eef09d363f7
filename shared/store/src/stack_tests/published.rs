//! Events that are over leave the index.

use domain::text::Category;
use jiff::{Timestamp, ToSpan as _};

use super::*;
use crate::{
    EventFilter,
    attribute::{GSI1PK, Item},
    events::SEARCH,
    key,
};

/// A published event of `category` from `from` to `to`, in hours from now.
async fn listed(store: &Store, category: &Category, from: i64, to: i64) -> Event {
    let mut event = event(1);
    let now = event.created_at;
    event.details.category = Some(category.clone());
    event.details.schedule.starts_at = now + from.hours();
    event.details.schedule.ends_at = now + to.hours();
    publish(store, &event).await;
    event
}

fn category() -> Category {
    Category::parse(&Uuid::now_v7().simple().to_string()[..30]).unwrap()
}

async fn item(store: &Store, event: &Event) -> Item {
    let found = store
        .client
        .get_item()
        .table_name(&store.table)
        .set_key(Some(key::event(event.id)))
        .consistent_read(true);
    found.send().await.unwrap().item.unwrap()
}

async fn is_listed(store: &Store, event: &Event) -> bool {
    item(store, event).await.contains_key(GSI1PK)
}

#[tokio::test]
async fn what_is_over_leaves_the_index_with_the_list_that_comes_by_it() {
    let store = store(false);
    let category = category();
    let over = listed(&store, &category, -2, -1).await;
    let running = listed(&store, &category, -1, 1).await;
    let filter = EventFilter {
        not_over_at: Timestamp::now(),
        from: None,
        to: None,
        category: Some(category.as_str().to_owned()),
        tag: None,
        text: None,
    };
    eventually("a list without what is over", async || {
        let (page, position) = store.list_published(&filter, 2, None).await.unwrap();
        assert!(page.items.iter().all(|event| *event == running));
        assert_eq!((page.more, position), (false, None));
        let is_gone = !is_listed(&store, &over).await;
        (is_gone && page.items.len() == 1).then_some(())
    })
    .await;
    assert_eq!(store.event(over.id).await.unwrap(), Some(over.clone()));
    assert!(!item(&store, &over).await.contains_key(SEARCH));
    assert!(is_listed(&store, &running).await);
}

#[tokio::test]
async fn an_event_that_was_put_off_since_stays_in_the_index() {
    let store = store(false);
    let over = listed(&store, &category(), -2, -1).await;
    let mut put_off = over.clone();
    put_off.version += 1;
    put_off.details.schedule.ends_at += 9.hours();
    store
        .update_event(&put_off, "stack-test", None)
        .await
        .unwrap();
    assert!(!store.delist(&over).await);
    assert!(is_listed(&store, &put_off).await);
    assert!(store.delist(&put_off).await);
    assert!(!store.delist(&put_off).await);
    assert!(!is_listed(&store, &put_off).await);
}
