//! Tests of addresses: accounts from before and after decision 17 (`docs/decisions`), and accounts that change their address.

mod changes;

use domain::{
    accounts::{
        email::{Email, TypedEmail},
        email_change::{FormerEmail, PendingEmail},
        mail_code::{MAX_WRONG_TRIES, PendingCode, Purpose},
        role::Role,
        user::User,
    },
    id::AuditId,
    security::{
        audit::{AuditEntry, Deed},
        policy::Actor,
    },
};
use futures::future::join_all;

use super::{values::now, *};
use crate::{
    Account, EmailSwap, Erasure, MailBlock, NewAccount,
    attribute::{Item, Value, s},
    key,
};

fn new_id() -> UserId {
    UserId::from_uuid(Uuid::now_v7())
}

fn typed(raw: &str) -> TypedEmail {
    TypedEmail::parse(raw).unwrap()
}

fn new_account(email: Email) -> Account {
    let user = User {
        id: new_id(),
        email,
        name: PersonName::parse("Ada").unwrap(),
        role: Role::User,
        email_verified: true,
        created_at: now(),
    };
    Account {
        reset: Some(PendingCode::issued(now())),
        mail_block: Some(MailBlock::Bounced),
        ..Account::new(user, "first".to_owned())
    }
}

async fn register(store: &Store, raw: &str) -> (Account, NewAccount) {
    let typed = typed(raw);
    let account = new_account(typed.email().clone());
    let made = store.create_account(&account, &typed, "r1").await.unwrap();
    (account, made)
}

/// Creates an account in the form that versions before decision 17 (`docs/decisions`) wrote: it holds the address as it was
/// typed.
async fn register_of_old(store: &Store, spelling: &str) -> Account {
    let email: Email = serde_json::from_value(spelling.into()).unwrap();
    let account = new_account(email);
    let mut item: Item = serde_dynamo::to_item(&account).unwrap();
    item.extend(key::account(account.user.id));
    item.extend(key::listed_account(
        account.user.created_at,
        account.user.id,
    ));
    store.put(item).await.unwrap();
    let mut hold = key::email(spelling);
    hold.insert("userId".to_owned(), s(account.user.id.to_string()));
    store.put(hold).await.unwrap();
    account
}

async fn found(store: &Store, raw: &str) -> Option<UserId> {
    let account = store.account_by_email(&typed(raw)).await.unwrap();
    account.map(|account| account.user.id)
}

async fn read(store: &Store, user: UserId) -> Account {
    store.account(user).await.unwrap().unwrap()
}

fn entry(deed: &Deed, user: UserId) -> AuditEntry {
    let actor = Actor {
        id: user,
        role: Role::User,
    };
    AuditEntry::new(AuditId::from_uuid(Uuid::now_v7()), now(), actor, "r2", deed)
}

/// Requests a change of address in the same way as the API.
async fn ask(store: &Store, user: UserId, to: &str) -> PendingEmail {
    let to = Email::parse(to).unwrap();
    let purpose = Purpose::EmailChange(&to);
    let pending = read(store, user).await.email_change.map(|it| it.code());
    let issued = store.issue_code(user, purpose, pending, now(), "r1").await;
    assert!(issued.unwrap());
    read(store, user).await.email_change.unwrap()
}

async fn confirm(store: &Store, user: UserId, change: &PendingEmail) -> EmailSwap {
    let account = read(store, user).await;
    let before = &account.user;
    let kept = account.former_email.as_ref();
    let former = FormerEmail::after(kept, &before.email, before.email_verified, change, now());
    let entry = entry(&Deed::ChangeEmail(user), user);
    let swap = store.change_email(&account, change, &former, &entry).await;
    swap.unwrap()
}

fn local() -> String {
    Uuid::now_v7().simple().to_string()
}

#[tokio::test]
async fn an_address_is_one_however_its_domain_is_spelled() {
    let (store, x) = (store(), local());
    let (account, made) = register(&store, &format!("{x}@bücher.example")).await;
    assert_eq!(made, NewAccount::Created);
    let spellings = [
        "bücher.example",
        "BÜCHER.example",
        "xn--bcher-kva.example",
        "bu\u{308}cher.example",
    ];
    for domain in spellings {
        let again = format!("{x}@{domain}");
        assert_eq!(
            register(&store, &again).await.1,
            NewAccount::EmailTaken,
            "{again}"
        );
        assert_eq!(
            found(&store, &again).await,
            Some(account.user.id),
            "{again}"
        );
    }
    let stored = read(&store, account.user.id).await;
    assert_eq!(
        stored.user.email.held_as(),
        format!("{x}@xn--bcher-kva.example")
    );
}

