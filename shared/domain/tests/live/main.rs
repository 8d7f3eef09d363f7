//! Tests of ticks with a topic in memory. Changes, ticks and viewers interleave in any order. Processes end early, messages are
//! delivered twice, and clocks differ.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod world;

use proptest::prelude::*;
use world::{Order, World};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn whoever_watches_ends_on_the_last_state(schedule in proptest::collection::vec(any::<u8>(), 0..200)) {
        let world = World::run(&schedule, Order::VisibleThenNumber);
        prop_assert_eq!(world.violation(), None);
    }
}

/// Two processes run the same tick. The process that read the counts first is slow, and its clock is ahead. So its counts are
/// older than the counts that the other process published, but have a later time.
#[test]
fn an_older_look_by_a_clock_that_is_ahead_is_not_told() {
    let schedule = [
        20, 0, 3, 85, 97, 57, 77, 203, 23, 0, 65, 89, 201, 20, 31, 161, 107, 8, 247, 105, 200, 7,
        92, 252, 89, 57, 99, 242, 152, 13, 81, 253, 109, 138, 219, 151, 178, 112, 178, 88, 61, 7,
        90, 151, 0, 169, 163, 0, 67, 0,
    ];
    let world = World::run(&schedule, Order::VisibleThenNumber);
    assert_eq!(world.violation(), None);
}

/// If the relay reads the topic's number before it makes the change visible, a viewer may end with a state that is not the last
/// state.
#[test]
fn a_number_read_before_the_change_is_visible_loses_it() {
    let mut rng = fastrand::Rng::with_seed(7);
    let lost = (0..20_000).any(|_| {
        let schedule: Vec<u8> = (0..200).map(|_| rng.u8(..)).collect();
        World::run(&schedule, Order::NumberThenVisible)
            .violation()
            .is_some()
    });
    assert!(lost, "the test could not find a violation");
}
