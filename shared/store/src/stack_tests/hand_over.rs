//! Tests in which an event is handed over while other processes change the event or the accounts.

use domain::{
    accounts::{role::Role, user::User},
    events::Organizer,
    security::audit::{AuditEntry, Deed},
};
use futures::future::join_all;

use super::{audit::entry, *};
use crate::{Account, Erasure, EventWrite, HandOver};

async fn read(store: &Store, id: UserId) -> Account {
    store.account(id).await.unwrap().unwrap()
}

/// Creates an organizer that no other test uses.
async fn organizer(store: &Store) -> User {
    let id = person_in(store, Role::Organizer).await;
    read(store, id).await.user
}

/// Returns `event` with `to` as its organizer, and the audit entry of the handover.
fn with(event: &Event, to: &User) -> (Event, AuditEntry) {
    let organizer = Organizer {
        id: to.id,
        name: to.name.clone(),
    };
    let deed = Deed::HandOverEvent {
        event: event.id,
        from: event.organizer.id,
        to: to.id,
    };
    (event.handed_over(organizer, event.updated_at), entry(&deed))
}

async fn owned(store: &Store, user: UserId) -> Vec<EventId> {
    let page = store.list_owned_events(user, 100, None).await;
    page.unwrap().items
}

#[tokio::test]
async fn a_hand_over_moves_the_event_in_the_lists_once_however_often_it_comes() {
    let store = store();
    let event = published(&store, 1).await;
    let (from, to) = (event.organizer.id, organizer(&store).await);
    let (after, noted) = with(&event, &to);
    // The loop makes the same call twice, as if the reply to the first call was lost.
    for _ in 0..2 {
        let done = store.hand_over(&after, from, &to, "stack-test", &noted);
        assert_eq!(done.await.unwrap(), HandOver::Done);
    }
    assert_eq!(store.event(event.id).await.unwrap(), Some(after.clone()));
    assert_eq!(owned(&store, to.id).await, [event.id]);
    assert!(!owned(&store, from).await.contains(&event.id));
    assert_eq!(read(&store, to.id).await.hand_overs, 1);
    // An edit of the event is refused if it is based on the version before the handover.
    let edited = Event {
        version: after.version,
        ..event
    };
    let edited = store.update_event(&edited, "stack-test", None).await;
    assert_eq!(edited.unwrap(), EventWrite::Stale);
}

#[tokio::test]
async fn of_many_hand_overs_of_one_version_one_is_made() {
    let store = store();
    let event = published(&store, 1).await;
    let heirs = join_all((0..4).map(|_| organizer(&store))).await;
    let hand_overs = heirs.iter().map(async |to| {
        let (after, noted) = with(&event, to);
        let done = store.hand_over(&after, event.organizer.id, to, "stack-test", &noted);
        done.await.unwrap()
    });
    let outcomes = join_all(hand_overs).await;
    let done = outcomes
        .iter()
        .filter(|outcome| **outcome == HandOver::Done);
    assert_eq!(done.count(), 1, "{outcomes:?}");
    let standing = store.event(event.id).await.unwrap().unwrap();
    for (to, outcome) in heirs.iter().zip(outcomes) {
        let is_it = outcome == HandOver::Done;
        assert_eq!(standing.organizer.id == to.id, is_it);
        assert_eq!(owned(&store, to.id).await.len(), usize::from(is_it));
    }
}

#[tokio::test]
async fn nobody_is_handed_an_event_whose_role_was_taken_or_who_is_gone() {
    let store = store();
    let event = published(&store, 1).await;
    let demoted = organizer(&store).await;
    let taken = |from| {
        entry(&Deed::ChangeRole {
            user: demoted.id,
            from,
            to: Role::User,
        })
    };
    store.set_role(demoted.id, Role::User, taken).await.unwrap();
    let gone = organizer(&store).await;
    let erased = read(&store, gone.id).await;
    let noted = entry(&Deed::EraseAccount(gone.id));
    let erased = store.erase_account(&erased, &noted).await.unwrap();
    assert_eq!(erased, Erasure::Erased);

    for to in [demoted, gone] {
        let (after, noted) = with(&event, &to);
        let refused = store.hand_over(&after, event.organizer.id, &to, "stack-test", &noted);
        assert_eq!(refused.await.unwrap(), HandOver::AccountChanged);
        assert_eq!(owned(&store, to.id).await, []);
    }
    assert_eq!(store.event(event.id).await.unwrap(), Some(event));
}

/// An erasure first reads the account, then gives up the account's events, and last deletes the account.
#[tokio::test]
async fn an_account_that_was_handed_an_event_meanwhile_is_not_erased() {
    let store = store();
    let to = organizer(&store).await;
    for count in 1..=2 {
        let before = read(&store, to.id).await;
        let event = published(&store, 1).await;
        let (after, noted) = with(&event, &to);
        let done = store.hand_over(&after, event.organizer.id, &to, "stack-test", &noted);
        assert_eq!(done.await.unwrap(), HandOver::Done);

        let noted = entry(&Deed::EraseAccount(to.id));
        let erased = store.erase_account(&before, &noted).await;
        assert_eq!(erased.unwrap(), Erasure::Changed);
        assert_eq!(read(&store, to.id).await.hand_overs, count);
    }
    let noted = entry(&Deed::EraseAccount(to.id));
    let seen = read(&store, to.id).await;
    let erased = store.erase_account(&seen, &noted).await;
    assert_eq!(erased.unwrap(), Erasure::Erased);
}
