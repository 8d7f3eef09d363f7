//! Tests of ticks that are repeated, late or concurrent, and of processes that crash or stall while they handle ticks.

use fixtures::until_it_dies;
use futures::future::{FutureExt as _, join3};

use super::*;

fn as_of(state: &TopicState) -> Option<jiff::Timestamp> {
    state.published.as_ref().map(Published::as_of)
}

#[tokio::test]
async fn wherever_the_function_dies_told_is_the_truth_and_each_shard_hears_of_a_tick_once() {
    let case = Case::new().await;
    let mut deaths = 0;
    for waits in 0.. {
        let tick = case.state().await.tick;
        let message = case.tick(tick);
        let whole = until_it_dies(case.push.deliver(&message), waits).await;
        let when = format!("died after {waits} waits");
        case.change().await;
        case.push.deliver(&message).await.unwrap();
        assert_eq!(case.state().await.tick, tick + 1, "{when}");
        case.assert_published_is_the_truth(&when).await;
        case.assert_spread(1, None, &when).await;
        if let Some(handled) = whole {
            handled.unwrap();
            break;
        }
        deaths += 1;
    }
    assert!(deaths > 5, "the function died {deaths} times only");
    case.queue.delete().await;
}

/// The work that another push process does after this process has started a tick and before this process publishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    /// The other process published the same tick, and then crashed.
    Published,
    /// The other process handled the same tick.
    Handled,
    /// The other process handled the same tick and the next one.
    HandledTheNext,
}

#[tokio::test]
async fn a_process_that_slept_tells_nothing_old_and_what_others_did_not() {
    use Meanwhile::{Handled, HandledTheNext, Published};

    let case = Case::new().await;
    let other = stack::push(&case.place, &case.queue);
    let mut over = false;
    for waits in 0.. {
        for meanwhile in [Published, Handled, HandledTheNext] {
            let when = format!("asleep after {waits} waits, meanwhile {meanwhile:?}");
            let tick = case.state().await.tick;
            let message = case.tick(tick);
            let mut sleeper = case.push.deliver(&message).boxed_local();
            over = until_it_dies(sleeper.as_mut(), waits).await.is_some();
            case.change().await;
            if meanwhile == Published {
                let due = Tick::new(tick);
                let run = other.store.run_tick(case.event.id, due, clock::now);
                run.await.unwrap();
            } else {
                other.deliver(&message).await.unwrap();
            }
            if meanwhile == HandledTheNext {
                case.change().await;
                other.deliver(&case.tick(tick + 1)).await.unwrap();
            }
            if over {
                break;
            }
            let before = case.state().await;
            sleeper.await.unwrap();
            let after = case.state().await;
            if meanwhile == HandledTheNext {
                assert_eq!(after, before, "{when}");
            }
            assert_eq!(after.tick, before.tick, "{when}");
            assert!(as_of(&after) >= as_of(&before), "{when}");
            case.assert_published_is_the_truth(&when).await;
            let ticks = 1 + usize::from(meanwhile == HandledTheNext);
            case.assert_spread(ticks, None, &when).await;
        }
        if over {
            break;
        }
    }
    case.queue.delete().await;
}

#[tokio::test]
async fn a_tick_that_comes_three_times_is_spread_once() {
    let case = Case::new().await;
    let tick = case.state().await.tick;
    for _ in 0..3 {
        case.push.deliver(&case.tick(tick)).await.unwrap();
    }
    assert_eq!(case.state().await.tick, tick + 1);
    case.assert_published_is_the_truth("handled three times")
        .await;
    case.assert_spread(1, None, "handled three times").await;

    // The repeated tick must not prevent the publication of the next tick.
    case.push.deliver(&case.tick(tick + 1)).await.unwrap();
    assert_eq!(case.state().await.tick, tick + 2);
    case.assert_spread(1, None, "the next tick").await;
    case.queue.delete().await;
}

#[tokio::test]
async fn two_processes_that_run_the_same_tick_tell_the_truth_and_time_does_not_go_back() {
    let case = Case::new().await;
    let other = stack::push(&case.place, &case.queue);
    for round in 1..=12 {
        let tick = case.state().await.tick;
        let message = case.tick(tick);
        let over = Cell::new(false);
        let ticks = async {
            let meanwhile = async {
                // In each round of the test, the counts change at a different moment while the tick is being handled.
                for _ in 0..round % 4 {
                    case.state().await;
                }
                case.change().await;
                // A change of the counts requests a tick. The queue would drop this tick if it had the same name as the first
                // tick.
                let due = case.state().await.tick;
                if due != tick {
                    case.push.deliver(&case.tick(due)).await.unwrap();
                }
            };
            let one = case.push.deliver(&message).boxed_local();
            let two = other.deliver(&message).boxed_local();
            let (one, two, ()) = join3(one, two, meanwhile.boxed_local()).await;
            one.unwrap();
            two.unwrap();
            over.set(true);
        };
        let watching = async {
            let mut last = None;
            while !over.get() {
                let published = as_of(&case.state().await);
                assert!(published >= last, "{published:?} after {last:?}");
                last = published;
            }
        };
        futures::join!(ticks, watching);
        let raised = case.state().await.tick - tick;
        assert!((1..=2).contains(&raised), "{raised} ticks");
        case.assert_published_is_the_truth(&format!("round {round}"))
            .await;
    }
    case.queue.delete().await;
}

#[tokio::test]
async fn a_tick_that_comes_late_changes_nothing() {
    let case = Case::new().await;
    let tick = case.state().await.tick;
    case.push.deliver(&case.tick(tick)).await.unwrap();
    case.change().await;
    case.push.deliver(&case.tick(tick + 1)).await.unwrap();
    case.queue.take().await;
    let standing = case.state().await;

    case.change().await;
    for late in [tick, tick - 1] {
        case.push.deliver(&case.tick(late)).await.unwrap();
    }
    assert_eq!(case.state().await, standing);
    assert!(case.queue.take().await.is_empty());
    case.queue.delete().await;
}
