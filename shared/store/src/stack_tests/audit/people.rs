//! Tests of audit entries for roles, door staff, admissions and registrations.

use std::collections::BTreeSet;

use domain::{
    accounts::role::Role,
    door::{Ticket, TicketStatus, Undo},
    id::AuditId,
    seats::{leave::LeaveOutcome, registration::RegistrationStatus},
    security::audit::{AuditEntry, Deed, Object},
};

use super::*;
use crate::{
    Leaving, NewStaff, RoleChange, TicketChange,
    stack_tests::{
        values::{scan, ticket},
        waiting::wait,
    },
};

#[tokio::test]
async fn door_staff_who_come_and_go_have_an_entry_each_time_they_do() {
    let store = store();
    let event = published(&store, 1).await;
    let user = person(&store).await;
    let add = || entry(&Deed::AddStaff(event.id, user));
    let remove = || entry(&Deed::RemoveStaff(event.id, user));

    store
        .remove_staff(event.id, user, Some(&remove()))
        .await
        .unwrap();
    assert_eq!(log_of(&store, &event).await, []);
    let added = add();
    for entry in [added.clone(), added.clone(), add()] {
        let staff = store.add_staff(event.id, user, &entry).await.unwrap();
        assert_eq!(staff, NewStaff::Staff);
        assert!(store.is_staff(event.id, user).await.unwrap());
    }
    let removed = remove();
    for entry in [removed.clone(), removed.clone(), remove()] {
        store
            .remove_staff(event.id, user, Some(&entry))
            .await
            .unwrap();
        assert!(!store.is_staff(event.id, user).await.unwrap());
    }
    let again = add();
    store.add_staff(event.id, user, &again).await.unwrap();

    // A user whose account does not exist cannot be added to the door staff.
    let nobody = UserId::from_uuid(Uuid::now_v7());
    let entry = entry(&Deed::AddStaff(event.id, nobody));
    let staff = store.add_staff(event.id, nobody, &entry).await.unwrap();
    assert_eq!(staff, NewStaff::NoSuchUser);
    assert!(!store.is_staff(event.id, nobody).await.unwrap());

    assert_eq!(log_of(&store, &event).await, [again, removed, added]);
}

#[tokio::test]
async fn a_change_of_role_has_its_entry_and_a_role_that_stays_has_none() {
    let store = store();
    let user = person(&store).await;
    let noted = |to| move |from| entry(&Deed::ChangeRole { user, from, to });
    // The test never makes the user an admin, because other tests need a table with exactly one admin.
    for to in [Role::User, Role::Organizer, Role::Organizer, Role::User] {
        let change = store.set_role(user, to, noted(to)).await.unwrap();
        assert!(matches!(change, RoleChange::Changed(user) if user.role == to));
    }
    let nobody = UserId::from_uuid(Uuid::now_v7());
    let change = store.set_role(nobody, Role::Admin, noted(Role::Admin));
    assert_eq!(change.await.unwrap(), RoleChange::NoSuchUser);

    let log = log(&store, Object::User(user)).await;
    let details: Vec<_> = log.iter().map(|entry| entry.detail.clone()).collect();
    let golden = [("organizer", "user"), ("user", "organizer")];
    assert_eq!(
        details,
        golden.map(|(from, to)| Some(serde_json::json!({"from": from, "to": to})))
    );
}

#[tokio::test]
async fn an_admission_that_is_taken_back_has_its_entry_even_if_it_was_made_again_since() {
    let store = store();
    let event = published(&store, 1).await;
    let ticket = ticket(&event);
    let code = ticket.code;
    assert!(store.issue_ticket(&ticket, "stack-test").await.unwrap());
    let admit = async || {
        let scan = scan(&event, now(), true);
        store.admit(event.id, code, &scan).await.unwrap();
    };
    let undo = async |entry: &AuditEntry| {
        let undo = |ticket: &mut Ticket| match ticket.undo(now()) {
            Undo::TookBack => TicketChange::Noted(entry),
            Undo::Remembered | Undo::Unchanged => TicketChange::Unchanged,
        };
        let ticket = store.change_ticket(code, undo).await;
        ticket.unwrap().unwrap()
    };

    // The ticket was not admitted yet, so there is no admission to undo.
    undo(&entry(&Deed::UndoCheckIn(event.id, code))).await;
    assert_eq!(log_of(&store, &event).await, []);
    admit().await;
    let undone = entry(&Deed::UndoCheckIn(event.id, code));
    assert_eq!(undo(&undone).await.status, TicketStatus::Issued);
    admit().await;
    // If the first undo is repeated after the second admission, it does not undo this second admission.
    undo(&undone).await;
    let stands = store.ticket(code).await.unwrap().unwrap();
    assert_eq!(stands.status, TicketStatus::Admitted);
    assert_eq!(log_of(&store, &event).await, [undone]);
}

