//! Tests of invitations to the door staff: who joins by them, and which audit entries exist.

use std::collections::BTreeSet;

use domain::{
    door::invitation::{Invitation, Validity},
    keys::bearer_code::BearerCode,
    security::audit::{AuditEntry, Deed},
};
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::Joining;

fn code() -> BearerCode {
    let mut random = [0; 32];
    random.fill_with(|| fastrand::u8(..));
    BearerCode::new(random)
}

/// Makes an invitation that is valid for an hour. Returns its code, the invitation and its audit entry.
async fn invited(store: &Store, event: &Event) -> (BearerCode, Invitation, AuditEntry) {
    let code = code();
    let hour = Validity::try_from(1).ok();
    let invitation = Invitation::new(&code, &event.details.schedule, hour, now());
    let noted = entry(&Deed::InviteStaff {
        event: event.id,
        until: invitation.expires_at,
    });
    // The loop makes the same call twice, as if the reply to the first call was lost.
    for _ in 0..2 {
        store
            .invite_staff(event.id, &invitation, &noted)
            .await
            .unwrap();
    }
    (code, invitation, noted)
}

fn joined(event: &Event, at: Timestamp) -> AuditEntry {
    AuditEntry {
        at,
        ..entry(&Deed::JoinStaff(event.id))
    }
}

async fn current(store: &Store, event: &Event) -> Option<Invitation> {
    store.staff_invitation(event.id, now()).await.unwrap()
}

#[tokio::test]
async fn who_has_the_code_joins_once_and_has_one_entry() {
    let store = store();
    let event = published(&store, 1).await;
    let user = person(&store).await;
    assert_eq!(current(&store, &event).await, None);
    let (code, invitation, made) = invited(&store, &event).await;
    assert_eq!(current(&store, &event).await, Some(invitation));

    let first = joined(&event, now());
    for noted in [&first, &first, &joined(&event, now())] {
        let joining = store.join_staff(event.id, user, &code, noted).await;
        assert_eq!(joining.unwrap(), Joining::Staff);
        assert!(store.is_staff(event.id, user).await.unwrap());
    }

    assert_eq!(log_of(&store, &event).await, [first, made]);
}

#[tokio::test]
async fn a_code_that_is_wrong_replaced_revoked_or_expired_lets_nobody_join() {
    let store = store();
    let event = published(&store, 1).await;
    let other = published(&store, 1).await;
    let user = person(&store).await;
    let refused = async |event: &Event, code: &BearerCode, at| {
        let noted = joined(event, at);
        let joining = store.join_staff(event.id, user, code, &noted).await;
        assert_eq!(joining.unwrap(), Joining::NoInvitation);
        assert!(!store.is_staff(event.id, user).await.unwrap());
    };
    refused(&event, &code(), now()).await;
    let (first, _, made_first) = invited(&store, &event).await;
    refused(&event, &code(), now()).await;
    refused(&other, &first, now()).await;

    let (second, invitation, made_second) = invited(&store, &event).await;
    refused(&event, &first, now()).await;
    // The emulator and DynamoDB delete expired items late, so the item still exists.
    refused(&event, &second, invitation.expires_at).await;
    let expired = store.staff_invitation(event.id, invitation.expires_at);
    assert_eq!(expired.await.unwrap(), None);
    let moment_before = invitation.expires_at - SignedDuration::from_secs(1);
    let valid = store.staff_invitation(event.id, moment_before).await;
    assert_eq!(valid.unwrap(), Some(invitation));

    let revoked = entry(&Deed::RevokeStaffInvitation(event.id));
    let again = entry(&Deed::RevokeStaffInvitation(event.id));
    for noted in [&revoked, &revoked, &again] {
        store
            .revoke_staff_invitation(event.id, noted)
            .await
            .unwrap();
        assert_eq!(current(&store, &event).await, None);
        refused(&event, &second, now()).await;
    }

    let log = log_of(&store, &event).await;
    assert_eq!(log, [revoked, made_second, made_first]);
}

#[tokio::test]
async fn nobody_revokes_an_invitation_that_has_expired() {
    let store = store();
    let event = published(&store, 1).await;
    let (_, invitation, made) = invited(&store, &event).await;
    let late = AuditEntry {
        at: invitation.expires_at,
        ..entry(&Deed::RevokeStaffInvitation(event.id))
    };
    store
        .revoke_staff_invitation(event.id, &late)
        .await
        .unwrap();
    assert_eq!(log_of(&store, &event).await, [made]);
}

#[tokio::test]
async fn an_account_that_does_not_exist_joins_nothing() {
    let store = store();
    let event = published(&store, 1).await;
    let (code, _, made) = invited(&store, &event).await;
    let nobody = UserId::from_uuid(Uuid::now_v7());
    let noted = joined(&event, now());
    let joining = store.join_staff(event.id, nobody, &code, &noted).await;
    assert_eq!(joining.unwrap(), Joining::NoSuchUser);
    assert!(!store.is_staff(event.id, nobody).await.unwrap());
    assert_eq!(log_of(&store, &event).await, [made]);
}

#[tokio::test]
async fn people_who_join_at_once_all_join() {
    let store = store();
    let event = published(&store, 1).await;
    let (code, ..) = invited(&store, &event).await;
    let mut people = Vec::new();
    for _ in 0..4 {
        people.push(person(&store).await);
    }
    let joins = people.iter().map(async |user| {
        let noted = joined(&event, now());
        store.join_staff(event.id, *user, &code, &noted).await
    });

    for joining in join_all(joins).await {
        assert_eq!(joining.unwrap(), Joining::Staff);
    }

    let staff = store.list_staff(event.id, 10, None).await.unwrap();
    let staff: BTreeSet<UserId> = staff.items.into_iter().collect();
    assert_eq!(staff, people.into_iter().collect());
    // One entry is about the invitation.
    assert_eq!(log_of(&store, &event).await.len(), staff.len() + 1);
}
