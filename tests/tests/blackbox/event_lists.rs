//! Tests of the lists of events: their filters, order, pages and cursors.

mod search;

use jiff::ToSpan as _;
use serde_json::{Value, json};
use tests::{
    Event, NewEvent, PATIENCE, Stack, assert_refused, eventually, in_days, in_hours, in_seconds,
    unique, wait_until,
};

/// Seconds until an event of these tests starts. The event can be published before the start, and the test can wait for its
/// end.
const SOON_SECONDS: i64 = 10;

/// Waits until the list with this query has `expected` events, and returns their ids in the order of the list.
async fn listed(stack: &Stack, query: &str, expected: usize) -> Vec<String> {
    let path = format!("/v1/events?{query}");
    eventually(PATIENCE, async || {
        let items = stack.anyone().every_item(&path, 100).await;
        if items.len() == expected {
            Ok(items.iter().map(id_of).collect())
        } else {
            Err(format!("{path} lists {items:?}"))
        }
    })
    .await
}

/// Percent-encodes a text so that it can be a value in a query string.
fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |encoded, byte| {
        encoded + &format!("%{byte:02X}")
    })
}

fn id_of(item: &Value) -> String {
    item["id"].as_str().unwrap_or_default().to_owned()
}

async fn publish_all(stack: &Stack, events: Vec<NewEvent>) -> Vec<Event> {
    let organizer = stack.register_organizer().await;
    let mut published = Vec::new();
    for event in events {
        published.push(organizer.published_event(event).await);
    }
    published
}

#[tokio::test]
async fn events_are_listed_by_their_start() {
    let stack = Stack::from_env();
    let category = unique();
    let starting_in = |days: i64| NewEvent {
        starts_at: in_days(days),
        ends_at: in_days(days + 1),
        category: Some(category.clone()),
        ..NewEvent::default()
    };
    // The events start in several months. The order of their starts differs from the order in which they are made.
    let events = [70, 5, 33, 100, 6].map(starting_in).to_vec();
    let events = publish_all(&stack, events).await;
    let ids = |order: &[usize]| -> Vec<String> {
        order
            .iter()
            .map(|index| events[*index].id.clone())
            .collect()
    };

    let all = listed(&stack, &format!("category={category}"), 5).await;
    assert_eq!(all, ids(&[1, 4, 2, 0, 3]));
    let (from, to) = (in_days(20), in_days(80));
    let query = format!("category={category}&from={from}");
    assert_eq!(listed(&stack, &query, 3).await, ids(&[2, 0, 3]));
    let query = format!("category={category}&to={to}");
    assert_eq!(listed(&stack, &query, 4).await, ids(&[1, 4, 2, 0]));
    let query = format!("category={category}&from={from}&to={to}");
    assert_eq!(listed(&stack, &query, 2).await, ids(&[2, 0]));
}

#[tokio::test]
async fn paging_visits_each_event_exactly_once_in_order() {
    let stack = Stack::from_env();
    let category = unique();
    let event = |day: i64| NewEvent {
        // The events are in pairs, and both events of a pair begin at the same time.
        starts_at: in_days(10 + day / 2 * 9),
        ends_at: in_days(100),
        category: Some(category.clone()),
        ..NewEvent::default()
    };
    publish_all(&stack, (0..7).map(event).collect()).await;

    let query = format!("category={category}");
    let all = listed(&stack, &query, 7).await;
    for limit in [1, 2, 3, 7] {
        let path = format!("/v1/events?{query}");
        let pages = stack.anyone().every_item(&path, limit).await;
        let visited: Vec<String> = pages.iter().map(id_of).collect();
        assert_eq!(visited, all, "{limit} at a time");
    }
}

#[tokio::test]
async fn what_is_over_or_called_off_is_not_listed() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let category = unique();
    let event = || NewEvent {
        category: Some(category.clone()),
        ..NewEvent::default()
    };
    let stays = organizer.published_event(event()).await;
    let cancelled = organizer.published_event(event()).await;
    let completed = organizer.published_event(event()).await;
    let starts_at = in_seconds(SOON_SECONDS);
    let ends_at = starts_at + 1.second();
    let short = organizer
        .published_event(NewEvent {
            starts_at,
            ends_at,
            ..event()
        })
        .await;
    organizer.cancel(&cancelled).await.expect(200);
    organizer.complete(&completed).await.expect(200);
    let list = format!("category={category}");

    wait_until(ends_at).await;
    // The first request finds that the event `short` has ended. The later requests must return the same list.
    for _ in 0..3 {
        assert_eq!(listed(&stack, &list, 1).await, [stays.id.as_str()]);
    }
    let found = stack.anyone().read_event(&short).await.expect(200);
    assert_eq!(found["status"], "published");

    let later = json!({"endsAt": in_hours(2)});
    organizer.patch_event(&short, later).await.expect(200);
    let both = [short.id.as_str(), stays.id.as_str()];
    assert_eq!(listed(&stack, &list, 2).await, both);
}

