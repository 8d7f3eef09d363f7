use std::cell::RefCell;

use super::*;

fn message(id: &str, group: &str) -> SqsMessage {
    let mut message = SqsMessage::default();
    message.message_id = Some(id.to_owned());
    message
        .attributes
        .insert("MessageGroupId".to_owned(), group.to_owned());
    message
}

#[test]
fn a_message_tells_its_request_and_when_it_was_sent() {
    let mut named = message("1", "a");
    named.body = Some(r#"{"to":"account","requestId":"r1","at":7}"#.to_owned());
    named
        .attributes
        .insert("SentTimestamp".to_owned(), "1809194400007".to_owned());
    assert_eq!(request_of(&named), "r1");
    let sent = "2027-05-01T18:00:00.007Z".parse().unwrap();
    assert_eq!(sent_at(&named), Some(sent));
    for body in [
        None,
        Some("no JSON"),
        Some("[]"),
        Some(r#"{"requestId":1}"#),
    ] {
        let mut unnamed = message("1", "a");
        unnamed.body = body.map(str::to_owned);
        assert_eq!(request_of(&unnamed), "");
        assert_eq!(sent_at(&unnamed), None);
    }
}

/// The queues of a function that has none: nothing can be set aside.
fn nowhere() -> Inbox {
    let no_client = || unreachable!("no call is made");
    Inbox::new(no_client, "{}".parse().unwrap(), &[])
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

/// Messages of groups, numbered from 1.
fn batch(groups: &[&str]) -> SqsEvent {
    let mut batch = SqsEvent::default();
    batch.records = (1..)
        .zip(groups)
        .map(|(no, group)| {
            let mut message = message(&no.to_string(), group);
            message.body = Some(format!(r#"{{"no":{no}}}"#));
            message
        })
        .collect();
    batch
}

fn failed(answer: &SqsBatchResponse) -> Vec<&str> {
    let failures = answer.batch_item_failures.iter();
    failures.map(|failure| &*failure.item_identifier).collect()
}

#[tokio::test]
async fn after_a_failure_its_group_comes_again_and_the_others_go_on() {
    let given = RefCell::new(Vec::new());
    let batch = batch(&["a", "b", "a", "b", "a"]);
    let time = Duration::from_secs(1);
    let answer = in_order(batch, &nowhere(), time, async |_, Numbered { no }| {
        given.borrow_mut().push(no);
        if no == 3 {
            Err(Failed { permanent: false })
        } else {
            Ok(())
        }
    })
    .await;
    assert_eq!(failed(&answer), ["3", "5"]);
    let mut given = given.into_inner();
    given.sort_unstable();
    assert_eq!(given, [1, 2, 3, 4], "5 is not given before 3");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_too_slow_fails_with_what_follows_in_its_group() {
    let batch = batch(&["a", "b", "a"]);
    let time = Duration::from_secs(2);
    let begun = Instant::now();
    let answer = in_order(batch, &nowhere(), time, async |_, Numbered { no }| {
        if no == 1 {
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        Ok::<_, Failed>(())
    })
    .await;
    assert_eq!(failed(&answer), ["1", "3"]);
    assert_eq!(begun.elapsed(), time);
}

/// A message is lost to nobody: it is done only when its dead-letter queue has it.
#[tokio::test]
async fn what_cannot_be_set_aside_comes_again() {
    let mut batch = batch(&["a", "b", "c", "d"]);
    batch.records[0].body = Some("garbage".to_owned());
    batch.records[1].body = None;
    let answer = each(batch, &nowhere(), async |_, Numbered { no }| {
        if no == 3 {
            Err(Failed { permanent: true })
        } else {
            Ok(())
        }
    })
    .await;
    assert_eq!(failed(&answer), ["1", "2", "3"]);
}
