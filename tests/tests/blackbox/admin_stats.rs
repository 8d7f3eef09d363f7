//! Tests of the statistics of the whole deployment, which are read while other tests use the same deployment.

use serde_json::Value;
use tests::{Answer, NewEvent, PATIENCE, Stack, assert_refused, eventually};

fn sum(members: &Value) -> i64 {
    let members = members.as_object().into_iter().flatten();
    members.filter_map(|(_, number)| number.as_i64()).sum()
}

fn users(stats: &Answer) -> i64 {
    sum(&stats["total"]["users"])
}

#[tokio::test]
async fn every_account_is_counted_and_none_twice() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    stack.register_organizer().await;
    stack.register_user().await;
    let listed = async || admin.every_item("/v1/users", 100).await;
    let there = i64::try_from(listed().await.len()).unwrap_or(i64::MAX);
    let stats = eventually(PATIENCE, async || {
        let stats = admin.admin_stats().await.when(200)?;
        stats.once(|stats| users(stats) >= there)
    })
    .await;
    let now = listed().await;
    assert!(
        users(&stats) <= i64::try_from(now.len()).unwrap_or(0),
        "{} are there, and counted are {stats}",
        now.len()
    );
    for role in ["user", "organizer", "admin"] {
        let number = stats["total"]["users"][role].as_i64().unwrap_or(0);
        assert!(number > 0, "{role} in {stats}");
    }
}

#[tokio::test]
async fn what_happens_today_is_counted_today() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let before = admin.admin_stats().await.expect(200);
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(3)).await;
    let user = stack.register_user().await;
    user.register_for(&event).await.expect(201);
    stack.mail_to(&user, "Your ticket for").await;
    let number = |stats: &Answer, member: &str| {
        let today = stats.json.pointer(&format!("/total/{member}"));
        today.and_then(Value::as_i64).unwrap_or(i64::MIN)
    };
    // While this test runs, other tests may cancel registrations or undo admissions, which lowers some numbers. The numbers of
    // accounts and of sent mails never decrease.
    let after = eventually(PATIENCE, async || {
        let stats = admin.admin_stats().await.when(200)?;
        stats.once(|stats| {
            users(stats) >= users(&before) + 2
                && number(stats, "mail/sent") > number(&before, "mail/sent")
        })
    })
    .await;
    // Today's numbers can be at most the totals. They are smaller if midnight has passed since the stack started.
    for member in ["users", "events", "mail"] {
        let (today, total) = (&after["today"][member], &after["total"][member]);
        assert!(sum(today) <= sum(total) && sum(total) > 0, "{after}");
    }
    for member in ["registrations", "admissions"] {
        assert!(
            after["today"][member].is_i64() && after["total"][member].is_i64(),
            "{after}"
        );
    }
}

#[tokio::test]
async fn they_are_for_administrators() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    assert_refused(&stack.anyone().admin_stats().await, 401);
    assert_refused(&organizer.admin_stats().await, 403);
}
