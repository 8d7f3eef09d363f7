//! Tests of messages that cannot be read, and of batches that fail. The tests use their own queues.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use bootstrap::batch::in_order;
use queues::Inbox;
use serde_json::json;

use super::*;

/// For how many seconds a queue hides a received message that is not handed back (visibility timeout). This is far longer than
/// a viewer may wait for a frame.
const HIDDEN: u32 = 600;
/// A message that could not be handled must be received again within this time.
const HEARD_WITHIN: Duration = Duration::from_secs(20);
const TIME: Duration = Duration::from_secs(3);

/// A queue, its dead-letter queue, and the inbox through which a process of the push function handles the queue's messages.
struct Queues {
    queue: OwnQueue,
    dead_letters: OwnQueue,
    inbox: Inbox,
}

impl Queues {
    async fn make() -> Self {
        let place = Place::of_this_run();
        let queue = OwnQueue::hiding(&place, "push", HIDDEN).await;
        let dead_letters = OwnQueue::hiding(&place, "push-dead-letters", 30).await;
        let sources =
            json!({"push": {"url": queue.url, "deadLetterUrl": dead_letters.url}}).to_string();
        let inbox = Inbox::new(place.broker(), sources.parse().unwrap(), &[("push", 16)]);
        Self {
            queue,
            dead_letters,
            inbox,
        }
    }

    /// Receives a batch of messages.
    async fn batch(&self) -> Vec<Message> {
        self.queue.receive().await
    }

    async fn delete(self) {
        self.queue.delete().await;
        self.dead_letters.delete().await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_goes_aside_with_the_reason_and_the_group_goes_on() {
    let queues = Queues::make().await;
    let event_id = event(1).id;
    let tick = |no| serde_json::to_string(&LiveDue::Tick { event_id, tick: no }).unwrap();
    let unreadable = [
        ("garbage", "no JSON"),
        (r#"{"kind":"dance"}"#, "unknown variant `dance`"),
        (r#"{"kind":"tick","eventId":7,"tick":1}"#, "expected"),
    ];
    queues.queue.send("a", &tick(1)).await;
    for (body, _) in unreadable {
        queues.queue.send("a", body).await;
    }
    queues.queue.send("a", &tick(2)).await;
    let batch = queues.batch().await;
    assert_eq!(batch.len(), 5);

    let handled = RefCell::new(Vec::new());
    let failed = in_order(batch, &queues.inbox, TIME, async |_, due: LiveDue| {
        handled.borrow_mut().push(due);
        Ok::<_, PushError>(())
    })
    .await;
    assert!(failed.is_empty(), "{failed:?}");
    let ticks = [1, 2].map(|tick| LiveDue::Tick { event_id, tick });
    assert_eq!(handled.into_inner(), ticks);
    let letters = queues.dead_letters.receive().await;
    assert_eq!(letters.len(), unreadable.len(), "{letters:?}");
    for (letter, (body, expected)) in letters.iter().zip(unreadable) {
        assert_eq!(letter.body, body);
        let reason = letter.reason.as_deref().unwrap();
        assert!(reason.contains(expected), "{reason}");
    }
    queues.delete().await;
}

/// The result of the handling of the first message of a batch.
#[derive(Debug, Clone, Copy)]
enum Run {
    Fails,
    TakesTooLong,
}

#[tokio::test]
async fn a_run_that_fails_or_takes_too_long_hands_its_messages_back_in_their_order() {
    for run in [Run::Fails, Run::TakesTooLong] {
        let queues = Queues::make().await;
        for no in 0..3 {
            queues.queue.send("a", &format!("{no}")).await;
        }
        let batch = queues.batch().await;
        let sent: Vec<_> = ids(&batch);
        assert_eq!(sent.len(), 3);
        let others = RefCell::new(Vec::new());
        let failed = in_order(batch, &queues.inbox, TIME, async |_, no: u32| {
            assert_eq!(no, 0, "nothing is handled before the message that failed");
            // While this process handles the message, another process tries to receive messages of the same group.
            let batch = queues.batch().await;
            others.borrow_mut().push(ids(&batch));
            match run {
                Run::Fails => Err(PushError::Later),
                Run::TakesTooLong => std::future::pending().await,
            }
        })
        .await;
        assert_eq!(failed.len(), 3, "{run:?}");
        let nothing: Vec<String> = Vec::new();
        assert_eq!(others.into_inner(), [nothing], "{run:?} is doubled");

        let failed_at = Instant::now();
        let again = loop {
            let again = ids(&queues.batch().await);
            if !again.is_empty() {
                break again;
            }
            let waited = failed_at.elapsed();
            assert!(waited < HEARD_WITHIN, "{run:?}: nothing after {waited:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        assert_eq!(again, sent, "{run:?}");
        queues.delete().await;
    }
}

#[tokio::test]
async fn a_batch_of_a_process_that_crashed_comes_again_by_itself() {
    // This queue hides a received batch for only 2 s, so that the test is short. In a deployment, the queue `push` hides it for
    // 18 s, which `tests/tests/project/template/queues.rs` checks.
    let queue = OwnQueue::hiding(&Place::of_this_run(), "push", 2).await;
    for no in 0..3 {
        queue.send("a", &format!("{no}")).await;
    }
    let sent = ids(&queue.receive().await);
    assert_eq!(sent.len(), 3);
    let begun = Instant::now();
    let again = loop {
        let again = ids(&queue.receive().await);
        if !again.is_empty() {
            break again;
        }
        let waited = begun.elapsed();
        assert!(waited < HEARD_WITHIN, "nothing after {waited:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(again, sent);
    queue.delete().await;
}

fn ids(batch: &[Message]) -> Vec<String> {
    batch.iter().map(|message| message.id.clone()).collect()
}