#[tokio::test]
async fn the_organizer_lists_own_events_of_every_status() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let other = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let published = organizer.published_event(NewEvent::default()).await;
    let cancelled = organizer.published_event(NewEvent::default()).await;
    organizer.cancel(&cancelled).await.expect(200);
    other.published_event(NewEvent::default()).await;

    let own = organizer.every_item("/v1/me/events", 2).await;

    assert_eq!(own.len(), 3, "{own:?}");
    let expected = [
        (&draft, "draft"),
        (&published, "published"),
        (&cancelled, "cancelled"),
    ];
    for (event, status) in expected {
        let found = own.iter().find(|item| item["id"] == event.id);
        assert_eq!(found.map(|item| &item["status"]), Some(&status.into()));
    }
}

#[tokio::test]
async fn a_cursor_that_was_tampered_with_is_refused() {
    let stack = Stack::from_env();
    let category = unique();
    let event = || NewEvent {
        category: Some(category.clone()),
        ..NewEvent::default()
    };
    publish_all(&stack, vec![event(), event(), event()]).await;
    listed(&stack, &format!("category={category}"), 3).await;
    let path = format!("/v1/events?category={category}&limit=1");
    let page = stack.anyone().get(&path).await.expect(200);
    let cursor = page.text_of("nextCursor").to_owned();

    let middle = cursor.len() / 2;
    let swapped = if &cursor[middle..=middle] == "A" {
        "B"
    } else {
        "A"
    };
    let flipped = format!("{}{swapped}{}", &cursor[..middle], &cursor[middle + 1..]);
    let shortened = cursor[..cursor.len() - 3].to_owned();
    for tampered in [flipped, shortened, "nonsense".to_owned(), "%00".to_owned()] {
        let answer = stack
            .anyone()
            .get(&format!("{path}&cursor={tampered}"))
            .await;
        assert_refused(&answer, 400);
    }
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused() {
    let stack = Stack::from_env();
    let queries = [
        "limit=0",
        "limit=101",
        "limit=abc",
        "limit=-1",
        "limit=1.5",
        "from=yesterday",
        "to=2031-02-30T10:00:00Z",
        "from=2031-02-03T10:00:00",
        "tag=",
        "tag=%E2%80%8B",
        "category=%E2%A0%80",
        "category=%20",
        "tag=0123456789012345678901234567890",
    ];
    for query in queries {
        let answer = stack.anyone().get(&format!("/v1/events?{query}")).await;
        assert!(matches!(answer.status, 400 | 422), "{answer}");
        assert_refused(&answer, answer.status);
    }
}

#[tokio::test]
async fn a_range_that_ends_before_it_begins_is_empty() {
    let stack = Stack::from_env();
    for query in [
        "to=2020-01-01T00:00:00Z",
        "from=2031-02-01T00:00:00Z&to=2031-01-01T00:00:00Z",
        "from=9998-01-01T00:00:00Z",
    ] {
        let answer = stack.anyone().get(&format!("/v1/events?{query}")).await;
        assert!(answer.expect(200).items().is_empty(), "{query}");
    }
}

#[tokio::test]
async fn a_cursor_does_not_go_on_in_a_list_with_other_filters() {
    let stack = Stack::from_env();
    let category = unique();
    let event = || NewEvent {
        category: Some(category.clone()),
        ..NewEvent::default()
    };
    publish_all(&stack, vec![event(), event()]).await;
    listed(&stack, &format!("category={category}"), 2).await;
    let path = format!("/v1/events?category={category}&limit=1");
    let page = stack.anyone().get(&path).await.expect(200);
    let cursor = page.text_of("nextCursor").to_owned();
    for other in [
        "/v1/events?limit=1",
        "/v1/events?limit=1&from=2031-01-01T00:00:00Z",
    ] {
        let answer = stack
            .anyone()
            .get(&format!("{other}&cursor={cursor}"))
            .await;
        assert_refused(&answer, 400);
    }
}
