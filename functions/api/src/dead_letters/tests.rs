use std::sync::Mutex;

use futures::{FutureExt as _, future::BoxFuture};
use jiff::SignedDuration;
use queues::{Consumer, Depth, Producer, SendError};

use super::*;

#[test]
fn letters_are_known_by_their_kind() {
    for (body, expected) in [
        (
            r#"{"to":"audience","eventId":"evt_01h455vb4pex5vsknk084sn02q","audience":"everybody","about":{"kind":"cancelled","version":3},"requestId":"r1"}"#,
            LetterKind::EventMail,
        ),
        (
            r#"{"eventId":"evt_01h455vb4pex5vsknk084sn02q","userId":"usr_01h455vb4pex5vsknk084sn02r","requestId":"r1"}"#,
            LetterKind::SeatChanged,
        ),
        (
            r#"{"kind":"tick","eventId":"evt_01h455vb4pex5vsknk084sn02q","tick":7}"#,
            LetterKind::Live,
        ),
        (r#"{"eventType":"Bounce"}"#, LetterKind::MailFeedback),
        (r#"{"sequenceNumber":"1"}"#, LetterKind::StreamRecord),
        (r#"{"DDBStreamBatchInfo":{}}"#, LetterKind::StreamBatch),
        ("not json", LetterKind::Unreadable),
        ("{}", LetterKind::Unreadable),
    ] {
        assert_eq!(LetterKind::of(body), expected, "{body}");
    }
}

#[test]
fn the_environment_names_the_queues() {
    let queues: Queues =
        r#"{"mail":{"url":"m","deadLetterUrl":"d"},"relay":{"url":null,"deadLetterUrl":"r"}}"#
            .parse()
            .unwrap();
    assert_eq!(queues.0["relay"].url, None);
    assert!("{\"mail\":{}}".parse::<Queues>().is_err());
}

/// A queue whose consumer moves every message to the dead-letter queue immediately. It delivers ten dead letters at a time.
#[derive(Debug, Default)]
struct Refusing(Mutex<Pile>);

#[derive(Debug, Default)]
struct Pile {
    visible: Vec<Message>,
    hidden: Vec<Message>,
    /// The number of letters that were put on the dead-letter queue so far.
    sent: usize,
    /// The number of letters that the queue reports. If it is `None`, the queue reports the true number.
    reported: Option<u32>,
}

impl Refusing {
    fn with(letters: usize, age: SignedDuration) -> Arc<Self> {
        let refusing = Arc::new(Self::default());
        for _ in 0..letters {
            refusing.put(clock::now() - age);
        }
        refusing
    }

    fn put(&self, sent_at: Timestamp) {
        let mut pile = self.0.lock().unwrap();
        pile.sent += 1;
        let id = pile.sent.to_string();
        pile.visible.push(Message {
            receipt: id.clone(),
            id,
            body: "garbage".to_owned(),
            sent_at: Some(sent_at),
            ..Message::default()
        });
    }

    fn visible(&self) -> Vec<usize> {
        let pile = self.0.lock().unwrap();
        let ids = pile.visible.iter().map(|letter| letter.id.parse());
        let mut ids: Vec<usize> = ids.map(Result::unwrap).collect();
        ids.sort_unstable();
        ids
    }
}

impl Producer for Refusing {
    fn send<'a>(
        &'a self,
        _: &'a str,
        messages: Vec<Outgoing>,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        // The new letter gets the present time, which may still be the millisecond in which the redrive began.
        for _ in messages {
            self.put(clock::now());
        }
        async { Ok(()) }.boxed()
    }
}

impl Consumer for Refusing {
    fn hide<'a>(
        &'a self,
        _: &'a str,
        receipts: Vec<String>,
        _: Duration,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        let pile = &mut *self.0.lock().unwrap();
        let is_named = |letter: &mut Message| receipts.contains(&letter.receipt);
        pile.visible.extend(pile.hidden.extract_if(.., is_named));
        async { Ok(()) }.boxed()
    }
}

impl Broker for Refusing {
    fn receive<'a>(
        &'a self,
        _: &'a str,
        _: Duration,
    ) -> BoxFuture<'a, Result<Vec<Message>, QueueError>> {
        let pile = &mut *self.0.lock().unwrap();
        // Delivers the newest letters first, because a queue does not guarantee an order.
        let most = pile.visible.len().saturating_sub(10);
        let received = pile.visible.split_off(most);
        pile.hidden.extend(received.clone());
        async { Ok(received) }.boxed()
    }

    fn delete<'a>(&'a self, _: &'a str, receipt: String) -> BoxFuture<'a, Result<(), QueueError>> {
        let mut pile = self.0.lock().unwrap();
        pile.hidden.retain(|letter| letter.receipt != receipt);
        async { Ok(()) }.boxed()
    }

    fn depth<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Depth, QueueError>> {
        let pile = self.0.lock().unwrap();
        let counted = u32::try_from(pile.visible.len() + pile.hidden.len()).unwrap();
        let depth = Depth {
            waiting: pile.reported.unwrap_or(counted),
            ..Depth::default()
        };
        async move { Ok(depth) }.boxed()
    }
}