#[tokio::test]
async fn who_is_taken_off_the_list_or_the_waitlist_by_others_has_one_entry() {
    let store = store();
    let event = published(&store, 1).await;
    let [guest, waits] = [person(&store).await, person(&store).await];
    let ClaimOutcome::Confirmed(rev) = claim(&store, &event, guest).await.unwrap() else {
        panic!("a seat is free")
    };
    store
        .record_seat(event.id, guest, rev, now(), "stack-test")
        .await
        .unwrap();
    wait(&store, &event, waits).await;
    let leave = async |user: UserId, entry: &AuditEntry| {
        let guest = GuestId::from(user);
        let noted = Leaving {
            by: event.organizer.id,
            at: now(),
            request: "stack-test",
            entry: Some(entry),
            reason: None,
        };
        let home = home(event.id, guest, event.bucket_count);
        store.leave(event.id, home, guest, noted).await.unwrap()
    };
    let entry_of = |user| {
        entry(&Deed::CancelRegistration {
            event: event.id,
            user,
            reason: None,
        })
    };

    let waived = entry_of(waits);
    assert_eq!(leave(waits, &waived).await, LeaveOutcome::Waived);
    let registration = store.registration(event.id, waits).await.unwrap().unwrap();
    assert_eq!(registration.status, RegistrationStatus::Cancelled);
    let removed = entry_of(guest);
    let LeaveOutcome::Removed(written) = leave(guest, &removed).await else {
        panic!("the guest is on the list")
    };
    assert!(written.get() > rev.get());
    // The transaction that removed the guest also wrote the registration, which names the account that acted.
    let registration = store.registration(event.id, guest).await.unwrap().unwrap();
    assert_eq!(registration.rev, written.get());
    assert_eq!(registration.cancelled_by, Some(event.organizer.id));
    // The same calls are repeated, and calls with other audit entries try to remove the same guests. The guests have already
    // left, so nothing changes.
    for (user, entry) in [
        (waits, &waived),
        (guest, &removed),
        (waits, &entry_of(waits)),
        (guest, &entry_of(guest)),
        (event.organizer.id, &entry_of(event.organizer.id)),
    ] {
        let outcome = leave(user, entry).await;
        assert!(
            matches!(outcome, LeaveOutcome::NotOnList(..)),
            "{outcome:?}"
        );
    }
    assert_eq!(log_of(&store, &event).await, [removed, waived]);
    let bucket = store.bucket(event.id, 0).await.unwrap();
    assert_eq!((bucket.free + bucket.held, bucket.guests.len()), (1, 0));
}

#[tokio::test]
async fn guests_who_are_taken_off_one_bucket_at_once_leave_an_entry_each() {
    let store = store();
    let event = published(&store, 4).await;
    let mut guests = Vec::new();
    for _ in 0..4 {
        let guest = person(&store).await;
        claim(&store, &event, guest).await.unwrap();
        guests.push(guest);
    }
    let entries: Vec<_> = guests
        .iter()
        .map(|guest| {
            entry(&Deed::CancelRegistration {
                event: event.id,
                user: *guest,
                reason: None,
            })
        })
        .collect();
    let leaves = guests.iter().zip(&entries).map(|(guest, entry)| {
        let noted = Leaving {
            by: event.organizer.id,
            at: now(),
            request: "stack-test",
            entry: Some(entry),
            reason: None,
        };
        store.leave(event.id, 0, GuestId::from(*guest), noted)
    });

    for outcome in join_all(leaves).await {
        assert!(matches!(outcome.unwrap(), LeaveOutcome::Removed(_)));
    }

    let bucket = store.bucket(event.id, 0).await.unwrap();
    assert_eq!((bucket.free + bucket.held, bucket.guests.len()), (4, 0));
    let ids = |entries: Vec<AuditEntry>| -> BTreeSet<AuditId> {
        entries.into_iter().map(|entry| entry.id).collect()
    };
    let log = log_of(&store, &event).await;
    assert_eq!((log.len(), ids(log)), (entries.len(), ids(entries)));
}
