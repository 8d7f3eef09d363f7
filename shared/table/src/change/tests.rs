use proptest::prelude::*;

use super::*;
use crate::{attr, s, testing};

fn set(members: &[&str]) -> Value {
    Value::Ss(members.iter().map(|&member| member.to_owned()).collect())
}

fn item(value: Option<Value>) -> Item {
    value
        .map(|value| ("x".to_owned(), value))
        .into_iter()
        .collect()
}

/// Applies the change to an item whose attribute `x` has the value `standing`. Returns the new value of `x`.
fn applied(change: &Change, standing: Option<Value>) -> Result<Option<Value>, Inapplicable> {
    let before = item(standing);
    let mut after = before.clone();
    change.apply(&before, &mut after)?;
    assert!(after.keys().all(|name| name == "x"), "{after:?}");
    Ok(after.remove("x"))
}

#[test]
fn each_change_does_what_it_says() {
    let x = || attr("x");
    for (change, standing, expected) in [
        (Change::Set(x(), n(2)), None, Some(n(2))),
        (Change::Set(x(), n(2)), Some(s("a")), Some(n(2))),
        (Change::SetIfAbsent(x(), n(2)), None, Some(n(2))),
        (Change::SetIfAbsent(x(), n(2)), Some(s("a")), Some(s("a"))),
        (Change::Increase(x(), -3), Some(n(1)), Some(n(-2))),
        (Change::IncreaseFrom(x(), 5, 1), None, Some(n(6))),
        (Change::IncreaseFrom(x(), 5, 1), Some(n(1)), Some(n(2))),
        (Change::Add(x(), n(2)), None, Some(n(2))),
        (Change::Add(x(), n(2)), Some(n(-5)), Some(n(-3))),
        (Change::Add(x(), set(&["a"])), None, Some(set(&["a"]))),
        (
            Change::Add(x(), set(&["b", "c"])),
            Some(set(&["a", "b"])),
            Some(set(&["a", "b", "c"])),
        ),
        (Change::Discard(x(), set(&["a"])), None, None),
        (
            Change::Discard(x(), set(&["b", "z"])),
            Some(set(&["a", "b"])),
            Some(set(&["a"])),
        ),
        (
            Change::Discard(x(), set(&["a", "b"])),
            Some(set(&["b", "a"])),
            None,
        ),
        (Change::Remove(x()), None, None),
        (Change::Remove(x()), Some(n(1)), None),
    ] {
        let because = format!("{change:?} of {standing:?}");
        assert_eq!(applied(&change, standing), Ok(expected), "{because}");
    }
}

#[test]
fn a_change_that_does_not_fit_is_refused() {
    let x = || attr("x");
    for (change, standing) in [
        (Change::Increase(x(), 1), None),
        (Change::Increase(x(), 1), Some(s("1"))),
        (Change::Increase(x(), 1), Some(n(i128::MAX))),
        (Change::IncreaseFrom(x(), 0, 1), Some(set(&["1"]))),
        (Change::Add(x(), n(1)), Some(s("a"))),
        (Change::Add(x(), set(&["a"])), Some(n(1))),
        (
            Change::Add(x(), set(&["1"])),
            Some(Value::Ns(vec!["1".to_owned()])),
        ),
        (Change::Discard(x(), set(&["a"])), Some(s("a"))),
        (Change::Set(x().field("f"), n(1)), None),
        (Change::Set(x().field("f"), n(1)), Some(n(1))),
        (Change::Remove(x().field("f")), None),
    ] {
        let because = format!("{change:?} of {standing:?}");
        assert_eq!(applied(&change, standing), Err(Inapplicable), "{because}");
    }
}

#[test]
fn a_field_changes_and_its_neighbours_stay() {
    let map = |fields: &[(&str, i64)]| {
        let fields = fields.iter().map(|&(name, x)| (name.to_owned(), n(x)));
        Value::M(fields.collect())
    };
    let standing = Some(map(&[("f", 1), ("g", 2)]));
    let f = attr("x").field("f");
    assert_eq!(
        applied(&Change::Increase(f.clone(), 4), standing.clone()),
        Ok(Some(map(&[("f", 5), ("g", 2)])))
    );
    assert_eq!(
        applied(&Change::Remove(f), standing),
        Ok(Some(map(&[("g", 2)])))
    );
}

