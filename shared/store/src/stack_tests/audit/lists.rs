//! Tests of lists of the audit log.

use domain::security::audit::{Action, QueueName};

use super::*;
use crate::Page;

/// Lists the audit entries that match the filter, in pages of `limit` entries. Returns the entries of all pages.
async fn paged(store: &Store, filter: &AuditFilter, limit: usize) -> Vec<AuditEntry> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (Page { items, more }, next) = store.list_audit(filter, limit, after).await.unwrap();
        assert!(items.len() <= limit);
        all.extend(items);
        if !more {
            return all;
        }
        after = Some(next.unwrap());
    }
}

#[tokio::test]
async fn an_entry_alone_is_written_once_and_listed_by_object_time_action_and_actor() {
    let store = store();
    let queue = QueueName::parse(&format!("q{}", Uuid::now_v7().simple())).unwrap();
    let event = published(&store, 1).await;
    let entries: Vec<AuditEntry> = (0..7)
        .map(|depth| {
            entry(&Deed::RedriveDeadLetters {
                queue: queue.clone(),
                depth,
            })
        })
        .collect();
    for entry in entries.iter().chain(&entries) {
        store.note(entry).await.unwrap();
    }
    let newest_first: Vec<_> = entries.iter().rev().cloned().collect();
    let object = Object::Queue(queue);
    assert_eq!(log(&store, object.clone()).await, newest_first);
    assert_eq!(log_of(&store, &event).await, []);

    // The entries of an object are read in pages, and then the entries of an actor. The list of an actor's entries comes from
    // the index, which may get the entries a moment later than the table.
    for limit in [1, 2, 3, 7] {
        assert_eq!(
            paged(&store, &of(object.clone()), limit).await,
            newest_first
        );
    }
    let mut by_actor = AuditFilter {
        actor: Some(entries[3].actor.id),
        ..AuditFilter::default()
    };
    eventually("the entry's listing", async || {
        let found = paged(&store, &by_actor, 1).await;
        (found == [entries[3].clone()]).then_some(())
    })
    .await;
    by_actor.action = Some(Action::EventPublished);
    assert_eq!(paged(&store, &by_actor, 1).await, []);

    // The filter's range includes the time `from`, but not the time `to`.
    let mut ranged = of(object);
    let (first, last) = (entries[0].at, entries[6].at);
    (ranged.from, ranged.to) = (Some(first), Some(last));
    let within: Vec<_> = newest_first
        .iter()
        .filter(|entry| entry.at < last)
        .cloned()
        .collect();
    assert_eq!(paged(&store, &ranged, 2).await, within);
    (ranged.from, ranged.to) = (Some(last), Some(first));
    assert_eq!(paged(&store, &ranged, 2).await, []);
}
