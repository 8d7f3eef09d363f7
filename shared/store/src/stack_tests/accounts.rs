//! Tests of codes and passwords with concurrent callers.

use domain::{
    accounts::{
        email::Email,
        mail_code::{MAX_WRONG_TRIES, PendingCode, Purpose},
        role::Role,
        user::User,
    },
    security::refresh_token::RefreshToken,
};
use futures::future::join_all;
use jiff::Timestamp;

use super::{values::now, *};
use crate::{Account, CodeUse, NewAccount, PasswordChange, Rotation};

/// Creates an account with its first code. Returns the id of the account and the time at which the code was issued.
async fn registered(store: &Store) -> (UserId, Timestamp) {
    let id = UserId::from_uuid(Uuid::now_v7());
    let at = now();
    let user = User {
        id,
        email: Email::parse(&format!("{id}@example.com")).unwrap(),
        name: PersonName::parse("Ada").unwrap(),
        role: Role::User,
        email_verified: false,
        created_at: at,
    };
    let account = Account {
        verification: Some(PendingCode::issued(at)),
        ..Account::new(user, "first".to_owned())
    };
    let made = store
        .create_account(&account, &(&account.user.email).into(), "stack-test")
        .await
        .unwrap();
    assert_eq!(made, NewAccount::Created);
    (id, at)
}

/// Creates an account with a code that resets the password. Returns the id of the account and the time at which the code was
/// issued.
async fn forgetful(store: &Store) -> (UserId, Timestamp) {
    let (user, _) = registered(store).await;
    let at = now();
    store
        .issue_code(user, Purpose::PasswordReset, None, at, "stack-test")
        .await
        .unwrap();
    (user, at)
}

async fn account(store: &Store, user: UserId) -> Account {
    store.account(user).await.unwrap().unwrap()
}

