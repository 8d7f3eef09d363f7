//! The queues of the embedded database, and their settings. A test compares the settings with those in template.yaml.

use std::time::Duration;

/// The settings of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The name of the queue, which is also its address.
    pub name: &'static str,
    /// The name of the queue's resource in template.yaml.
    pub resource: &'static str,
    /// Whether the queue keeps the order of messages within a group.
    pub fifo: bool,
    /// Whether a deduplication id is unique only within its message group. If `false`, it is unique in the whole queue. Used by
    /// FIFO queues only.
    pub deduplicates_in_groups: bool,
    /// The time that a new message waits before it can first be received, if its sender gives no delay.
    pub delay: Duration,
    /// The time for which a received message stays hidden from other receivers.
    pub visibility: Duration,
    /// The time for which the queue keeps a message that nobody deletes.
    pub retention: Duration,
    /// The queue's dead-letter queue, which gets messages that fail repeatedly.
    pub dead_letters: Option<DeadLetters>,
    /// The limits of the function that consumes the queue; `None` if only people read the queue.
    pub consumer: Option<Consumer>,
}

/// The limits of the consumer of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consumer {
    /// The maximum number of messages that the consumer gets in one batch.
    pub batch: usize,
    /// The maximum number of batches that are handled concurrently.
    pub workers: usize,
}

/// The dead-letter queue of a queue, and how often a message is received before it is moved there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadLetters {
    /// The name of the dead-letter queue.
    pub queue: &'static str,
    /// The maximum number of receptions of a message. The next reception moves the message to the dead-letter queue.
    pub after: u32,
}

/// The maximum number of messages that one call receives.
pub(crate) const MOST: usize = 10;

const DAY: u64 = 24 * 60 * 60;

/// The queue of changed seats, for which tickets must be issued or voided.
pub const TICKETS: Settings = standard("tickets", "TicketsQueue", 180)
    .consumed(10, 20)
    .redriven("tickets-dead-letters", 5);
/// The queue of mails that must be sent.
pub const MAIL: Settings = standard("mail", "MailQueue", 360)
    .consumed(5, 2)
    .redriven("mail-dead-letters", 100);
/// The queue of bounces and complaints.
pub const FEEDBACK: Settings = standard("feedback", "FeedbackQueue", 360)
    .consumed(10, 2)
    .redriven("feedback-dead-letters", 5);
/// The queue of changes to the counts that viewers watch.
pub const LIVE: Settings = fifo("live", "LiveQueue")
    .consumed(10, 10)
    .delayed(1)
    .redriven("live-dead-letters", 45);
/// The queue of frames for viewers, and of connections whose rights must be checked.
pub const PUSH: Settings = fifo("push", "PushQueue")
    .consumed(4, 50)
    .redriven("push-dead-letters", 45);
/// The queue of stream records that the relay has parked.
pub const RELAY_DEAD_LETTERS: Settings =
    dead_letters("relay-dead-letters", "RelayDeadLetters", false);

/// All queues.
pub const ALL: [Settings; 11] = [
    TICKETS,
    MAIL,
    FEEDBACK,
    LIVE,
    PUSH,
    dead_letters("tickets-dead-letters", "TicketsDeadLetters", false),
    dead_letters("mail-dead-letters", "MailDeadLetters", false),
    dead_letters("feedback-dead-letters", "FeedbackDeadLetters", false),
    dead_letters("live-dead-letters", "LiveDeadLetters", true),
    dead_letters("push-dead-letters", "PushDeadLetters", true),
    RELAY_DEAD_LETTERS,
];

/// Returns the position of a queue in [`ALL`].
pub(crate) fn index(name: &str) -> Option<usize> {
    ALL.iter().position(|settings| settings.name == name)
}

const fn standard(name: &'static str, resource: &'static str, visibility: u64) -> Settings {
    Settings {
        name,
        resource,
        fifo: false,
        deduplicates_in_groups: false,
        delay: Duration::ZERO,
        visibility: Duration::from_secs(visibility),
        retention: Duration::from_secs(14 * DAY),
        dead_letters: None,
        consumer: None,
    }
}

const fn fifo(name: &'static str, resource: &'static str) -> Settings {
    Settings {
        fifo: true,
        deduplicates_in_groups: true,
        retention: Duration::from_secs(4 * DAY),
        ..standard(name, resource, 18)
    }
}

/// Returns the settings of a dead-letter queue. Those that are not arguments have the default values of SQS.
const fn dead_letters(name: &'static str, resource: &'static str, fifo: bool) -> Settings {
    Settings {
        fifo,
        ..standard(name, resource, 30)
    }
}

impl Settings {
    const fn redriven(mut self, queue: &'static str, after: u32) -> Self {
        self.dead_letters = Some(DeadLetters { queue, after });
        self
    }

    const fn consumed(mut self, batch: usize, workers: usize) -> Self {
        self.consumer = Some(Consumer { batch, workers });
        self
    }

    const fn delayed(mut self, seconds: u64) -> Self {
        self.delay = Duration::from_secs(seconds);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{resource, value};

    fn number(resource: &[String], key: &str) -> Option<u64> {
        value(resource, key).map(|text| text.parse().unwrap())
    }

    #[test]
    fn the_queues_are_those_of_the_template() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(text.matches("Type: AWS::SQS::Queue\n").count(), ALL.len());
        for settings in ALL {
            let theirs = resource(settings.resource);
            let is = |key| value(&theirs, key).as_deref() == Some("true");
            let seconds = |key, other| Duration::from_secs(number(&theirs, key).unwrap_or(other));
            let redrive = value(&theirs, "deadLetterTargetArn").map(|target| DeadLetters {
                queue: ALL
                    .iter()
                    .find(|queue| target == format!("!GetAtt {}.Arn", queue.resource))
                    .unwrap()
                    .name,
                after: u32::try_from(number(&theirs, "maxReceiveCount").unwrap()).unwrap(),
            });
            let in_groups = value(&theirs, "DeduplicationScope").as_deref() == Some("messageGroup");
            let ours = Settings {
                fifo: is("FifoQueue"),
                deduplicates_in_groups: in_groups,
                // If the template does not set a property of the queue, SQS uses these defaults ("SetQueueAttributes", API
                // reference).
                delay: seconds("DelaySeconds", 0),
                visibility: seconds("VisibilityTimeout", 30),
                retention: seconds("MessageRetentionPeriod", 345_600),
                dead_letters: redrive,
                ..settings
            };
            assert_eq!(settings, ours);
        }
    }

    #[test]
    fn a_consumer_takes_as_many_as_on_aws() {
        let consumed = ALL.iter().filter(|settings| settings.consumer.is_some());
        assert_eq!(consumed.count(), 5);
        for (mapping, settings) in [
            ("TicketFunctionTickets", TICKETS),
            ("NotifyFunctionMail", MAIL),
            ("NotifyFunctionFeedback", FEEDBACK),
            ("WsPushFunctionLive", LIVE),
            ("WsPushFunctionPush", PUSH),
        ] {
            let mapping = resource(mapping);
            assert_eq!(
                value(&mapping, "EventSourceArn"),
                Some(format!("!GetAtt {}.Arn", settings.resource))
            );
            let scaling = value(&mapping, "ScalingConfig").unwrap();
            let workers = scaling
                .trim_start_matches("{ MaximumConcurrency: ")
                .trim_end_matches(" }");
            let theirs = Consumer {
                batch: value(&mapping, "BatchSize").unwrap().parse().unwrap(),
                workers: workers.parse().unwrap(),
            };
            assert_eq!(settings.consumer, Some(theirs), "{}", settings.name);
        }
    }
}