#[tokio::test]
async fn of_many_spellings_at_once_one_gets_the_address() {
    let (store, x) = (store(), local());
    let spellings = ["bücher", "BÜCHER", "xn--bcher-kva", "ｂücher"]
        .map(|label| format!("{x}@{label}.example"));
    let made = join_all(spellings.iter().map(|one| register(&store, one))).await;
    let created: Vec<_> = made
        .iter()
        .filter(|(_, made)| *made == NewAccount::Created)
        .collect();
    assert_eq!(created.len(), 1);
    assert_eq!(
        found(&store, &spellings[0]).await,
        Some(created[0].0.user.id)
    );
}

#[tokio::test]
async fn an_account_of_old_is_found_keeps_its_address_and_is_erased_with_it() {
    let (store, x) = (store(), local());
    for (held, others) in [
        (
            format!("{x}@bücher.example"),
            vec![
                format!("{x}@BÜCHER.example"),
                format!("{x}@xn--bcher-kva.example"),
            ],
        ),
        (
            format!("łukasz{x}@example.org"),
            vec![format!("Łukasz{x}@example.org")],
        ),
    ] {
        let old = register_of_old(&store, &held).await;
        let user = old.user.id;
        for spelling in others.iter().chain([&held]) {
            assert_eq!(found(&store, spelling).await, Some(user), "{spelling}");
            assert_eq!(
                register(&store, spelling).await.1,
                NewAccount::EmailTaken,
                "{spelling}"
            );
        }
        assert_eq!(read(&store, user).await.user.email.held_as(), held);
        let entry = entry(&Deed::EraseAccount(user), user);
        let erased = store.erase_account(&read(&store, user).await, &entry).await;
        assert_eq!(erased.unwrap(), Erasure::Erased);
        assert_eq!(found(&store, &held).await, None);
        assert_eq!(register(&store, &others[0]).await.1, NewAccount::Created);
    }
}

#[tokio::test]
async fn of_two_accounts_that_would_be_one_now_each_is_found_by_its_own_spelling() {
    let (store, x) = (store(), local());
    let unicode = register_of_old(&store, &format!("{x}@bücher.example")).await;
    let ascii = register_of_old(&store, &format!("{x}@xn--bcher-kva.example")).await;
    for (spelling, expected) in [
        ("bücher.example", &unicode),
        ("BÜCHER.example", &unicode),
        ("xn--bcher-kva.example", &ascii),
        // Neither account was created with this spelling of the address. In this case, the store finds the account whose stored
        // spelling equals the identity of the address.
        ("bu\u{308}cher.example", &ascii),
    ] {
        let spelling = format!("{x}@{spelling}");
        assert_eq!(
            found(&store, &spelling).await,
            Some(expected.user.id),
            "{spelling}"
        );
    }
    // One of the two accounts changes its address. After that, only the other account holds the old address.
    let change = ask(&store, unicode.user.id, &format!("{x}@example.org")).await;
    assert_eq!(
        confirm(&store, unicode.user.id, &change).await,
        EmailSwap::Done
    );
    let spelling = format!("{x}@bücher.example");
    assert_eq!(found(&store, &spelling).await, Some(ascii.user.id));
}

#[tokio::test]
async fn a_hash_is_renewed_if_it_is_still_the_one_that_was_read() {
    let (store, x) = (store(), local());
    let (account, _) = register(&store, &format!("{x}@example.org")).await;
    let user = account.user.id;
    for (from, to, expected) in [("first", "next", "next"), ("first", "late", "next")] {
        store
            .renew_password_hash(user, from, to, "r1")
            .await
            .unwrap();
        let after = read(&store, user).await;
        assert_eq!(after.password_hash, expected);
        // The sessions of the account stay valid, and the user gets no mail about a change of the password.
        assert_eq!(after.password_changed_at, None);
    }
}