async fn count_wrong_tries(store: &Store, user: UserId, issued_at: Timestamp, tries: u32) {
    for _ in 0..tries {
        store
            .count_wrong_try(user, Purpose::PasswordReset, issued_at)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn of_many_resets_with_one_code_at_once_one_is_made() {
    let store = store();
    let (user, issued_at) = forgetful(&store).await;
    let hashes = ["a", "b", "c", "d"];
    let resets =
        hashes.map(|hash| store.reset_password(user, issued_at, hash, now(), "stack-test"));

    let outcomes = join_all(resets).await;

    let spent: Vec<_> = hashes
        .iter()
        .zip(outcomes)
        .filter_map(|(hash, outcome)| (outcome.unwrap() == CodeUse::Spent).then_some(*hash))
        .collect();
    let after = account(&store, user).await;
    assert_eq!(spent, [after.password_hash]);
    assert!(after.user.email_verified && after.password_changed_at.is_some());
    assert_eq!((after.verification, after.reset), (None, None));
    // A repeated call also succeeds, as if the reply to the first call was lost.
    let repeated = store.reset_password(user, issued_at, spent[0], now(), "stack-test");
    assert_eq!(repeated.await.unwrap(), CodeUse::Spent);
}

#[tokio::test]
async fn wrong_tries_at_once_are_all_counted_up_to_the_most() {
    let store = store();
    let (user, issued_at) = forgetful(&store).await;
    join_all((1..MAX_WRONG_TRIES).map(|_| count_wrong_tries(&store, user, issued_at, 1))).await;
    let counted = account(&store, user).await.reset.unwrap();
    assert_eq!(counted.wrong_tries, MAX_WRONG_TRIES - 1);

    join_all((0..20).map(|_| count_wrong_tries(&store, user, issued_at, 1))).await;

    let dead = account(&store, user).await.reset.unwrap();
    assert_eq!(dead.wrong_tries, MAX_WRONG_TRIES);
    let reset = store.reset_password(user, issued_at, "late", now(), "stack-test");
    assert_eq!(reset.await.unwrap(), CodeUse::Gone);
    assert_eq!(account(&store, user).await.password_hash, "first");
    // The next code has no wrong tries yet, although the code that it replaces has reached its limit of wrong tries.
    let next = Timestamp::from_millisecond(issued_at.as_millisecond() + 60_000).unwrap();
    store
        .issue_code(user, Purpose::PasswordReset, Some(dead), next, "stack-test")
        .await
        .unwrap();
    count_wrong_tries(&store, user, issued_at, 1).await;
    assert_eq!(
        account(&store, user).await.reset,
        Some(PendingCode::issued(next))
    );
}

#[tokio::test]
async fn of_two_who_ask_for_a_code_at_once_one_gets_it_and_nobody_is_nobody() {
    let store = store();
    let (user, _) = registered(&store).await;
    let (first, second) = (now(), Timestamp::from_second(4_000_000_000).unwrap());
    for at in [first, second] {
        store
            .issue_code(user, Purpose::PasswordReset, None, at, "stack-test")
            .await
            .unwrap();
    }
    let issued = account(&store, user).await.reset;
    assert_eq!(issued, Some(PendingCode::issued(first)));

    let nobody = UserId::from_uuid(Uuid::now_v7());
    store
        .issue_code(nobody, Purpose::PasswordReset, None, first, "stack-test")
        .await
        .unwrap();
    count_wrong_tries(&store, nobody, first, 1).await;
    assert!(store.account(nobody).await.unwrap().is_none());
}

#[tokio::test]
async fn an_address_is_verified_once_and_stays_so() {
    let store = store();
    let (user, issued_at) = registered(&store).await;
    let earlier = Timestamp::from_millisecond(issued_at.as_millisecond() - 1).unwrap();

    let other = store.verify_email(user, earlier).await.unwrap();
    assert_eq!(other, CodeUse::Gone);
    for _ in 0..2 {
        let outcome = store.verify_email(user, issued_at).await.unwrap();
        assert_eq!(outcome, CodeUse::Spent);
    }
    let after = account(&store, user).await;
    assert!(after.user.email_verified);
    assert_eq!(after.verification, None);
}

#[tokio::test]
async fn a_changed_password_ends_sessions_and_reset_codes_by_the_one_write() {
    let store = store();
    let (user, issued_at) = forgetful(&store).await;
    let begin = async |password_changed_at| -> RefreshToken {
        store
            .begin_session(user, session_id(), password_changed_at, None, now())
            .await
            .unwrap()
    };
    let before = begin(None).await;

    let changed_at = now();
    let change = |from, to| store.change_password(user, from, to, changed_at, "stack-test");
    assert_eq!(
        change("first", "new").await.unwrap(),
        PasswordChange::Changed
    );
    assert_eq!(
        change("first", "new").await.unwrap(),
        PasswordChange::Changed,
        "again"
    );
    assert_eq!(
        change("first", "other").await.unwrap(),
        PasswordChange::Outdated
    );

    let known = account(&store, user).await;
    assert_eq!(known.password_changed_at, Some(changed_at));
    let reset = store.reset_password(user, issued_at, "late", now(), "stack-test");
    assert_eq!(reset.await.unwrap(), CodeUse::Gone);
    // The second session began after the change of the password, but in a process that had read the account before this change.
    // So the second session has ended, as well as the first one.
    for over in [before, begin(None).await] {
        let rotation = store.rotate_session(over, Some(changed_at), None, now(), "r1");
        assert_eq!(rotation.await.unwrap(), Rotation::Ended);
    }
    let alive = begin(Some(changed_at)).await;
    let rotation = store.rotate_session(alive, Some(changed_at), None, now(), "r2");
    assert!(matches!(rotation.await.unwrap(), Rotation::Next(_)));
}

#[tokio::test]
async fn a_name_is_given_to_those_who_exist() {
    let store = store();
    let (user, _) = registered(&store).await;
    let name = PersonName::parse("Grace").unwrap();

    let renamed = store.rename_user(user, &name).await.unwrap();
    assert_eq!(renamed, Some(account(&store, user).await.user));
    assert_eq!(renamed.unwrap().name, name);
    let nobody = UserId::from_uuid(Uuid::now_v7());
    assert_eq!(store.rename_user(nobody, &name).await.unwrap(), None);
    assert!(store.account(nobody).await.unwrap().is_none());
}
