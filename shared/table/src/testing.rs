//! Random items, conditions and changes for property tests.

use proptest::{collection::btree_set, prelude::*};

use crate::{Change, Comparison, Condition, Item, Path, Value, attr, n, s};

/// Returns the configuration of the property tests. Failures are not saved in a file.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn set() -> impl Strategy<Value = Value> {
    btree_set("[p-s]", 1..4).prop_map(|set| Value::Ss(set.into_iter().collect()))
}

/// Draws a value: a number, a text or a set.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    prop_oneof![(-3i64..4).prop_map(n), "[ab]{0,2}".prop_map(s), set()]
}

/// Draws an item. The item may have the attributes `a` and `b`, and an attribute `m` that is a map. This map may have the field
/// `f`.
pub(crate) fn item() -> impl Strategy<Value = Item> {
    let maybe = || prop::option::of(value());
    (maybe(), maybe(), prop::option::of(maybe())).prop_map(|(a, b, map)| {
        let field = |f| Value::M(Item::from_iter([("f".to_owned(), f)]));
        let map = map.map(|f| f.map_or(Value::M(Item::new()), field));
        [("a", a), ("b", b), ("m", map)]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    })
}

/// Draws the path of an attribute or a field that the drawn items may have.
pub(crate) fn path() -> impl Strategy<Value = Path> {
    prop::sample::select(vec![attr("a"), attr("b"), attr("m").field("f")])
}

fn comparison() -> impl Strategy<Value = Comparison> {
    prop::sample::select(&Comparison::ALL[..])
}

/// Draws a condition on one attribute or field.
pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        path().prop_map(Condition::Exists),
        path().prop_map(Condition::Absent),
        (path(), comparison(), value())
            .prop_map(|(path, comparison, value)| Condition::Compare(path, comparison, value)),
        (path(), comparison(), 0..4usize)
            .prop_map(|(path, comparison, size)| Condition::Size(path, comparison, size)),
        (path(), value()).prop_map(|(path, value)| Condition::Contains(path, value)),
    ]
}

/// Draws a change of the attribute or field at `path`.
pub(crate) fn change(path: Path) -> impl Strategy<Value = Change> {
    let at = move || Just(path.clone());
    prop_oneof![
        (at(), value()).prop_map(|(path, value)| Change::Set(path, value)),
        (at(), value()).prop_map(|(path, value)| Change::SetIfAbsent(path, value)),
        (at(), -3i64..4).prop_map(|(path, by)| Change::Increase(path, by)),
        (at(), -3i64..4, -3i64..4)
            .prop_map(|(path, from, by)| Change::IncreaseFrom(path, from, by)),
        (at(), value()).prop_map(|(path, value)| Change::Add(path, value)),
        (at(), set()).prop_map(|(path, value)| Change::Discard(path, value)),
        at().prop_map(Change::Remove),
    ]
}
