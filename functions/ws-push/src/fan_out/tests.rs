use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use super::*;

/// Returns a frame that contains a number.
fn state(number: u32) -> Frame {
    Frame::Error {
        code: number.to_string(),
        detail: String::new(),
        event_id: None,
    }
}

fn number(frame: &Frame) -> u32 {
    match frame {
        Frame::Error { code, .. } => code.parse().unwrap(),
        _ => unreachable!(),
    }
}

fn connections(count: usize) -> Vec<String> {
    (0..count).map(|no| format!("c{no}")).collect()
}

#[tokio::test(start_paused = true)]
async fn whoever_had_to_wait_gets_the_newest_state() {
    let newest = Cell::new(1);
    let sent = RefCell::new(BTreeMap::<String, Vec<u32>>::new());
    let tries = RefCell::new(BTreeMap::<String, u32>::new());

    let done = fan_out::<FanOutError>(
        connections(100),
        false,
        async || Ok(state(newest.get())),
        async |id, frame| {
            let mut tries = tries.borrow_mut();
            let try_no = tries.entry(id.to_owned()).or_default();
            *try_no += 1;
            // Every third connection is throttled in its first two rounds. Each time, the state that is to be sent changes.
            let at: usize = id[1..].parse().unwrap();
            if at.is_multiple_of(3) && *try_no <= 2 {
                newest.set(10 + *try_no);
                return Ok(Posted::Throttled);
            }
            let mut sent = sent.borrow_mut();
            sent.entry(id.to_owned()).or_default().push(number(frame));
            Ok(Posted::Sent)
        },
    )
    .await
    .unwrap();

    assert_eq!(done.sent, 100);
    for (id, numbers) in sent.into_inner() {
        let at: usize = id[1..].parse().unwrap();
        let expected = if at.is_multiple_of(3) { 12 } else { 1 };
        assert_eq!(numbers, [expected], "{id} gets it once");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_is_gone_is_named_and_the_others_are_told() {
    let done = fan_out::<FanOutError>(
        connections(100),
        false,
        async || Ok(state(1)),
        async |id, _| {
            Ok(if id.ends_with('7') {
                Posted::Gone
            } else {
                Posted::Sent
            })
        },
    )
    .await
    .unwrap();
    assert_eq!((done.sent, done.gone.len()), (90, 10));
}

#[tokio::test(start_paused = true)]
async fn posts_under_way_are_bounded_and_so_are_the_tries() {
    let (now, most, calls) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let done = fan_out::<FanOutError>(
        connections(100),
        false,
        async || Ok(state(1)),
        async |id, _| {
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            calls.set(calls.get() + 1);
            tokio::time::sleep(Duration::from_millis(10)).await;
            now.set(now.get() - 1);
            Ok(if id == "c5" {
                Posted::Throttled
            } else {
                Posted::Sent
            })
        },
    )
    .await;
    assert_eq!(most.get(), POSTS_AT_ONCE);
    // The throttled connection gets one post in each round. A slow machine has time for fewer rounds.
    assert!((99 + 2..=99 + MAX_ROUNDS).contains(&calls.get()));
    let done = done.unwrap();
    assert_eq!((done.sent, done.stalled), (99, vec!["c5".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn where_most_have_to_wait_nobody_is_to_blame() {
    let failed = fan_out::<FanOutError>(
        connections(100),
        false,
        async || Ok(state(1)),
        async |id, _| {
            let at: usize = id[1..].parse().unwrap();
            Ok(if at < 49 {
                Posted::Sent
            } else {
                Posted::Throttled
            })
        },
    )
    .await;
    assert!(matches!(failed, Err(FanOutError::Later(51))));
    let failed = fan_out::<FanOutError>(
        connections(100),
        false,
        async || Ok(state(1)),
        async |id, _| {
            Ok(if id == "c5" {
                Posted::Later
            } else {
                Posted::Sent
            })
        },
    )
    .await;
    assert!(matches!(failed, Err(FanOutError::Later(1))));
}

/// A client that does not read its frames is throttled in every round. At first, this only makes the fan-out fail, so that it
/// is retried. If the fan-out is overdue, the client counts as stalled, and no longer delays the other clients of its shard.
#[tokio::test(start_paused = true)]
async fn who_is_throttled_again_and_again_does_not_read() {
    let alone = async |is_overdue| {
        fan_out::<FanOutError>(
            connections(1),
            is_overdue,
            async || Ok(state(1)),
            async |_, _| Ok(Posted::Throttled),
        )
        .await
    };
    assert!(matches!(alone(false).await, Err(FanOutError::Later(1))));
    assert_eq!(alone(true).await.unwrap().stalled, ["c0"]);
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_post_the_next_try_reaches_everybody() {
    for killed_at in 0..100 {
        let sent = RefCell::new(BTreeMap::<String, u32>::new());
        let posts = Cell::new(0);
        let post = async |id: &str, _: &Frame| {
            if posts.get() == killed_at {
                // This call never returns, which simulates a crash of the process.
                std::future::pending::<()>().await;
            }
            posts.set(posts.get() + 1);
            tokio::task::yield_now().await;
            *sent.borrow_mut().entry(id.to_owned()).or_default() += 1;
            Ok(Posted::Sent)
        };
        let first = fan_out::<FanOutError>(connections(100), false, async || Ok(state(1)), post);
        let killed = tokio::time::timeout(Duration::from_mins(1), first).await;
        assert!(killed.is_err(), "killed at post {killed_at}");

        posts.set(1_000);
        let done =
            fan_out::<FanOutError>(connections(100), false, async || Ok(state(1)), post).await;
        assert_eq!(done.unwrap().sent, 100);
        assert_eq!(sent.borrow().len(), 100, "killed at post {killed_at}");
    }
}