/// Redrives the letters. Returns the outcome, and each number that `note` was called with.
async fn redrive(pile: &Arc<Refusing>) -> (Redrive, Vec<u32>) {
    let queue = r#"{"tickets":{"url":"q","deadLetterUrl":"d"}}"#;
    let letters = DeadLetters::new(pile.clone(), queue.parse().unwrap());
    let mut noted = Vec::new();
    let note = async |most| {
        noted.push(most);
        Ok::<_, QueueError>(())
    };
    let Ok(redriven) = letters.redrive("tickets", note).await else {
        panic!("a redrive failed")
    };
    (redriven, noted)
}

#[tokio::test]
async fn letters_that_come_back_during_a_redrive_are_not_moved_again() {
    let second = SignedDuration::from_secs(1);
    for letters in [1, 8, 10, 25] {
        let pile = Refusing::with(letters, second);
        let expected = u32::try_from(letters).unwrap();
        assert_eq!(
            redrive(&pile).await,
            (Redrive::Moved(expected), vec![expected])
        );
        // When the redrive has ended, the new letters are visible immediately.
        let new: Vec<usize> = (letters + 1..=2 * letters).collect();
        assert_eq!(pile.visible(), new);
    }
}

#[tokio::test]
async fn letters_that_came_after_the_call_began_stay() {
    let pile = Refusing::with(12, SignedDuration::from_secs(-60));
    pile.put(clock::now() - SignedDuration::from_secs(1));
    let (redriven, noted) = redrive(&pile).await;
    assert_eq!((redriven, noted), (Redrive::Moved(1), vec![13]));
    assert_eq!(pile.visible().len(), 13);
    let none = Refusing::with(0, SignedDuration::ZERO);
    assert_eq!(redrive(&none).await, (Redrive::Moved(0), vec![]));
}

#[tokio::test]
async fn no_more_letters_move_than_were_counted_though_a_clock_is_ahead() {
    // The queue's clock is a second behind, so every letter that returns seems to have been sent before the redrive began.
    let pile = Refusing::with(8, SignedDuration::from_secs(1));
    pile.0.lock().unwrap().reported = Some(3);
    let (redriven, noted) = redrive(&pile).await;
    assert_eq!((redriven, noted), (Redrive::Moved(8), vec![8]));
    let pile = Refusing::with(25, SignedDuration::from_secs(1));
    pile.0.lock().unwrap().reported = Some(12);
    let (redriven, noted) = redrive(&pile).await;
    assert_eq!((redriven, noted), (Redrive::Moved(12), vec![12]));
    assert_eq!(pile.visible().len(), 25);
}

/// Checks that the table in `docs/aws.md` has a row for every kind of dead letter.
#[test]
fn every_kind_of_letter_has_its_row() {
    let page = include_str!("../../../../docs/aws.md");
    for kind in LetterKind::ALL.map(LetterKind::as_str) {
        let named = format!("`{kind}`");
        let mut rows = page.lines().filter(|line| line.starts_with("| "));
        assert!(rows.any(|row| row.contains(&named)), "{kind} has no row");
    }
}
