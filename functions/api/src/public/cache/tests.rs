//! Tests of the cache of public answers, without the rest of the API.

mod world;

use axum::{
    body::{Body, to_bytes},
    http::StatusCode,
    response::IntoResponse,
};
use domain::id::EventId;
use proptest::prelude::*;

use self::world::{Step, World, steps};
use super::*;

const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02q";
/// The keys under which the table stores the event.
const ITEM: (&str, &str) = ("EVENT#01h455vb4pex5vsknk084sn02q", "EVENT");

/// A response body of one megabyte.
static LARGE: [u8; 1 << 20] = [b'1'; 1 << 20];

fn key(event: &str) -> Key {
    Key::Event(event.parse().unwrap())
}

/// Returns the version in the body of a cached answer.
fn shown(kept: &Kept) -> u64 {
    let body = kept.response(false).into_body();
    let body = to_bytes(body, 100).now_or_never().unwrap().unwrap();
    String::from_utf8(body.to_vec()).unwrap().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn an_acknowledged_write_is_in_every_answer_that_is_asked_for_later(steps in steps()) {
        let mut world = World::new(true);
        world.live(&steps);
    }

    #[test]
    fn an_answer_is_a_second_old_at_most_where_the_table_reports_nothing(steps in steps()) {
        let mut world = World::new(false);
        world.live(&steps);
    }
}

#[test]
fn without_reports_an_acknowledged_write_is_not_seen_at_once() {
    // This loop shows that the test of acknowledged writes above would fail if the table did not report its changes.
    for (reports, expected) in [(false, 0), (true, 1)] {
        let mut world = World::new(reports);
        for step in [Step::Ask, Step::GoOn(0), Step::GoOn(0)] {
            world.step(&step);
        }
        world.step(&Step::Commit);
        world.step(&Step::Acknowledge);
        let kept = ask(&world.cache, world.now(), key(EVENT), "1");
        assert_eq!(shown(&kept), expected);
    }
}

/// Gets an answer from `cache`. If the cache has none under `key`, `response` is the new answer; it is ready immediately.
fn ask(cache: &PublicCache, now: Moment, key: Key, response: impl IntoResponse) -> Arc<Kept> {
    let response = response.into_response();
    let answer = cache.answer_at(now, key, || std::future::ready(response));
    answer.now_or_never().unwrap()
}

fn cache() -> PublicCache {
    PublicCache::new(Arc::default(), Moment::now)
}

fn status(kept: &Kept) -> StatusCode {
    kept.response(false).status()
}

#[test]
fn a_failure_is_for_those_alone_who_have_waited_for_it() {
    let (cache, now) = (cache(), Moment::now());
    for failure in [StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE] {
        assert_eq!(status(&ask(&cache, now, key(EVENT), failure)), failure);
    }
    assert_eq!(shown(&ask(&cache, now, key(EVENT), "1")), 1);
    assert_eq!(shown(&ask(&cache, now, key(EVENT), "2")), 1);
}

#[test]
fn a_panic_is_a_failure_like_others() {
    let (cache, now) = (cache(), Moment::now());
    let make = || async { panic!("on purpose") };
    let kept = cache.answer_at(now, key(EVENT), make);
    let kept = kept.now_or_never().unwrap();
    assert_eq!(status(&kept), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(shown(&ask(&cache, now, key(EVENT), "1")), 1);
}

#[test]
fn an_answer_ends_with_the_second_and_when_the_clock_is_set() {
    let now = Moment::now();
    for (seconds, milliseconds, expected) in [(0, 999, 1), (0, 1_000, 2), (1, 1, 2), (-3_600, 1, 2)]
    {
        let cache = cache();
        ask(&cache, now, key(EVENT), "1");
        let later = Moment {
            second: now.second + seconds,
            at: now.at + Duration::from_millis(milliseconds),
        };
        let shown = shown(&ask(&cache, later, key(EVENT), "2"));
        assert_eq!(shown, expected, "{seconds} s, {milliseconds} ms");
    }
}

#[test]
fn a_change_of_one_event_leaves_others_alone() {
    let (cache, now) = (cache(), Moment::now());
    let other: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    ask(&cache, now, key(EVENT), "1");
    ask(&cache, now, Key::Event(other), "1");
    ask(&cache, now, Key::Events(String::new()), "1");
    // An announcement changes only the answers about its own event.
    cache
        .generations
        .changed(ITEM.0, "ANN#01h455vb4pex5vsknk084sn02q");
    assert_eq!(shown(&ask(&cache, now, key(EVENT), "2")), 2);
    assert_eq!(shown(&ask(&cache, now, Key::Event(other), "2")), 1);
    let list = || Key::Events(String::new());
    assert_eq!(shown(&ask(&cache, now, list(), "2")), 1);
    cache.generations.changed(ITEM.0, ITEM.1);
    assert_eq!(shown(&ask(&cache, now, list(), "3")), 3);
}

#[test]
fn answers_and_their_bytes_are_bounded() {
    let (cache, now) = (cache(), Moment::now());
    let page = |no: usize| Key::Events(format!("q={no}"));
    let most = |body: &'static [u8], count: usize| {
        let mut most = (0, 0);
        for no in 0..count {
            ask(&cache, now, page(no), Body::from(body));
            let answers = cache.answers.lock().unwrap();
            most = (
                most.0.max(answers.entries.len()),
                most.1.max(answers.bytes()),
            );
        }
        most
    };
    assert_eq!(most(b"1", 3 * MOST_ANSWERS).0, MOST_ANSWERS);
    let (_, bytes) = most(&LARGE, 20);
    assert!(bytes <= MOST_BYTES + 2 * LARGE.len(), "{bytes}");
    // The last answer is cached even though the cache was full.
    let last = ask(&cache, now, page(19), "1");
    assert_eq!(last.bytes(), 2 * LARGE.len());
}
