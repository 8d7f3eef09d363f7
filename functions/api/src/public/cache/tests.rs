//! The cache alone: requests, writes and time in any order, polled by hand.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
};

use axum::{
    body::{Body, to_bytes},
    http::StatusCode,
    response::IntoResponse,
};
use domain::id::EventId;
use futures::{pending, task::noop_waker_ref};
use proptest::{collection::vec, prelude::*};

use super::*;

const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02q";
/// The keys of the event's item.
const ITEM: (&str, &str) = ("EVENT#01h455vb4pex5vsknk084sn02q", "EVENT");

/// A body of a megabyte.
static LARGE: [u8; 1 << 20] = [b'1'; 1 << 20];

/// A step of the world. A number picks one of the requests or writes that can go on.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody asks.
    Ask,
    /// A request goes on: to the read of the table, beyond it, or to its answer.
    GoOn(usize),
    /// Somebody stops waiting.
    HangUp(usize),
    /// A write is committed: reads of the table see it from now on.
    Commit,
    /// The cache is notified of the oldest write that it does not know, and then the write is acknowledged.
    Acknowledge,
    /// Milliseconds pass.
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Ask),
        6 => (0..8_usize).prop_map(Step::GoOn),
        1 => (0..8_usize).prop_map(Step::HangUp),
        2 => Just(Step::Commit),
        2 => Just(Step::Acknowledge),
        1 => (1..700_u64).prop_map(Step::Wait),
    ];
    vec(step, 1..80)
}

/// A request that waits for its answer.
struct Waiting {
    answer: BoxFuture<'static, Arc<Kept>>,
    /// The version that was acknowledged when it began.
    acknowledged: u64,
    /// The version that was committed a second before it began.
    of_a_second_ago: u64,
}

/// One event: its item is a version, which is what an answer shows.
struct World {
    cache: Arc<PublicCache>,
    /// Whether the table reports its changes.
    reports: bool,
    table: Arc<AtomicU64>,
    /// When each version was committed.
    commits: Vec<u64>,
    acknowledged: u64,
    waiting: Vec<Waiting>,
    begun: Instant,
    milliseconds: u64,
}

impl World {
    fn new(reports: bool) -> Self {
        Self {
            cache: Arc::new(PublicCache::new(Arc::default(), Moment::now)),
            reports,
            table: Arc::default(),
            commits: vec![0],
            acknowledged: 0,
            waiting: Vec::new(),
            begun: Instant::now(),
            milliseconds: 0,
        }
    }

    fn now(&self) -> Moment {
        Moment {
            second: i64::try_from(self.milliseconds / 1_000).unwrap(),
            at: self.begun + Duration::from_millis(self.milliseconds),
        }
    }

    fn ask(&mut self) {
        let (cache, table, now) = (self.cache.clone(), self.table.clone(), self.now());
        let answer = async move {
            let make = || async move {
                pending!();
                let version = table.load(Ordering::SeqCst);
                pending!();
                version.to_string().into_response()
            };
            cache.answer_at(now, key(EVENT), make).await
        };
        let a_second_ago = self.milliseconds.checked_sub(1_000);
        let old = |at: &&u64| a_second_ago.is_some_and(|then| **at <= then);
        let versions = self.commits.iter().filter(old).count();
        self.waiting.push(Waiting {
            answer: answer.boxed(),
            acknowledged: self.acknowledged,
            of_a_second_ago: u64::try_from(versions.saturating_sub(1)).unwrap(),
        });
        self.go_on(self.waiting.len() - 1);
    }

    fn go_on(&mut self, which: usize) {
        let mut context = Context::from_waker(noop_waker_ref());
        let request = &mut self.waiting[which];
        if let Poll::Ready(kept) = request.answer.as_mut().poll(&mut context) {
            let shown = shown(&kept);
            let least = if self.reports {
                request.acknowledged
            } else {
                request.of_a_second_ago
            };
            assert!(shown >= least, "{shown} is shown, {least} was to be seen");
            self.waiting.swap_remove(which);
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Ask => self.ask(),
            Step::GoOn(pick) if !self.waiting.is_empty() => self.go_on(pick % self.waiting.len()),
            Step::HangUp(pick) if !self.waiting.is_empty() => {
                self.waiting.swap_remove(pick % self.waiting.len());
            }
            Step::GoOn(_) | Step::HangUp(_) => {}
            Step::Commit => {
                self.table.fetch_add(1, Ordering::SeqCst);
                self.commits.push(self.milliseconds);
            }
            Step::Acknowledge => {
                if self.acknowledged < self.table.load(Ordering::SeqCst) {
                    if self.reports {
                        self.cache.generations.changed(ITEM.0, ITEM.1);
                    }
                    self.acknowledged += 1;
                }
            }
            Step::Wait(milliseconds) => self.milliseconds += milliseconds,
        }
    }

    /// Lets every request go on to its answer.
    fn finish(&mut self) {
        while !self.waiting.is_empty() {
            self.go_on(0);
        }
    }
}

fn key(event: &str) -> Key {
    Key::Event(event.parse().unwrap())
}

/// The version that an answer shows.
fn shown(kept: &Kept) -> u64 {
    let body = kept.response(false).into_body();
    let body = to_bytes(body, 100).now_or_never().unwrap().unwrap();
    String::from_utf8(body.to_vec()).unwrap().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_acknowledged_write_is_in_every_answer_that_is_asked_for_later(steps in steps()) {
        let mut world = World::new(true);
        steps.iter().for_each(|step| world.step(step));
        world.finish();
    }

    #[test]
    fn an_answer_is_a_second_old_at_most_where_the_table_reports_nothing(steps in steps()) {
        let mut world = World::new(false);
        steps.iter().for_each(|step| world.step(step));
        world.finish();
    }
}

#[test]
fn without_reports_an_acknowledged_write_is_not_seen_at_once() {
    // So the first property would fail if nothing were reported.
    for (reports, expected) in [(false, 0), (true, 1)] {
        let mut world = World::new(reports);
        for step in [Step::Ask, Step::GoOn(0), Step::GoOn(0)] {
            world.step(&step);
        }
        assert!(world.waiting.is_empty());
        world.step(&Step::Commit);
        world.step(&Step::Acknowledge);
        let kept = ask(&world.cache, world.now(), key(EVENT), "1");
        assert_eq!(shown(&kept), expected);
    }
}

/// A cache, and an answer of it that is made at once.
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
    // An announcement is on the page of its event alone.
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
    // The last is kept, though the cache is full.
    let last = ask(&cache, now, page(19), "1");
    assert_eq!(last.bytes(), 2 * LARGE.len());
}
