//! Tests of rate limits, at times that the tests choose.

use std::net::{IpAddr, Ipv6Addr};

use domain::{
    accounts::email::Email,
    security::{
        rate_limit::{RateLimit, Requests},
        throttle::Source,
    },
};
use futures::future::join_all;
use jiff::Timestamp;

use super::*;
use crate::{
    attribute::{EXPIRES_AT, number},
    key,
};

const LIMIT: RateLimit = RateLimit {
    most: 5,
    window: Duration::from_mins(1),
};

/// Returns the time that is `second` seconds after a window of a limit began.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(4_000_000_020 + second).unwrap()
}

/// Returns a random source of requests, so that no other test uses the same source.
fn source() -> Source {
    IpAddr::V6(Ipv6Addr::from(fastrand::u128(..))).into()
}

async fn count(store: &Store, requests: &Requests, second: i64) -> bool {
    let counted = store.count_request(requests, LIMIT, at(second));
    counted.await.unwrap()
}

#[tokio::test]
async fn as_many_as_the_limit_are_served_in_each_window() {
    let store = store();
    let requests = Requests::SignUpsFrom(source());
    for window in 0..2 {
        let begins = 60 * window;
        for second in [0, 1, 1, 30, 59] {
            assert!(count(&store, &requests, begins + second).await, "{second}");
        }
        for second in [59, 59, 0] {
            assert!(!count(&store, &requests, begins + second).await, "{second}");
        }
    }
}

#[tokio::test]
async fn of_many_requests_at_once_as_many_as_the_limit_are_served() {
    let store = store();
    let requests = Requests::LiveTicketsOf(UserId::from_uuid(Uuid::now_v7()));
    let served = join_all((0..20).map(|_| count(&store, &requests, 0))).await;
    assert_eq!(served.into_iter().filter(|served| *served).count(), 5);
}

#[tokio::test]
async fn each_kind_and_everybody_is_counted_apart() {
    let store = store();
    let (here, user) = (source(), UserId::from_uuid(Uuid::now_v7()));
    let address = |name: &str| Email::parse(&format!("{name}@{user}.example.org")).unwrap();
    let all = [
        Requests::SignUpsFrom(here),
        Requests::SignUpsFrom(source()),
        Requests::CodesFrom(here),
        Requests::LiveTicketsFrom(here),
        Requests::ResetsOf(address("ada")),
        Requests::ResetsOf(address("grace")),
        Requests::VerificationsOf(user),
        Requests::LiveTicketsOf(user),
        Requests::LiveTicketsOf(UserId::from_uuid(Uuid::now_v7())),
    ];
    for requests in &all {
        for _ in 0..5 {
            assert!(count(&store, requests, 0).await, "{requests:?}");
        }
    }
    for requests in &all {
        assert!(!count(&store, requests, 0).await, "{requests:?}");
    }
}

#[tokio::test]
async fn what_was_counted_goes_with_its_window() {
    let store = store();
    let requests = Requests::CodesFrom(source());
    count(&store, &requests, 7).await;
    let window = LIMIT.window_at(at(7));
    let found = store.get_item(key::requests(&requests, window)).await;
    let expires: i64 = number(&found.unwrap().unwrap(), EXPIRES_AT).unwrap();
    assert_eq!(expires, at(60).as_second());
}
