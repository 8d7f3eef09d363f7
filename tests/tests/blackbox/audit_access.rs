//! Tests who may read the audit log, and tests the filters of the log.

use serde_json::Value;
use tests::{
    Event, NewEvent, PATIENCE, Stack, User, assert_done, assert_invalid, assert_problem,
    assert_refused, eventually, time_in,
};

#[tokio::test]
async fn the_log_is_the_administrators_only() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    for query in [&[][..], &[("object", organizer.id())]] {
        assert_refused(&stack.anyone().audit(query).await, 401);
        assert_refused(&user.audit(query).await, 403);
        assert_refused(&organizer.audit(query).await, 403);
        stack.admin().await.audit(query).await.expect(200);
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    for (name, value) in [
        ("object", "evt_x"),
        ("object", "🎫"),
        ("object", ""),
        ("object", "aud_01h455vb4pex5vsknk084sn02q"),
        ("from", "yesterday"),
        ("to", "2027-05-01T18:00:00"),
        ("action", "event.eaten"),
        ("action", ""),
        ("actor", "evt_01h455vb4pex5vsknk084sn02q"),
        ("limit", "0"),
        ("limit", "101"),
    ] {
        let refused = admin.audit(&[(name, value)]).await;
        assert_invalid(&refused, &format!("/{name}"));
    }
    let both = admin.audit(&[("from", "x"), ("to", "y")]).await;
    assert_eq!(both["errors"].as_array().map(Vec::len), Some(2), "{both}");
    // An unknown object has no entries. A time range that ends before it begins has no entries either.
    for query in [
        &[("object", "evt_01h455vb4pex5vsknk084sn02q")][..],
        &[("object", "no-such-queue")],
        &[
            ("from", "2027-01-02T00:00:00Z"),
            ("to", "2027-01-01T00:00:00Z"),
        ],
    ] {
        let none = admin.audit(query).await.expect(200);
        assert!(none.items().is_empty(), "{none}");
        assert!(none["nextCursor"].is_null(), "{none}");
    }
}

/// Makes an event with eight log entries, of which all but one are actions of the organizer. Returns the organizer, the event
/// and its entries, the newest first.
async fn busy(stack: &Stack) -> (User, Event, Vec<Value>) {
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let staff = stack.register_user().await;
    for _ in 0..3 {
        assert_done(&organizer.add_staff(&event, staff.id()).await);
        assert_done(&organizer.remove_staff(&event, staff.id()).await);
    }
    let admin = stack.admin().await;
    admin.complete(&event).await.expect(200);
    let log = admin.every_audit(&[("object", &event.id)], 100).await;
    assert_eq!(log.len(), 8, "{log:?}");
    (organizer, event, log)
}

#[tokio::test]
async fn paging_visits_each_entry_exactly_once() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let (organizer, event, log) = busy(&stack).await;
    let object = ("object", &*event.id);
    for limit in [1, 2, 3, 7, 8] {
        let pages = admin.every_audit(&[object], limit).await;
        assert_eq!(pages, log, "{limit} at a time");
    }
    // The service first reads `limit` entries of the log, and then leaves out the entries of other actors. So a page of the
    // answer may have fewer than `limit` entries.
    let by_organizer: Vec<&Value> = log[1..].iter().collect();
    eventually(PATIENCE, async || {
        for limit in [1, 3, 100] {
            let actor = [("actor", organizer.id())];
            let pages = admin.every_audit(&actor, limit).await;
            if pages.iter().collect::<Vec<_>>() != by_organizer {
                return Err(format!("{limit} at a time: {pages:?}"));
            }
        }
        Ok(())
    })
    .await;
    let action = ("action", "staff.added");
    let added = admin.every_audit(&[object, action], 2).await;
    assert_eq!(added.len(), 3, "{added:?}");
    assert!(added.iter().all(|item| item["action"] == "staff.added"));

    // The time range from `from` to `to` includes the time `from` and excludes the time `to`.
    let [to, from] = [&log[2], &log[5]].map(|item| item["at"].as_str().unwrap());
    let range = [object, ("from", from), ("to", to)];
    let within = admin.every_audit(&range, 2).await;
    let expected: Vec<&Value> = log
        .iter()
        .filter(|item| {
            let at = time_in(&item["at"]);
            at >= time_in(&log[5]["at"]) && at < time_in(&log[2]["at"])
        })
        .collect();
    assert_eq!(within.iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_cursor_serves_the_list_that_gave_it_unaltered() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let (_, event, _) = busy(&stack).await;
    let object = ("object", &*event.id);
    let page = admin.audit(&[object, ("limit", "2")]).await.expect(200);
    let cursor = page.text_of("nextCursor");
    let altered = format!("{}x", &cursor[1..]);
    for query in [
        &[("cursor", cursor)][..],
        &[object, ("action", "staff.added"), ("cursor", cursor)],
        &[object, ("cursor", &altered)],
        &[object, ("cursor", "nonsense")],
    ] {
        assert_problem(&admin.audit(query).await, 400, "invalid-cursor");
    }
}
