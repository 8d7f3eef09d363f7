//! Tests that listing published events removes events that have ended from the index.

use domain::{
    events::{listing::Days, search::EventQuery},
    text::{Category, Tag, Title},
};
use jiff::{Timestamp, ToSpan as _};

use table::Update;

use super::*;
use crate::{
    EventFilter,
    attribute::{GSI1PK, Item, s},
    events::SEARCH,
    key,
};

/// Publishes an event of `category` that begins `from` hours from now and ends `to` hours from now.
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
    let found = store.get_item(key::event(event.id)).await;
    found.unwrap().unwrap()
}

async fn is_listed(store: &Store, event: &Event) -> bool {
    item(store, event).await.contains_key(GSI1PK)
}

#[tokio::test]
async fn what_is_over_leaves_the_index_with_the_list_that_comes_by_it() {
    let store = store();
    let category = category();
    let over = listed(&store, &category, -2, -1).await;
    let running = listed(&store, &category, -1, 1).await;
    let filter = EventFilter {
        not_over_at: Timestamp::now(),
        from: None,
        to: None,
        days: Days::default(),
        query: EventQuery::new(Some(category.as_str()), &[], None),
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
    let store = store();
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

/// Replaces the search text of a stored event by `search`, a text that an older version of the rule could have written.
async fn make_old(store: &Store, event: &Event, search: &str) {
    let old = Update::of(key::event(event.id)).set(SEARCH, s(search));
    store.write(old).await.unwrap();
}

#[tokio::test]
async fn events_are_found_folded_also_those_that_were_written_by_an_older_rule() {
    let store = store();
    let name = category();
    let mut events = Vec::new();
    for title in ["Café Société", "Rock in Zürich"] {
        let mut event = event(1);
        event.details.title = Title::parse(title).unwrap();
        event.details.category = Some(name.clone());
        event.details.tags = vec![Tag::parse("Fête").unwrap(), Tag::parse("rust").unwrap()];
        event.details.schedule.starts_at = event.created_at + 1.hour();
        event.details.schedule.ends_at = event.created_at + 2.hours();
        publish(&store, &event).await;
        events.push(event);
    }
    let found = async |tag: Option<&str>, q: Option<&str>| {
        let tags: Vec<&str> = tag.into_iter().collect();
        let filter = EventFilter {
            not_over_at: Timestamp::now(),
            from: None,
            to: None,
            days: Days::default(),
            query: EventQuery::new(Some(&name.as_str().to_uppercase()), &tags, q),
        };
        let (page, _) = store.list_published(&filter, 9, None).await.unwrap();
        let mut titles: Vec<_> = page
            .items
            .into_iter()
            .map(|event| event.details.title)
            .collect();
        titles.sort();
        titles
    };
    let both = [
        events[0].details.title.clone(),
        events[1].details.title.clone(),
    ];
    eventually("both events are listed", async || {
        (found(None, None).await == both).then_some(())
    })
    .await;
    // The index gets the new search text a moment later than the table. A search must find the same events before and after
    // that.
    for old in [None, Some("café société\n\ntown hall")] {
        if let Some(old) = old {
            make_old(&store, &events[0], old).await;
        }
        for _ in 0..5 {
            assert_eq!(found(Some("FETE"), None).await, both, "{old:?}");
            assert_eq!(found(Some("rust"), Some("")).await, both, "{old:?}");
            assert_eq!(
                found(None, Some("societe CAFÉ")).await,
                both[..1],
                "{old:?}"
            );
            assert_eq!(
                found(None, Some("zuerich rock")).await,
                both[1..],
                "{old:?}"
            );
            assert_eq!(found(Some("fet"), None).await, [], "{old:?}");
            assert_eq!(
                found(None, Some("a b c d e f g h i j k l m n o p")).await,
                [],
                "{old:?}"
            );
        }
    }
}
