//! The effects of a change. Each variant is one kind of work that the relay does.

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
use store::PictureCheck;

/// Work that follows from a change. It is safe to repeat an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Writes the registration of a user who got or lost a seat, if the registration is older than the bucket.
    RepairRegistration(SeatChange),
    /// Sends a message to the ticket function, which issues or voids the user's ticket.
    SendSeatChanged(SeatChanged),
    /// Gives back everything that the user holds, if the user's account does not exist.
    GiveBackIfErased {
        /// The id of the user.
        user: UserId,
    },
    /// Writes the counts of a bucket to the availability of its event. Then offers the event's returned seats to the waitlist,
    /// or to everybody if nobody waits.
    NoteCounts {
        /// The id of the event.
        event: EventId,
        /// The number of the bucket.
        no: BucketNo,
        /// The new counts of the bucket.
        counts: BucketCounts,
    },
    /// Counts the places on the waitlist, and writes their number to the availability of the event. Then offers the event's
    /// returned seats to the waitlist, or to everybody if nobody waits.
    CountWaitlist {
        /// The id of the event.
        event: EventId,
    },
    /// Updates the terms of an event's buckets to the event's state and times.
    AlignBuckets(Box<Event>),
    /// Creates, moves or deletes the schedules of an event's reminders.
    AlignReminders(Box<Event>),
    /// Sends a message to the notify function, which composes and sends the mail.
    SendMail(MailDue),
    /// Publishes the counts of an event, but not more often than once per second. Does nothing if nobody watches the event.
    PublishCounts {
        /// The id of the event.
        event: EventId,
    },
    /// Publishes a frame. Does nothing if nobody watches the frame's topic.
    PublishFrame(Box<News>),
    /// Checks the rights of the user on each of their open connections.
    RecheckRights {
        /// The id of the user.
        user: UserId,
    },
    /// Deletes the files of a picture, unless its event names it.
    DiscardPicture(Box<PictureCheck>),
    /// Adds numbers to statistics. The numbers of a record are added only once, even if the record is delivered several times.
    AddToStatistics {
        /// The statistics that change.
        of: StatsOf,
        /// The numbers to add. At least one of them is not zero.
        tally: Tally,
    },
    /// Answers a ping, which checks whether the stream is read. The relay answers after all other work of the batch.
    AnswerPing {
        /// When the ping was written.
        asked_at: Timestamp,
    },
}

/// A change of one seat: a user got or lost it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeatChange {
    /// The id of the event.
    pub(crate) event: EventId,
    /// The id of the user.
    pub(crate) user: UserId,
    /// Whether the user got the seat. If `false`, the user lost it.
    pub(crate) seated: bool,
    /// The revision of the bucket after the change.
    pub(crate) rev: u64,
}

/// A frame for every subscriber of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// The topic whose subscribers get the frame.
    pub(crate) topic: Topic,
    /// The name of the queue message that contains the frame. The queue drops a second message with the same name.
    pub(crate) name: String,
    /// The frame to send.
    pub(crate) frame: Frame,
}
