//! Tests that an entry of the audit log exists if and only if its change was made. This must be true even if a caller repeats a
//! call because the reply was lost, or if another process has written the item first.

mod invitations;
mod lists;
pub(super) mod people;

use domain::{
    accounts::role::Role,
    id::AuditId,
    security::{
        audit::{AuditEntry, Deed, EventUpdate, Object},
        policy::Actor,
    },
};
use futures::future::join_all;

use super::{values::now, *};
use crate::{AuditFilter, EventWrite};

/// Creates an entry whose actor is an administrator that no other test uses.
pub(super) fn entry(deed: &Deed) -> AuditEntry {
    let actor = Actor {
        id: UserId::from_uuid(Uuid::now_v7()),
        role: Role::Admin,
    };
    let id = AuditId::from_uuid(Uuid::now_v7());
    AuditEntry::new(id, now(), actor, "stack-test", deed)
}

fn of(object: Object) -> AuditFilter {
    AuditFilter {
        object: Some(object),
        ..AuditFilter::default()
    }
}

/// Returns all entries about an object, the newest first.
async fn log(store: &Store, object: Object) -> Vec<AuditEntry> {
    let (page, next) = store.list_audit(&of(object), 100, None).await.unwrap();
    assert!(!page.more && next.is_none());
    page.items
}

async fn log_of(store: &Store, event: &Event) -> Vec<AuditEntry> {
    log(store, Object::Event(event.id)).await
}

/// Returns the next version of `event`, whose capacity is greater by `seats`, and the audit entry for this change.
fn raised(event: &Event, seats: u32) -> (Event, AuditEntry) {
    let mut after = event.clone();
    after.version += 1;
    after.details.capacity = Capacity::try_from(event.details.capacity.get() + seats).unwrap();
    let update = EventUpdate::between(event, &after).unwrap();
    (after, entry(&Deed::UpdateEvent(update)))
}

#[tokio::test]
async fn a_written_event_has_its_entry_and_a_stale_one_has_none() {
    let store = store();
    let event = published(&store, 1).await;
    let after = Event {
        status: EventStatus::Cancelled,
        version: event.version + 1,
        ..event.clone()
    };
    let cancelled = entry(&Deed::CancelEvent {
        event: event.id,
        reason: None,
    });
    // The loop makes the same call twice, as if the reply to the first call was lost.
    for _ in 0..2 {
        let write = store
            .update_event(&after, "stack-test", Some(&cancelled))
            .await
            .unwrap();
        assert_eq!(write, EventWrite::Written);
    }
    // Another process has written a later version of the event. After that, the first call is repeated.
    let later = Event {
        version: after.version + 1,
        ..after.clone()
    };
    store
        .update_event(&later, "stack-test", None)
        .await
        .unwrap();
    let write = store
        .update_event(&after, "stack-test", Some(&cancelled))
        .await
        .unwrap();
    assert_eq!(write, EventWrite::Written);
    // A call that makes another change of the same version of the event is refused as stale.
    let completed = entry(&Deed::CompleteEvent(event.id));
    let write = store
        .update_event(&after, "stack-test", Some(&completed))
        .await
        .unwrap();
    assert_eq!(write, EventWrite::Stale);

    assert_eq!(log_of(&store, &event).await, [cancelled]);
    assert_eq!(store.event(event.id).await.unwrap(), Some(later));
}

#[tokio::test]
async fn of_many_writes_at_once_the_one_that_stands_has_an_entry() {
    let store = store();
    let event = published(&store, 1).await;
    let after = Event {
        status: EventStatus::Completed,
        version: event.version + 1,
        ..event.clone()
    };
    let entries: Vec<_> = (0..8)
        .map(|_| entry(&Deed::CompleteEvent(event.id)))
        .collect();
    let writes = entries
        .iter()
        .map(|entry| store.update_event(&after, "stack-test", Some(entry)));

    let outcomes = join_all(writes).await;

    let written: Vec<_> = entries
        .into_iter()
        .zip(outcomes)
        .filter_map(|(entry, outcome)| (outcome.unwrap() == EventWrite::Written).then_some(entry))
        .collect();
    assert_eq!(written.len(), 1);
    assert_eq!(log_of(&store, &event).await, written);
}

#[tokio::test]
async fn a_change_of_capacity_has_its_entry_unless_it_is_stale_or_impossible() {
    let store = store();
    let event = published(&store, 1).await;
    let (after, more) = raised(&event, 1);
    for _ in 0..2 {
        let write = store
            .raise_capacity(&after, &[(0, 1)], "stack-test", Some(&more))
            .await;
        assert_eq!(write.unwrap(), EventWrite::Written);
    }
    let (_, other) = raised(&event, 1);
    let write = store
        .raise_capacity(&after, &[(0, 1)], "stack-test", Some(&other))
        .await;
    assert_eq!(write.unwrap(), EventWrite::Stale);
    // Bucket 0 does not have the three free seats that this write would take away, so the capacity cannot be lowered.
    let too_many = [domain::seats::capacity_change::Withdrawal {
        no: 0,
        free: 3,
        held: 0,
    }];
    let (next, impossible) = raised(&after, 1);
    let write = store.lower_capacity(&next, &too_many, "stack-test", Some(&impossible));
    assert!(matches!(write.await, Err(StoreError::Contended(_))));

    assert_eq!(log_of(&store, &event).await, [more]);
    assert_eq!(store.event(event.id).await.unwrap(), Some(after));
}

#[tokio::test]
async fn as_many_buckets_as_a_transaction_takes_leave_room_for_the_entry() {
    use domain::seats::capacity_change::{MAX_BUCKETS, raise};
    let store = store();
    let event = published(&store, 5_000).await;
    let (after, more) = raised(&event, 1_000);
    let plan = raise(event.bucket_count, 1_000, 0);
    assert_eq!(plan.len(), MAX_BUCKETS);

    let write = store
        .raise_capacity(&after, &plan, "stack-test", Some(&more))
        .await;

    assert_eq!(write.unwrap(), EventWrite::Written);
    assert_eq!(log_of(&store, &event).await, [more]);
}

#[tokio::test]
async fn a_deleted_draft_has_its_entry_and_one_that_was_changed_has_none() {
    let store = store();
    let draft = Event {
        status: EventStatus::Draft,
        bucket_count: 0,
        version: 1,
        ..event(1)
    };
    make_account(&store, draft.organizer.id).await;
    assert!(store.create_event(&draft).await.unwrap());
    let other = Event {
        version: 2,
        ..draft.clone()
    };
    let stale = entry(&Deed::DeleteEvent(draft.id));
    let write = store.delete_draft(&other, Some(&stale)).await.unwrap();
    assert_eq!(write, EventWrite::Stale);
    assert_eq!(log_of(&store, &draft).await, []);

    let deleted = entry(&Deed::DeleteEvent(draft.id));
    for _ in 0..2 {
        let write = store.delete_draft(&draft, Some(&deleted)).await.unwrap();
        assert_eq!(write, EventWrite::Written);
    }
    assert_eq!(store.event(draft.id).await.unwrap(), None);
    assert_eq!(log_of(&store, &draft).await, [deleted]);
}
