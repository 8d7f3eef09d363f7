//! Simulates requests, writes and the passage of time in any order. The test itself polls the futures of the requests.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
};

use futures::{pending, task::noop_waker_ref};
use proptest::{collection::vec, prelude::*};

use super::{super::*, EVENT, ITEM, key, shown};

/// A step of the simulation. The number in `GoOn` or `HangUp` selects one of the waiting requests. The number in `Wait` is in
/// milliseconds.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A request begins.
    Ask,
    /// A request continues until its next pause. It pauses before it reads the table, after it has read the table, and when it
    /// has its answer.
    GoOn(usize),
    /// A client closes its connection before it gets its answer.
    HangUp(usize),
    /// A write is committed. Every later read of the table sees it.
    Commit,
    /// The oldest write that the cache has not been notified of is reported to the cache, if the table reports its changes.
    /// Then that write is acknowledged.
    Acknowledge,
    /// This number of milliseconds passes.
    Wait(u64),
}

/// Generates random lists of steps.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
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
    /// The newest version that was acknowledged before the request began.
    acknowledged: u64,
    /// The newest version that was committed at least a second before the request began.
    of_a_second_ago: u64,
}

/// A simulation of one event. The table stores only the event's version, and an answer shows this version.
pub(super) struct World {
    pub(super) cache: Arc<PublicCache>,
    /// Whether the table reports its changes to the cache.
    reports: bool,
    table: Arc<AtomicU64>,
    /// The time at which each version was committed, in milliseconds.
    commits: Vec<u64>,
    acknowledged: u64,
    waiting: Vec<Waiting>,
    begun: Instant,
    milliseconds: u64,
}

impl World {
    pub(super) fn new(reports: bool) -> Self {
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

    pub(super) fn now(&self) -> Moment {
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

    pub(super) fn step(&mut self, step: &Step) {
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

    /// Runs all steps. Then continues every waiting request until it has its answer.
    pub(super) fn live(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
        while !self.waiting.is_empty() {
            self.go_on(0);
        }
    }
}
