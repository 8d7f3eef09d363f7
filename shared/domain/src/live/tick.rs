//! Ticks: many changes become one published state, and the last change is never lost.
//!
//! A topic has a number. After a change is visible, the process that made it visible reads the number and queues a message that
//! is named after it. The queue drops a second message of that name, and delivers the first a second later. The process that
//! receives the message raises the number, and *then* looks at the counts. So if the message of a change was dropped, the
//! change was visible before the number was raised, hence before the look. A change that the look missed finds a new number,
//! and gets a new message. No clock is part of that.
//!
//! The counts are published on the condition that the number is still the one to which the tick raised it, so a late process
//! publishes nothing. Two processes may run the same tick, and one may be slow, or its clock ahead. So the condition is also
//! that nothing was published since the look began. A published state is never older than the one before it.

use jiff::{SignedDuration, Timestamp};

use super::counts::Counts;

/// The progress of an event's published counts. It is stored with the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// The number of the tick that is to come.
    pub tick: u64,
    /// The time of the look that was published last; `None`: nothing was published yet.
    pub as_of: Option<Timestamp>,
}

/// The next call of a tick to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Raise the number by one, if it is still `from`. [`Tick::raised`] takes the answer.
    Raise {
        /// The number.
        from: u64,
    },
    /// Look at the counts, consistently. [`Tick::looked`] takes the answer.
    Look,
    /// Publish, if the number is still `tick` and the last published look is still that of `before`. [`Tick::published`] takes
    /// the answer.
    Publish {
        /// The number.
        tick: u64,
        /// The time of the look that was published last before this one; `None`: nothing was published.
        before: Option<Timestamp>,
        /// The counts that were seen.
        counts: Counts,
        /// The time of the look.
        as_of: Timestamp,
    },
}

/// The result of a tick that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The state of the tick is published, and is to be sent under this number.
    Published {
        /// The number.
        tick: u64,
    },
    /// A later tick has begun, or the topic does not exist any more: nothing is left to do.
    Superseded,
}

/// One tick. Any number of processes may run the same one, and may end before it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    due: u64,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Due,
    Begun(Pulse),
    Seen(Pulse, Counts, Timestamp),
    Over(Ended),
}

impl Tick {
    /// Returns the tick of the message that is named `due`.
    #[must_use]
    pub fn new(due: u64) -> Self {
        Self {
            due,
            stage: Stage::Due,
        }
    }

    /// Returns the next call.
    ///
    /// # Errors
    /// The tick is over. The error is the result of the tick.
    pub fn ask(&self) -> Result<Ask, Ended> {
        match self.stage {
            Stage::Due => Ok(Ask::Raise { from: self.due }),
            Stage::Begun(_) => Ok(Ask::Look),
            Stage::Seen(pulse, counts, as_of) => Ok(Ask::Publish {
                tick: pulse.tick,
                before: pulse.as_of,
                counts,
                as_of,
            }),
            Stage::Over(ended) => Err(ended),
        }
    }

    /// Takes the pulse after the number was raised, or the stored pulse if the number could not be raised; `None`: there is no
    /// topic.
    pub fn raised(&mut self, standing: Option<Pulse>) {
        self.stage = match standing {
            // Raised now, or earlier by a process that may have ended since.
            Some(pulse) if pulse.tick == self.due + 1 => Stage::Begun(pulse),
            _ => Stage::Over(Ended::Superseded),
        };
    }

    /// Takes the counts, which were looked at after `at`.
    pub fn looked(&mut self, counts: Counts, at: Timestamp) {
        if let Stage::Begun(pulse) = self.stage {
            let later = pulse
                .as_of
                .and_then(|before| before.checked_add(SignedDuration::from_millis(1)).ok());
            let as_of = later.map_or(at, |later| later.max(at));
            self.stage = Stage::Seen(pulse, counts, as_of);
        }
    }

    /// Takes the result: `None` if the state was published; the stored pulse if the write was refused.
    pub fn published(&mut self, refused: Option<Pulse>) {
        let Stage::Seen(pulse, ..) = self.stage else {
            return;
        };
        self.stage = match refused {
            None => Stage::Over(Ended::Published { tick: pulse.tick }),
            // Another process ran the same tick, and was faster. Either look may be the older one.
            Some(standing) if standing.tick == pulse.tick => Stage::Begun(standing),
            Some(_) => Stage::Over(Ended::Superseded),
        };
    }
}
