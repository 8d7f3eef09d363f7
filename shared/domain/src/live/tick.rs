//! Ticks: many changes are published as one state, and the last change is never lost.
//!
//! A topic has a number. A process first makes a change visible, then reads the number, and then queues a message that is named
//! after the number. The queue drops a second message with the same name, and delivers the first message one second later. The
//! process that receives the message raises the number by one, and *then* reads the counts (a look). So if the message of a
//! change was dropped, the change was visible before the number was raised, and therefore before the look. If a change became
//! visible too late for the look, the process that made the change reads the raised number and queues a message with a new
//! name. This does not depend on any clock.
//!
//! The counts are published only if the stored number is still the number of this tick, so a late process publishes nothing.
//! Two processes may run the same tick, and one of them may be slow or have a clock that is ahead. So a second condition is
//! that nothing was published since the look began. A published state is never older than the state that was published before
//! it.

use jiff::{SignedDuration, Timestamp};

use super::counts::Counts;

/// The number of an event's next tick, and the time of the event's last published look. The topic's item in the table contains
/// both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// The number of the next tick.
    pub tick: u64,
    /// The time of the look that was published last; `None` if nothing was published yet.
    pub as_of: Option<Timestamp>,
}

/// The next request that a tick makes to the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickStep {
    /// Raise the topic's number by one, if the number is still `from`. Pass the result to [`Tick::raised`].
    Raise {
        /// The topic's number before it is raised.
        from: u64,
    },
    /// Read the counts with a strongly consistent read. Pass the result to [`Tick::looked`].
    Look,
    /// Publish the counts if the topic's number is still `tick`, and if the last published look is still the look of the time
    /// `before`. Pass the result to [`Tick::published`].
    Publish {
        /// The number of this tick.
        tick: u64,
        /// The time of the last published look before this look; `None` if nothing was published.
        before: Option<Timestamp>,
        /// The counts that this tick read.
        counts: Counts,
        /// The time of the look that read the counts.
        as_of: Timestamp,
    },
}

/// The outcome of a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickOutcome {
    /// The counts are published. The caller sends them to the viewers, together with the number `tick`.
    Published {
        /// The number of this tick.
        tick: u64,
    },
    /// A later tick has begun, or the topic no longer exists. This tick has nothing left to do.
    Superseded,
}

/// One tick. Any number of processes may run the same tick, and each of them may stop in the middle.
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
    Over(TickOutcome),
}

impl Tick {
    /// Returns the tick for the message that is named after the number `due`.
    #[must_use]
    pub fn new(due: u64) -> Self {
        Self {
            due,
            stage: Stage::Due,
        }
    }

    /// Returns the next request that this tick makes to the table.
    ///
    /// # Errors
    /// The tick has finished. The error contains its result.
    pub fn next_step(&self) -> Result<TickStep, TickOutcome> {
        match self.stage {
            Stage::Due => Ok(TickStep::Raise { from: self.due }),
            Stage::Begun(_) => Ok(TickStep::Look),
            Stage::Seen(pulse, counts, as_of) => Ok(TickStep::Publish {
                tick: pulse.tick,
                before: pulse.as_of,
                counts,
                as_of,
            }),
            Stage::Over(ended) => Err(ended),
        }
    }

    /// Takes the result of [`TickStep::Raise`]: the topic's pulse after its number was raised, or the unchanged pulse in the
    /// table if the condition failed; `None` if the topic does not exist.
    pub fn raised(&mut self, standing: Option<Pulse>) {
        self.stage = match standing {
            // The topic's number is one higher now. Either this process has raised it, or another process raised it before, and
            // may have stopped since.
            Some(pulse) if pulse.tick == self.due + 1 => Stage::Begun(pulse),
            _ => Stage::Over(TickOutcome::Superseded),
        };
    }

    /// Takes the counts that this tick read for [`TickStep::Look`]. `at` is a time before this read began.
    pub fn looked(&mut self, counts: Counts, at: Timestamp) {
        if let Stage::Begun(pulse) = self.stage {
            let later = pulse
                .as_of
                .and_then(|before| before.checked_add(SignedDuration::from_millis(1)).ok());
            let as_of = later.map_or(at, |later| later.max(at));
            self.stage = Stage::Seen(pulse, counts, as_of);
        }
    }

    /// Takes the result of [`TickStep::Publish`]: `None` if the counts were published; the topic's stored pulse if the
    /// condition failed.
    pub fn published(&mut self, refused: Option<Pulse>) {
        let Stage::Seen(pulse, ..) = self.stage else {
            return;
        };
        self.stage = match refused {
            None => Stage::Over(TickOutcome::Published { tick: pulse.tick }),
            // Another process ran the same tick and was faster. Nobody knows which of the two looks is older, so this tick
            // reads the counts again.
            Some(standing) if standing.tick == pulse.tick => Stage::Begun(standing),
            Some(_) => Stage::Over(TickOutcome::Superseded),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_raising(tick: u64) -> Result<TickStep, TickOutcome> {
        let mut due = Tick::new(1);
        due.raised(Some(Pulse { tick, as_of: None }));
        due.next_step()
    }

    #[test]
    fn a_tick_goes_on_only_if_the_number_is_the_next_one() {
        assert_eq!(after_raising(2), Ok(TickStep::Look));
        for other in [1, 3] {
            assert_eq!(after_raising(other), Err(TickOutcome::Superseded));
        }
    }
}
