//! Wakes the tasks that wait for a commit: followers of the stream, consumers of queues, the schedules.

use tokio::sync::watch;

use crate::queue;

/// The set of bells that a transaction rings when it is committed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wakes(u32);

/// Something that can be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// The stream has a new record.
    Stream,
    /// A schedule was made or moved.
    Schedules,
    /// A message can be received from the queue at this place of [`queue::ALL`], or will be.
    Queue(usize),
}

/// Number of things that can be waited for.
const COUNT: usize = 2 + queue::ALL.len();

impl Wake {
    const fn index(self) -> usize {
        match self {
            Self::Stream => 0,
            Self::Schedules => 1,
            Self::Queue(at) => 2 + at,
        }
    }
}

impl Wakes {
    pub(crate) fn add(&mut self, wake: Wake) {
        self.0 |= 1 << wake.index();
    }
}

/// The bells. A bell that rings between a read and a wait is not lost, because the receiver of a watch keeps the last version
/// that it has seen.
#[derive(Debug)]
pub(crate) struct Bells([watch::Sender<()>; COUNT]);

impl Bells {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| watch::Sender::new(())))
    }

    pub(crate) fn ring(&self, wakes: Wakes) {
        for (at, bell) in self.0.iter().enumerate() {
            if wakes.0 & (1 << at) != 0 {
                bell.send_replace(());
            }
        }
    }

    /// Returns a receiver for which the bell has not rung yet.
    pub(crate) fn listen(&self, wake: Wake) -> watch::Receiver<()> {
        self.0[wake.index()].subscribe()
    }
}
