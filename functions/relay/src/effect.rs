//! The effects of a change: one variant for each kind of work that the relay does.

pub(crate) mod statistics;

use domain::{
    events::Event,
    id::{EventId, UserId},
    live::topic::Topic,
    seats::{availability::BucketCounts, bucket::BucketNo},
    stats::{StatsOf, tally::Tally},
};
use jiff::Timestamp;
use messages::{Frame, MailDue, SeatChanged};

/// Work that follows from a change. All of it may be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Writes the registration of a user who got or lost a seat, if it lags behind the bucket.
    RepairRegistration(SeatChange),
    /// Sends a message to the ticket function, which issues or voids the user's ticket.
    SendSeatChanged(SeatChanged),
    /// Gives back everything that the user holds, if the account does not exist.
    GiveBackIfErased {
        /// The user.
        user: UserId,
    },
    /// Writes the counts of a bucket to the availability of its event. Then offers seats that were given back.
    NoteCounts {
        /// The event.
        event: EventId,
        /// The number of the bucket.
        no: BucketNo,
        /// The counts.
        counts: BucketCounts,
    },
    /// Counts the waitlist and writes the number to the availability of the event. Then offers seats that were given back.
    CountWaitlist {
        /// The event.
        event: EventId,
    },
    /// Brings the buckets of an event up to its state and times.
    AlignBuckets(Box<Event>),
    /// Makes, moves or deletes the schedules of an event's reminders.
    AlignReminders(Box<Event>),
    /// Sends a message to the notify function, which writes and sends the mail.
    SendMail(MailDue),
    /// Publishes the counts of an event, at most once a second, if somebody watches it.
    PublishCounts {
        /// The event.
        event: EventId,
    },
    /// Publishes a frame, if somebody watches its topic.
    PublishFrame(Box<News>),
    /// Checks the rights of the user on each of their open connections.
    RecheckRights {
        /// The user.
        user: UserId,
    },
    /// Adds to statistics. A record's tally is added once, however often the record is delivered.
    AddToStatistics {
        /// The statistics.
        of: StatsOf,
        /// The numbers to add; not zero.
        tally: Tally,
    },
    /// Answers the question whether the stream is read, after all other work of the batch.
    AnswerPing {
        /// The time of the question.
        asked_at: Timestamp,
    },
}

/// A user got or lost a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeatChange {
    /// The event.
    pub(crate) event: EventId,
    /// The user.
    pub(crate) user: UserId,
    /// `true`: the user got a seat.
    pub(crate) seated: bool,
    /// The revision of the bucket after the change.
    pub(crate) rev: u64,
}

/// A frame for every subscriber of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// The topic.
    pub(crate) topic: Topic,
    /// The name of the message. The queue drops a second message of the same name.
    pub(crate) name: String,
    /// The frame.
    pub(crate) frame: Frame,
}
