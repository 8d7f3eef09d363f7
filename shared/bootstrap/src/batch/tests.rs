use std::{cell::RefCell, sync::Arc};

use futures::future::BoxFuture;
use queues::{Consumer, Outgoing, Producer, SendError};

use super::*;

fn message(id: &str, group: &str, body: &str) -> Message {
    Message {
        id: id.to_owned(),
        group: Some(group.to_owned()),
        body: body.to_owned(),
        receive_count: 1,
        ..Message::default()
    }
}

#[test]
fn a_message_tells_its_request() {
    let named = message("1", "a", r#"{"to":"account","requestId":"r1","at":7}"#);
    assert_eq!(request_of(&named), "r1");
    for body in ["", "no JSON", "[]", r#"{"requestId":1}"#] {
        assert_eq!(request_of(&message("1", "a", body)), "", "{body}");
    }
}

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

/// Returns an inbox that knows no queues, so that setting a message aside fails.
fn nowhere() -> Inbox {
    Inbox::new(Arc::new(Unused), "{}".parse().unwrap(), &[])
}

#[derive(Debug, Deserialize)]
struct Numbered {
    no: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("failed, {permanent}")]
struct Failed {
    permanent: bool,
}

impl Failure for Failed {
    fn is_permanent(&self) -> bool {
        self.permanent
    }
}

/// Returns one message for each entry of `groups`. The messages are numbered from 1.
fn batch(groups: &[&str]) -> Vec<Message> {
    (1..)
        .zip(groups)
        .map(|(no, group)| message(&no.to_string(), group, &format!(r#"{{"no":{no}}}"#)))
        .collect()
}

#[tokio::test]
async fn after_a_failure_its_group_comes_again_and_the_others_go_on() {
    let given = RefCell::new(Vec::new());
    let batch = batch(&["a", "b", "a", "b", "a"]);
    let time = Duration::from_secs(1);
    let failed = in_order(batch, &nowhere(), time, async |_, Numbered { no }| {
        given.borrow_mut().push(no);
        if no == 3 {
            Err(Failed { permanent: false })
        } else {
            Ok(())
        }
    })
    .await;
    assert_eq!(failed, ["3", "5"]);
    let mut given = given.into_inner();
    given.sort_unstable();
    assert_eq!(given, [1, 2, 3, 4], "5 is not given before 3");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_too_slow_fails_with_what_follows_in_its_group() {
    let batch = batch(&["a", "b", "a"]);
    let time = Duration::from_secs(2);
    let begun = Instant::now();
    let failed = in_order(batch, &nowhere(), time, async |_, Numbered { no }| {
        if no == 1 {
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        Ok::<_, Failed>(())
    })
    .await;
    assert_eq!(failed, ["1", "3"]);
    assert_eq!(begun.elapsed(), time);
}

/// No message is lost: a message that must be set aside is done only after its dead-letter queue has taken it.
#[tokio::test]
async fn what_cannot_be_set_aside_comes_again() {
    let mut batch = batch(&["a", "b", "c", "d"]);
    "garbage".clone_into(&mut batch[0].body);
    batch[1].body.clear();
    let failed = each(batch, &nowhere(), async |_, Numbered { no }| {
        if no == 3 {
            Err(Failed { permanent: true })
        } else {
            Ok(())
        }
    })
    .await;
    assert_eq!(failed, ["1", "2", "3"]);
}