#[test]
fn a_change_reads_the_item_as_it_was_before_the_update() {
    let x = || attr("x");
    let (one, hundred) = (Some(n(1)), Some(n(100)));
    for (change, before, now, expected) in [
        (Change::SetIfAbsent(x(), n(2)), &None, &hundred, n(2)),
        (Change::SetIfAbsent(x(), n(2)), &one, &hundred, n(100)),
        (Change::Increase(x(), 1), &one, &hundred, n(2)),
        (Change::IncreaseFrom(x(), 5, 1), &one, &hundred, n(2)),
        (Change::IncreaseFrom(x(), 5, 1), &None, &hundred, n(6)),
        (Change::Add(x(), n(1)), &one, &hundred, n(2)),
        (
            Change::Discard(x(), set(&["a"])),
            &Some(set(&["a", "b"])),
            &hundred,
            set(&["b"]),
        ),
    ] {
        let mut after = item(now.clone());
        change.apply(&item(before.clone()), &mut after).unwrap();
        assert_eq!(after["x"], expected, "{change:?}");
    }
}

proptest! {
    #![proptest_config(testing::config())]

    #[test]
    fn a_change_touches_its_path_alone_and_a_refused_one_nothing(
        before in testing::item(),
        change in testing::path().prop_flat_map(testing::change),
    ) {
        let mut after = before.clone();
        let fits = change.apply(&before, &mut after).is_ok();
        for path in [attr("a"), attr("b"), attr("m").field("f")] {
            if !fits || path != *change.path() {
                prop_assert_eq!(path.value(&before), path.value(&after));
            }
        }
    }

    #[test]
    fn changes_of_different_attributes_commute(
        before in testing::item(),
        one in testing::change(attr("a")),
        other in testing::change(attr("m").field("f")),
    ) {
        let apply = |changes: [&Change; 2]| {
            let mut after = before.clone();
            for change in changes {
                change.apply(&before, &mut after)?;
            }
            Ok::<_, Inapplicable>(after)
        };
        prop_assert_eq!(apply([&one, &other]), apply([&other, &one]));
    }

    #[test]
    fn no_set_is_left_empty(
        before in testing::item(),
        change in testing::path().prop_flat_map(testing::change),
    ) {
        let mut after = before.clone();
        let _ = change.apply(&before, &mut after);
        if let Some(Value::Ss(members)) = change.path().value(&after) {
            prop_assert!(!members.is_empty());
        }
    }

    #[test]
    fn members_that_were_added_can_be_discarded(
        standing in "[a-d]{1,4}",
        more in "[e-h]{1,4}",
    ) {
        let members = |text: &str| {
            let set: std::collections::BTreeSet<_> = text.chars().map(String::from).collect();
            Value::Ss(set.into_iter().collect())
        };
        let (standing, more) = (members(&standing), members(&more));
        let add = Change::Add(attr("x"), more.clone());
        let added = applied(&add, Some(standing.clone())).unwrap();
        prop_assert_eq!(&applied(&add, added.clone()).unwrap(), &added);
        let discarded = applied(&Change::Discard(attr("x"), more), added).unwrap();
        prop_assert_eq!(discarded, Some(standing));
    }

    #[test]
    fn a_number_that_was_increased_can_be_decreased(standing in any::<i64>(), by in -1000i64..1000) {
        let increased = applied(&Change::Increase(attr("x"), by), Some(n(standing))).unwrap();
        let sum = i128::from(standing) + i128::from(by);
        prop_assert_eq!(&increased, &Some(n(sum)));
        let decreased = applied(&Change::Add(attr("x"), n(-by)), increased).unwrap();
        prop_assert_eq!(decreased, Some(n(standing)));
    }
}
