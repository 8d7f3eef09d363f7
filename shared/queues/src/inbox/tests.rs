use futures::future::BoxFuture;

use super::*;
use crate::Producer;

/// A consumer for tests that send and hide no messages. A call of its methods fails the test.
#[derive(Debug)]
struct Unused;

impl Producer for Unused {
    fn send<'a>(&'a self, _: &'a str, _: Vec<Outgoing>) -> BoxFuture<'a, Result<(), SendError>> {
        unreachable!("no call is made")
    }
}

impl Consumer for Unused {
    fn hide<'a>(
        &'a self,
        _: &'a str,
        _: Vec<String>,
        _: Duration,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        unreachable!("no call is made")
    }
}

fn inbox() -> Inbox {
    let sources = r#"{"mail":{"url":"http://127.0.0.1:1/0/mail-1","deadLetterUrl":"m"},
        "feedback":{"url":"http://127.0.0.1:1/0/feedback-1","deadLetterUrl":"f"}}"#;
    Inbox::new(Arc::new(Unused), sources.parse().unwrap(), &[("mail", 900)])
}

fn from(queue: &str) -> Message {
    Message {
        queue: queue.to_owned(),
        ..Message::default()
    }
}

#[test]
fn waits_grow_and_end() {
    let bounds =
        |receptions, longest| [0.0, 1.0].map(|luck| wait(receptions, longest, luck).as_secs());
    assert_eq!(bounds(1, 900), [1, 2]);
    assert_eq!(bounds(2, 900), [2, 4]);
    assert_eq!(bounds(5, 900), [16, 32]);
    for receptions in [10, 20, u32::MAX] {
        assert_eq!(bounds(receptions, 900)[1], 900);
        assert_eq!(bounds(receptions, 16), [8, 16]);
    }
}

#[test]
fn a_message_is_of_the_queue_whose_address_ends_in_its_name() {
    let inbox = inbox();
    let url = |queue: &str| {
        let message = from(queue);
        let source = inbox.source(&message);
        source.map(|(_, source)| source.dead_letter_url.clone())
    };
    assert_eq!(url("mail-1").as_deref(), Some("m"));
    assert_eq!(url("feedback-1").as_deref(), Some("f"));
    assert_eq!(url("mail"), None);
    assert!(inbox.source(&Message::default()).is_none());
}

#[test]
fn only_queues_with_a_wait_get_their_messages_back() {
    let inbox = inbox();
    let is_handed_back = |queue: &str| inbox.to_hand_back(&[&from(queue)]).is_some();
    assert!(is_handed_back("mail-1"));
    assert!(!is_handed_back("feedback-1"));
    assert!(!is_handed_back("somebody-elses"));
    assert!(inbox.to_hand_back(&[]).is_none());
}

#[test]
fn the_environment_names_the_queues() {
    for wrong in ["", "[]", r#"{"mail":{}}"#, r#"{"mail":{"url":"u"}}"#] {
        assert!(wrong.parse::<Sources>().is_err(), "{wrong}");
    }
}
