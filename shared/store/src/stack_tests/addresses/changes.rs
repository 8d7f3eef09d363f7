//! Tests in which an account gets a new address.

use super::*;

#[tokio::test]
async fn a_confirmed_address_replaces_the_old_one_with_all_that_hung_on_it() {
    let (store, x) = (store(), local());
    let (old, new) = (format!("{x}@example.org"), format!("{x}@bücher.example"));
    let (account, _) = register(&store, &old).await;
    let user = account.user.id;
    let change = ask(&store, user, &new).await;
    assert_eq!(
        found(&store, &new).await,
        None,
        "nothing before the code comes back"
    );

    assert_eq!(confirm(&store, user, &change).await, EmailSwap::Done);

    let after = read(&store, user).await;
    assert_eq!(after.user.email, Email::parse(&new).unwrap());
    assert!(after.user.email_verified);
    assert_eq!(
        (after.reset, after.mail_block, after.email_change.clone()),
        (None, None, None)
    );
    assert_eq!(
        after.former_email.as_ref().unwrap().email,
        account.user.email
    );
    assert_eq!(found(&store, &new).await, Some(user));
    assert_eq!(found(&store, &old).await, None);
    assert_eq!(register(&store, &old).await.1, NewAccount::Created);
    // A complaint about the old address arrives after the change of address, so it has no effect.
    let block = store.block_mail(user, &account.user.email, MailBlock::Complained);
    block.await.unwrap();
    assert_eq!(read(&store, user).await.mail_block, None);
    assert_eq!(
        confirm(&store, user, &change).await,
        EmailSwap::Gone,
        "once"
    );
}

#[tokio::test]
async fn of_many_who_confirm_one_address_at_once_one_gets_it() {
    let (store, x) = (store(), local());
    let to = format!("{x}@bücher.example");
    let mut asked = Vec::new();
    for index in 0..4 {
        let (account, _) = register(&store, &format!("{index}{x}@example.org")).await;
        let change = ask(&store, account.user.id, &to).await;
        asked.push((account.user.id, change));
    }
    let confirmed = asked
        .iter()
        .map(|(user, change)| confirm(&store, *user, change));
    let (outcomes, (newcomer, signed_up)) =
        futures::join!(join_all(confirmed), register(&store, &to));

    let winners: Vec<UserId> = asked
        .iter()
        .zip(&outcomes)
        .filter_map(|((user, _), outcome)| (*outcome == EmailSwap::Done).then_some(*user))
        .chain((signed_up == NewAccount::Created).then_some(newcomer.user.id))
        .collect();
    let [winner] = winners[..] else {
        panic!("{outcomes:?} and {signed_up:?}")
    };
    assert_eq!(found(&store, &to).await, Some(winner));
    for ((user, _), outcome) in asked.iter().zip(&outcomes) {
        let own = read(&store, *user).await.user.email;
        assert_eq!(own.shown() == to, *outcome == EmailSwap::Done);
        assert_eq!(
            found(&store, own.held_as()).await,
            Some(*user),
            "nobody is without"
        );
    }
}

#[tokio::test]
async fn a_code_that_was_tried_too_often_or_called_off_or_whose_password_changed_changes_nothing() {
    let store = store();
    let asked = async || {
        let x = local();
        let (account, _) = register(&store, &format!("{x}@example.org")).await;
        let change = ask(&store, account.user.id, &format!("{x}@bücher.example")).await;
        (account.user.id, change)
    };
    let (tried, change) = asked().await;
    for _ in 0..MAX_WRONG_TRIES {
        let purpose = Purpose::EmailChange(&change.to);
        let counted = store
            .count_wrong_try(tried, purpose, change.issued_at)
            .await;
        counted.unwrap();
    }
    assert_eq!(confirm(&store, tried, &change).await, EmailSwap::Gone);

    let (called_off, change) = asked().await;
    let account = read(&store, called_off).await;
    for expected in [true, false] {
        let done = store.call_off_email_change(&account, &change, "r1").await;
        assert_eq!(done.unwrap(), expected);
    }
    assert_eq!(confirm(&store, called_off, &change).await, EmailSwap::Gone);

    let (changed, change) = asked().await;
    let done = store
        .change_password(changed, "first", "second", now(), "r1")
        .await;
    done.unwrap();
    assert_eq!(confirm(&store, changed, &change).await, EmailSwap::Gone);

    let (erased, change) = asked().await;
    let before = read(&store, erased).await;
    let noted = entry(&Deed::EraseAccount(erased), erased);
    store.erase_account(&before, &noted).await.unwrap();
    let former = FormerEmail::after(None, &before.user.email, true, &change, now());
    let noted = entry(&Deed::ChangeEmail(erased), erased);
    let swap = store.change_email(&before, &change, &former, &noted).await;
    assert_eq!(swap.unwrap(), EmailSwap::Gone);
    assert_eq!(found(&store, change.to.held_as()).await, None);
}

#[tokio::test]
async fn the_former_address_comes_back_unless_somebody_else_has_it() {
    let (store, x) = (store(), local());
    let restore = async |user: UserId| {
        let account = read(&store, user).await;
        let former = account.former_email.clone().unwrap();
        let entry = entry(&Deed::RestoreEmail(user), user);
        store
            .restore_email(&account, &former, &entry)
            .await
            .unwrap()
    };
    let old = register_of_old(&store, &format!("{x}@bücher.example")).await;
    let user = old.user.id;
    let change = ask(&store, user, &format!("{x}@example.org")).await;
    assert_eq!(confirm(&store, user, &change).await, EmailSwap::Done);
    ask(&store, user, &format!("thief-{x}@example.org")).await;

    assert_eq!(restore(user).await, EmailSwap::Done);

    let after = read(&store, user).await;
    assert_eq!(after.user.email, old.user.email);
    assert_eq!((after.email_change, after.former_email), (None, None));
    assert_eq!(
        found(&store, &format!("{x}@xn--bcher-kva.example")).await,
        Some(user)
    );
    assert_eq!(found(&store, &format!("{x}@example.org")).await, None);

    let change = ask(&store, user, &format!("{x}@example.org")).await;
    assert_eq!(confirm(&store, user, &change).await, EmailSwap::Done);
    assert_eq!(
        register(&store, &format!("{x}@bücher.example")).await.1,
        NewAccount::Created
    );
    assert_eq!(restore(user).await, EmailSwap::Taken);
    assert_eq!(
        read(&store, user).await.user.email.shown(),
        format!("{x}@example.org")
    );
}

/// An account that was read before a change of its address must not release an address that it no longer holds.
#[tokio::test]
async fn an_account_that_was_read_before_its_address_changed_is_not_erased() {
    let (store, x) = (store(), local());
    let (before, _) = register(&store, &format!("{x}@example.org")).await;
    let user = before.user.id;
    let change = ask(&store, user, &format!("{x}@bücher.example")).await;
    assert_eq!(confirm(&store, user, &change).await, EmailSwap::Done);
    let entry = entry(&Deed::EraseAccount(user), user);
    let erased = store.erase_account(&before, &entry).await.unwrap();
    assert_eq!(erased, Erasure::Changed);
    assert_eq!(
        found(&store, &format!("{x}@bücher.example")).await,
        Some(user)
    );
    let item = serde_dynamo::to_item::<_, Item>(read(&store, user).await).unwrap();
    assert!(matches!(item.get("email"), Some(Value::S(text)) if text.is_ascii()));
}
