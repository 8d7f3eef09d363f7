//! The parts of the health report, one for each check.

use std::collections::BTreeMap;

use domain::{live::ping::Stream, mail::sender::SenderNote, text::timestamp::rfc3339};
use queues::Depth;
use serde::Serialize;
use utoipa::ToSchema;

use super::Status;

/// Whether the table answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct TableCheck {
    pub(crate) status: Status,
}

/// Whether every queue answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct QueuesCheck {
    /// The worst status of any queue.
    pub(crate) status: Status,
    /// The check of each queue, by the queue's name.
    queues: BTreeMap<String, QueueCheck>,
}

/// Whether a queue answers, and approximately how many messages it holds. A number is `null` if the queue did not report it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueCheck {
    status: Status,
    /// Approximate number of all messages.
    #[schema(required)]
    depth: Option<u32>,
    /// Approximate number of messages that can be received now.
    #[schema(required)]
    waiting: Option<u32>,
    /// Approximate number of messages that a function works on.
    #[schema(required)]
    in_flight: Option<u32>,
    /// Approximate number of messages that can be received later.
    #[schema(required)]
    delayed: Option<u32>,
}

/// Whether there are messages that could not be processed; `GET /v1/admin/dead-letters` shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadLettersCheck {
    /// `degraded`: some messages could not be processed.
    pub(crate) status: Status,
    /// Approximate number of dead letters in all queues; `null` if a queue gave no answer.
    #[schema(required)]
    depth: Option<u32>,
    /// Name of each queue that has dead letters, as in the list of dead letters.
    not_empty: Vec<String>,
}

/// Whether SES accepts mail of this deployment, according to its answers to the last mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SenderCheck {
    /// `off`: no sender is configured. `unknown`: the sender was given no mail yet. `degraded`: the sender refused the last
    /// mail because of a fault of the deployment.
    pub(crate) status: Status,
    /// When the sender last accepted a mail, to a second; `null`: never.
    #[schema(required, format = DateTime)]
    accepted_at: Option<String>,
    /// When the sender last refused a mail because of a fault of the deployment, to a second; `null`: never.
    #[schema(required, format = DateTime)]
    refused_at: Option<String>,
}

/// Whether the effects of writes are up to date: tickets, mails, and seats that are given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StreamCheck {
    /// `failing`: the stream is more than a minute behind. `unknown`: the deployment is too new for a result.
    pub(crate) status: Status,
    /// Seconds by which the stream is behind; `null` if that is not known.
    #[schema(required)]
    age_seconds: Option<u64>,
}

/// Returns the worst of these statuses. Only statuses that a queue can have are compared.
fn worst(statuses: impl IntoIterator<Item = Status>) -> Status {
    let rank = |status: &Status| match status {
        Status::Failing => 2,
        Status::Slow => 1,
        _ => 0,
    };
    statuses.into_iter().max_by_key(rank).unwrap_or(Status::Ok)
}

impl From<Result<Depth, Status>> for QueueCheck {
    fn from(depth: Result<Depth, Status>) -> Self {
        let found = depth.ok();
        Self {
            status: depth.map_or_else(|status| status, |_| Status::Ok),
            depth: found.map(Depth::all),
            waiting: found.map(|depth| depth.waiting),
            in_flight: found.map(|depth| depth.in_flight),
            delayed: found.map(|depth| depth.delayed),
        }
    }
}

impl From<BTreeMap<String, QueueCheck>> for QueuesCheck {
    fn from(queues: BTreeMap<String, QueueCheck>) -> Self {
        Self {
            status: worst(queues.values().map(|queue| queue.status)),
            queues,
        }
    }
}

impl From<Result<Vec<(String, u32)>, Status>> for DeadLettersCheck {
    fn from(depths: Result<Vec<(String, u32)>, Status>) -> Self {
        let depths = match depths {
            Ok(depths) => depths,
            Err(status) => {
                return Self {
                    status,
                    depth: None,
                    not_empty: Vec::new(),
                };
            }
        };
        let depth = depths
            .iter()
            .fold(0u32, |sum, (_, depth)| sum.saturating_add(*depth));
        let not_empty = depths.into_iter().filter(|(_, depth)| *depth > 0);
        Self {
            status: if depth == 0 {
                Status::Ok
            } else {
                Status::Degraded
            },
            depth: Some(depth),
            not_empty: not_empty.map(|(name, _)| name).collect(),
        }
    }
}

impl SenderCheck {
    /// Returns the sender's part of the report for a deployment that has no sender address.
    pub(crate) fn off() -> Self {
        Self {
            status: Status::Off,
            accepted_at: None,
            refused_at: None,
        }
    }
}

impl From<Result<SenderNote, Status>> for SenderCheck {
    fn from(noted: Result<SenderNote, Status>) -> Self {
        let status = match &noted {
            Err(status) => *status,
            Ok(note) if note.fault().is_some() => Status::Degraded,
            Ok(note) if note.accepted_at.is_none() => Status::Unknown,
            Ok(_) => Status::Ok,
        };
        let note = noted.unwrap_or_default();
        Self {
            status,
            accepted_at: note.accepted_at.map(rfc3339),
            refused_at: note.refused.map(|(at, _)| rfc3339(at)),
        }
    }
}

impl From<Result<Stream, Status>> for StreamCheck {
    fn from(stream: Result<Stream, Status>) -> Self {
        let (status, age) = match stream {
            Err(status) => (status, None),
            Ok(Stream::Unknown { age }) => (Status::Unknown, age),
            Ok(Stream::Flowing { age }) => (Status::Ok, Some(age)),
            Ok(Stream::Stalled { age }) => (Status::Failing, Some(age)),
        };
        Self {
            status,
            age_seconds: age.map(|age| age.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_queue_that_is_away_is_enough() {
        let check = |statuses: &[Status]| {
            let queue = |(at, status): (usize, &Status)| {
                let depth = if *status == Status::Ok {
                    Ok(Depth::default())
                } else {
                    Err(*status)
                };
                (at.to_string(), QueueCheck::from(depth))
            };
            let queues: BTreeMap<_, _> = statuses.iter().enumerate().map(queue).collect();
            QueuesCheck::from(queues).status
        };
        assert_eq!(check(&[]), Status::Ok);
        assert_eq!(check(&[Status::Ok, Status::Ok]), Status::Ok);
        assert_eq!(check(&[Status::Ok, Status::Slow, Status::Ok]), Status::Slow);
        let all = [Status::Failing, Status::Slow, Status::Ok];
        assert_eq!(check(&all), Status::Failing);
    }

    #[test]
    fn dead_letters_are_added_up_and_named() {
        let piles = [("feedback", 0), ("mail", 2), ("relay", 1)];
        let piles = piles.map(|(name, depth)| (name.to_owned(), depth));
        let some = DeadLettersCheck::from(Ok(piles.to_vec()));
        assert_eq!((some.status, some.depth), (Status::Degraded, Some(3)));
        assert_eq!(some.not_empty, ["mail", "relay"]);
        let none = DeadLettersCheck::from(Ok(vec![("mail".to_owned(), 0)]));
        assert_eq!((none.status, none.depth), (Status::Ok, Some(0)));
        let away = DeadLettersCheck::from(Err(Status::Slow));
        assert_eq!((away.status, away.depth), (Status::Slow, None));
    }
}
