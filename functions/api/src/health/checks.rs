//! The checks of the health report, each with a timeout. If a check fails, the text of its error is only logged. The report
//! itself contains only our own words and numbers.

use std::{collections::BTreeMap, error::Error, time::Duration};

use bootstrap::{clock, error_chain::ErrorChain};
use domain::{live::ping::Stream, mail::sender::SenderNote};
use futures::future::join_all;
use queues::Broker;
use store::Store;

use super::report::{
    DeadLettersCheck, QueueCheck, QueuesCheck, SenderCheck, Status, StreamCheck, TableCheck,
};
use crate::dead_letters::Queues;

/// The maximum time that one check of the health report may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Returns the result of `look`. Returns [`Status::Failing`] if `look` fails, or [`Status::Slow`] if it takes longer than
/// [`PATIENCE`].
async fn bounded<T, E: Error + 'static>(
    check: &str,
    look: impl Future<Output = Result<T, E>>,
) -> Result<T, Status> {
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            tracing::warn!(check, error = %ErrorChain(&error), "check_failed");
            Err(Status::Failing)
        }
        Err(_) => {
            tracing::warn!(check, "check_slow");
            Err(Status::Slow)
        }
    }
}

/// Checks whether the table replies.
pub(super) async fn table(store: &Store) -> TableCheck {
    let answered = bounded("table", store.ping()).await;
    TableCheck {
        status: answered.map_or_else(|status| status, |()| Status::Ok),
    }
}

/// Checks whether each queue replies, and counts the messages on it.
pub(super) async fn queues(broker: &dyn Broker, queues: &Queues) -> QueuesCheck {
    let asked = queues.0.iter().filter_map(|(name, queue)| {
        let url = queue.url.as_deref()?;
        Some(async move {
            let depth = bounded(name, broker.depth(url)).await;
            (name.clone(), QueueCheck::from(depth))
        })
    });
    QueuesCheck::from(BTreeMap::from_iter(join_all(asked).await))
}

/// Counts the messages of all dead-letter queues.
pub(super) async fn dead_letters(broker: &dyn Broker, queues: &Queues) -> DeadLettersCheck {
    let asked = queues.0.iter().map(|(name, queue)| async move {
        let depth = bounded(name, broker.depth(&queue.dead_letter_url)).await?;
        Ok((name.clone(), depth.all()))
    });
    let depths: Result<Vec<_>, Status> = join_all(asked).await.into_iter().collect();
    DeadLettersCheck::from(depths)
}

/// Checks whether the mail service accepts mail. When the notify function has passed a mail to the service, it stores the
/// service's reply in the table, and this check reads that item.
pub(super) async fn sender(store: &Store, mail_is_on: bool) -> SenderCheck {
    if !mail_is_on {
        return SenderCheck::off();
    }
    let noted = bounded("sender", store.sender_note()).await;
    if let Some(fault) = noted.as_ref().ok().and_then(SenderNote::fault) {
        tracing::warn!(
            check = "sender",
            reason = fault.as_str(),
            "sender_is_refused"
        );
    }
    SenderCheck::from(noted)
}

/// Checks how far the relay is behind in reading the table's stream, from the last ping that the relay answered. Also writes a
/// new ping if the last ping is old enough. A later check finds the relay's reply to the new ping.
pub(super) async fn stream(store: &Store) -> StreamCheck {
    let now = clock::now();
    let ping = bounded("stream", store.ask_stream(now)).await;
    let stream = ping.map(|ping| ping.stream(now));
    if let Ok(Stream::Stalled { age }) = stream {
        tracing::warn!(
            check = "stream",
            age_seconds = age.as_secs(),
            "stream_stalled"
        );
    }
    StreamCheck::from(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_check_that_does_not_end_is_given_up() {
        let endless = std::future::pending::<Result<(), std::fmt::Error>>();
        assert_eq!(bounded("test", endless).await, Err(Status::Slow));
        let failed = async { Err::<(), _>(std::fmt::Error) };
        assert_eq!(bounded("test", failed).await, Err(Status::Failing));
        let found = async { Ok::<_, std::fmt::Error>(7) };
        assert_eq!(bounded("test", found).await, Ok(7));
    }
}
