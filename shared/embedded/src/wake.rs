//! Wakes tasks that wait for a commit: followers of the stream, consumers of queues, and the schedules.

use tokio::sync::watch;

use crate::queue;

/// The set of bells that will ring when the open transaction is committed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wakes(u32);

/// An event that wakes the tasks which wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// The stream has a new record.
    Stream,
    /// A schedule was made or moved.
    Schedules,
    /// The queue at this position of [`queue::ALL`] has a message that can be received now or later.
    Queue(usize),
}

/// The number of different events for which a task can wait, and so the number of bells.
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

/// The bells, one for each event. If a bell rings after a task has read the database and before the task waits, the task wakes
/// immediately, because each receiver of a `watch` channel stores the last version that it has seen.
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

    /// Returns a receiver that is woken each time that the bell rings after this call.
    pub(crate) fn listen(&self, wake: Wake) -> watch::Receiver<()> {
        self.0[wake.index()].subscribe()
    }
}
