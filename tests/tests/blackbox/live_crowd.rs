//! Test of a sale that opens while hundreds of viewers watch the event.

use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::join_all;
use serde_json::json;
use tests::{Event, NewEvent, Stack, Viewer, eventually};

const VIEWERS: usize = 200;
const GUESTS: usize = 300;
/// Number of viewers who connect at the same time.
const CONNECTING_AT_ONCE: usize = 16;
/// Number of guests who request a seat at the same time.
const ASKING_AT_ONCE: usize = 48;
/// The maximum number of `count` frames that a viewer may get in addition to one frame per second: the first frame, the last
/// frame, and a delayed frame.
const MORE_COUNTS: u64 = 3;
/// Time limit for everything that this test waits for. It is long because the service sends hundreds of frames per second and
/// the machine may be busy.
const LONG_PATIENCE: Duration = Duration::from_mins(2);

/// Returns 200 viewers, each of which has subscribed to the event.
async fn audience(stack: &Stack, event: &Event) -> Vec<Viewer> {
    futures::stream::iter(0..VIEWERS)
        .map(async |_| {
            let viewer = stack.watch().await;
            viewer.subscribe(event).await.expect("snapshot");
            viewer
        })
        .buffer_unordered(CONNECTING_AT_ONCE)
        .collect()
        .await
}

/// Waits until the latest state that each viewer has received shows `registered` registrations.
async fn all_count(viewers: &[Viewer], event: &Event, registered: usize) {
    eventually(LONG_PATIENCE, async || {
        let last_states = viewers.iter().map(|viewer| viewer.states_of(event).pop());
        let others = last_states
            .flatten()
            .filter(|state| state["registered"] != registered);
        match others.count() {
            0 => Ok(()),
            others => Err(format!("{others} viewers count other than {registered}")),
        }
    })
    .await;
}

/// Returns when the viewer first received a state with `registered` registrations, or `None` if it received none.
fn heard_at(viewer: &Viewer, event: &Event, registered: usize) -> Option<Instant> {
    let states = viewer.states_of(event);
    let mut states = states.iter();
    let heard = states.find(|state| state["registered"] == registered);
    heard.map(|state| state.at)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_viewers_end_on_the_true_count_with_one_frame_a_second() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent::with_capacity(GUESTS + 20))
        .await;
    let crowd = stack.crowd(GUESTS).await;
    let viewers = audience(&stack, &event).await;

    let begun = Instant::now();
    futures::stream::iter(&crowd)
        .for_each_concurrent(ASKING_AT_ONCE, async |user| {
            user.register_for(&event).await.expect(201);
        })
        .await;
    let registered = Instant::now();
    all_count(&viewers, &event, GUESTS).await;

    let heard = viewers
        .iter()
        .filter_map(|viewer| heard_at(viewer, &event, GUESTS));
    let heard_last = heard.max().unwrap();
    println!(
        "{GUESTS} registrations in {:?}; the last of {VIEWERS} viewers knew of all {:?} later",
        registered - begun,
        heard_last.saturating_duration_since(registered),
    );
    let most = (heard_last - begun).as_secs() + MORE_COUNTS;
    for viewer in &viewers {
        viewer.assert_in_order(&event);
        let counts = viewer.frames_of("count");
        let counts = counts.iter().filter(|count| count.at >= begun).count();
        assert!(
            (1..=most).contains(&(counts as u64)),
            "{counts} counts, {most} allowed"
        );
        let last = viewer.states_of(&event).pop().unwrap();
        assert_eq!(last["remaining"], 20, "{last}");
        assert_eq!(last["waitlisted"], 0, "{last}");
        assert!(viewer.is_open(), "a viewer was cut off");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_connections_that_are_gone_do_not_hold_up_the_others() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let crowd = stack.crowd(3).await;
    let mut viewers = audience(&stack, &event).await;
    let gone = viewers.split_off(VIEWERS / 2);
    join_all(gone.into_iter().map(Viewer::kill)).await;

    let left = viewers.len();
    let changed = Instant::now();
    for (registered, user) in (1..).zip(&crowd) {
        user.register_for(&event).await.expect(201);
        all_count(&viewers, &event, registered).await;
    }
    println!(
        "{} viewers had three counts, one after the other, in {:?}",
        viewers.len(),
        changed.elapsed()
    );
    let said = organizer.announce(&event, json!({"message": "Welcome."}));
    let said = said.await.expect(201);
    for viewer in &viewers {
        let heard = viewer.frame("announcement").await;
        assert_eq!(heard["id"], said["id"], "{heard}");
        viewer.assert_in_order(&event);
        assert!(viewer.is_open(), "a viewer was cut off");
    }
    eventually(LONG_PATIENCE, async || {
        let stored = stack.stored_viewers_of(&event).await;
        if stored == left {
            Ok(())
        } else {
            Err(format!("{stored} connections are stored, {left} are left"))
        }
    })
    .await;
    viewers[0].ping().await;
    let new = stack.watch().await;
    new.subscribe(&event).await.expect("snapshot");
    new.count_becomes(&event, crowd.len()).await;
}
