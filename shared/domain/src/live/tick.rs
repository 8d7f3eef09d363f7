//! Ticks: many changes become one state to tell, and the last one is never missing.
//!
//! A topic has a number. After a change is visible, whoever made it visible reads the number and puts a message on the queue
//! that is named after it; the queue drops a second message of that name, and delivers the first a second later. Who takes
//! the message raises the number, and *then* looks at the counts. So a change of which the message was dropped was visible
//! before the number was raised, hence before the look; and a change that the look missed finds a new number, and a new
//! message. No clock is part of that.
//!
//! What was looked at is published under the condition that the number is still the one that it was raised to: whoever is late
//! publishes nothing. Of two processes that run the same tick, one may be slow, and its clock ahead: so the condition is, too,
//! that nothing was published since it began to look. What is told is never older than what was told before it.

use jiff::{SignedDuration, Timestamp};

use super::counts::Counts;

/// How far an event's telling has come: kept with its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// Number of the tick that is to come.
    pub tick: u64,
    /// When what was published last was looked at; `None`: nothing was yet.
    pub as_of: Option<Timestamp>,
}

/// What a tick asks of the table next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Raise the number `from` to the next, if it is that; answered by [`Tick::raised`].
    Raise {
        /// The number.
        from: u64,
    },
    /// Look at the counts, consistently; answered by [`Tick::looked`].
    Look,
    /// Publish, if the number is still `tick` and what is published still that of `before`; answered by [`Tick::published`].
    Publish {
        /// The number.
        tick: u64,
        /// When what was published before the look was looked at; `None`: nothing was.
        before: Option<Timestamp>,
        /// What was seen.
        counts: Counts,
        /// When.
        as_of: Timestamp,
    },
}

/// How a tick ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its state is published: under this number it is to be told.
    Published {
        /// The number.
        tick: u64,
    },
    /// A later one has begun, or the topic is gone: there is nothing left to do.
    Superseded,
}

/// One tick. Any number of processes may run the same one, and die over it.
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
    /// The tick of the message that is named `due`.
    #[must_use]
    pub fn new(due: u64) -> Self {
        Self {
            due,
            stage: Stage::Due,
        }
    }

    /// What it needs next.
    ///
    /// # Errors
    /// It is over: how it ended.
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

    /// The pulse after the number was raised, or as it stands where it could not be; `None`: there is no topic.
    pub fn raised(&mut self, standing: Option<Pulse>) {
        self.stage = match standing {
            // Raised now, or before by a process that may have died since.
            Some(pulse) if pulse.tick == self.due + 1 => Stage::Begun(pulse),
            _ => Stage::Over(Ended::Superseded),
        };
    }

    /// The counts, looked at after `at`.
    pub fn looked(&mut self, counts: Counts, at: Timestamp) {
        if let Stage::Begun(pulse) = self.stage {
            let later = pulse
                .as_of
                .and_then(|before| before.checked_add(SignedDuration::from_millis(1)).ok());
            let as_of = later.map_or(at, |later| later.max(at));
            self.stage = Stage::Seen(pulse, counts, as_of);
        }
    }

    /// Published (`None`), or refused, the pulse being as it stands.
    pub fn published(&mut self, refused: Option<Pulse>) {
        let Stage::Seen(pulse, ..) = self.stage else {
            return;
        };
        self.stage = match refused {
            None => Stage::Over(Ended::Published { tick: pulse.tick }),
            // Another process runs the same tick, and was faster: of the two looks, either may be the older.
            Some(standing) if standing.tick == pulse.tick => Stage::Begun(standing),
            Some(_) => Stage::Over(Ended::Superseded),
        };
    }
}
