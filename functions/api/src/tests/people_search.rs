//! Tests what a search for people reads: accounts in batches, at most 2,000 for one request, and nothing else of people who do
//! not match.

use domain::{
    id::GuestId,
    seats::{bucket::home, claim::Claim},
    text::PersonName,
};
use futures::{StreamExt as _, stream};

use super::{public::host::Host, *};

/// The number of people who have a seat: more than one request looks at.
const PEOPLE: usize = 2_300;

/// Gives a seat to a new account with this name.
async fn seat(host: &Host, event: &Event, name: &str) {
    let id = UserId::from_uuid(Uuid::now_v7());
    let user = User {
        name: PersonName::parse(name).unwrap(),
        ..fixtures::user(id)
    };
    let account = Account::new(user, "none".to_owned());
    let email = TypedEmail::from(&account.user.email);
    let store = &host.app.store;
    store
        .create_account(&account, &email, "test")
        .await
        .unwrap();
    let (guest, count) = (GuestId::from(id), event.bucket_count);
    let now = Timestamp::now().as_millisecond();
    let mut claim = Claim::new(guest, home(event.id, guest, count), count, now, None, 1);
    store.claim(event.id, &mut claim, "test").await.unwrap();
}

/// Sends a search, and returns its answer, the number of calls of the table, and the number of items with each of three sort
/// keys: accounts, buckets and registrations.
async fn search(host: &Host, event: &Event, path: &str) -> (Value, usize, [usize; 3]) {
    host.table.take();
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = host.by_organizer(event, request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let read = {
        let keys = host.table.keys.lock().unwrap();
        ["PROFILE", "SEATS", "REG#"].map(|sort| {
            let keys = keys.iter().filter(|(_, key)| key.starts_with(sort));
            keys.count()
        })
    };
    (answer.body, host.table.take(), read)
}

#[tokio::test]
async fn a_search_reads_at_most_two_thousand_accounts_for_one_request() {
    let host = Host::reporting();
    let event = fixtures::event(u32::try_from(PEOPLE).unwrap() + 200);
    publish(&host.app, &event).await;
    stream::iter(0..PEOPLE)
        .for_each_concurrent(8, |_| seat(&host, &event, "Grace Hopper"))
        .await;
    let list = format!("/v1/events/{}/registrations", event.id);

    // Nobody is found. The organizer's own account is one more item with the same sort key.
    let first = format!("{list}?q=lovelace");
    let (page, calls, [accounts, buckets, registrations]) = search(&host, &event, &first).await;
    assert_eq!(page["items"], serde_json::json!([]));
    assert_eq!((accounts, registrations), (2_001, 0));
    assert!((40..=60).contains(&buckets), "{buckets}");
    assert!(calls < 60, "{calls}");
    let cursor = page["nextCursor"].as_str().unwrap();
    let second = format!("{first}&cursor={cursor}");
    let (page, _, [accounts, ..]) = search(&host, &event, &second).await;
    assert_eq!(page["items"], serde_json::json!([]));
    assert_eq!(page["nextCursor"], Value::Null);
    assert_eq!(accounts, PEOPLE - 2_000 + 1);

    // A page is full early if many match, and reads registrations only of those it shows.
    let many = format!("{list}?q=hop&limit=10");
    let (page, _, [accounts, _, registrations]) = search(&host, &event, &many).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 10);
    assert_eq!((accounts, registrations), (501, 10));
    assert!(page["nextCursor"].is_string());
}
