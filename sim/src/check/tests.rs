//! Tests of the short configurations, and negative controls: the checker must find a violation if a condition is removed.

mod controls;

use super::{
    instances,
    run::{CheckVerdict, run},
    setting::Setting,
};

#[test]
fn every_short_instance_is_as_it_must_be() {
    for instance in instances::short() {
        let verdict = run(&Setting::new(instance), 2);
        assert!(matches!(verdict, CheckVerdict::Holds { .. }), "{verdict}");
        assert!(verdict.counts().0 > 1_000, "{verdict}");
    }
}

#[test]
fn names_are_different() {
    let mut names: Vec<_> = instances::all()
        .iter()
        .map(|instance| instance.name)
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
