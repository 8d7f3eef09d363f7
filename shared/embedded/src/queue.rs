//! The queues and their settings: those of template.yaml, in whose names they are compared by a test.

use std::time::Duration;

/// A queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Its name, which is its address too.
    pub name: &'static str,
    /// Its name in template.yaml.
    pub resource: &'static str,
    /// Whether the queue keeps the order of the messages of a group.
    pub fifo: bool,
    /// Whether a deduplication id counts within its group, and not within the whole queue. Of meaning on a FIFO queue only.
    pub deduplicates_in_groups: bool,
    /// The time until a message can be received, if its sender names none.
    pub delay: Duration,
    /// The time for which a received message is hidden.
    pub visibility: Duration,
    /// The time for which a message is kept.
    pub retention: Duration,
    /// The destination of messages that fail again and again.
    pub dead_letters: Option<DeadLetters>,
    /// Most messages that its consumer takes at once.
    pub batch: usize,
}

/// The destination of messages that fail again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadLetters {
    /// Name of the queue that it is moved to.
    pub queue: &'static str,
    /// Number of receptions after which the next one moves the message there.
    pub after: u32,
}

/// Most messages of one reception.
pub(crate) const MOST: usize = 10;

const DAY: u64 = 24 * 60 * 60;

/// All queues.
pub const ALL: [Settings; 11] = [
    standard("tickets", "TicketsQueue", 180, 10).redriven("tickets-dead-letters", 5),
    standard("mail", "MailQueue", 360, 5).redriven("mail-dead-letters", 100),
    standard("feedback", "FeedbackQueue", 360, 10).redriven("feedback-dead-letters", 5),
    fifo("live", "LiveQueue", 10)
        .delayed(1)
        .redriven("live-dead-letters", 45),
    fifo("push", "PushQueue", 4).redriven("push-dead-letters", 45),
    dead_letters("tickets-dead-letters", "TicketsDeadLetters", false),
    dead_letters("mail-dead-letters", "MailDeadLetters", false),
    dead_letters("feedback-dead-letters", "FeedbackDeadLetters", false),
    dead_letters("live-dead-letters", "LiveDeadLetters", true),
    dead_letters("push-dead-letters", "PushDeadLetters", true),
    dead_letters("relay-dead-letters", "RelayDeadLetters", false),
];

/// Returns the queue of a name.
#[must_use]
pub fn settings(name: &str) -> Option<&'static Settings> {
    index(name).map(|at| &ALL[at])
}

/// The place of a queue in [`ALL`].
pub(crate) fn index(name: &str) -> Option<usize> {
    ALL.iter().position(|settings| settings.name == name)
}

const fn standard(
    name: &'static str,
    resource: &'static str,
    visibility: u64,
    batch: usize,
) -> Settings {
    Settings {
        name,
        resource,
        fifo: false,
        deduplicates_in_groups: false,
        delay: Duration::ZERO,
        visibility: Duration::from_secs(visibility),
        retention: Duration::from_secs(14 * DAY),
        dead_letters: None,
        batch,
    }
}

const fn fifo(name: &'static str, resource: &'static str, batch: usize) -> Settings {
    Settings {
        fifo: true,
        deduplicates_in_groups: true,
        retention: Duration::from_secs(4 * DAY),
        ..standard(name, resource, 18, batch)
    }
}

/// A queue of dead letters, with what SQS gives a queue whose template says nothing else.
const fn dead_letters(name: &'static str, resource: &'static str, fifo: bool) -> Settings {
    Settings {
        fifo,
        ..standard(name, resource, 30, MOST)
    }
}

impl Settings {
    const fn redriven(mut self, queue: &'static str, after: u32) -> Self {
        self.dead_letters = Some(DeadLetters { queue, after });
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
                // What SQS has where the template says nothing ("SetQueueAttributes", API reference).
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
        for (mapping, name) in [
            ("TicketFunctionTickets", "tickets"),
            ("NotifyFunctionMail", "mail"),
            ("NotifyFunctionFeedback", "feedback"),
            ("WsPushFunctionLive", "live"),
            ("WsPushFunctionPush", "push"),
        ] {
            let mapping = resource(mapping);
            let settings = settings(name).unwrap();
            assert_eq!(
                value(&mapping, "EventSourceArn"),
                Some(format!("!GetAtt {}.Arn", settings.resource))
            );
            let batch = u64::try_from(settings.batch).unwrap();
            assert_eq!(number(&mapping, "BatchSize"), Some(batch));
        }
    }
}
