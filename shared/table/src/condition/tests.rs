use proptest::prelude::*;

use super::*;
use crate::{b, s, testing};

fn item() -> Item {
    let field = [("field".to_owned(), n(7))];
    [
        ("number", n(10)),
        ("text", s("abc")),
        ("bytes", b([1, 2])),
        ("set", Value::Ss(vec!["x".to_owned(), "y".to_owned()])),
        ("numbers", Value::Ns(vec!["1".to_owned(), "2".to_owned()])),
        ("list", Value::L(vec![n(1), s("two")])),
        ("map", Value::M(field.into())),
        ("flag", Value::Bool(true)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

#[track_caller]
fn assert_holds(condition: &Condition) {
    assert!(condition.holds(&item()), "{condition:?}");
}

#[track_caller]
fn assert_fails(condition: &Condition) {
    assert!(!condition.holds(&item()), "{condition:?}");
}

#[test]
fn an_attribute_exists_or_is_absent() {
    let field = attr("map").field("field");
    for path in [attr("number"), field] {
        assert_holds(&path.clone().exists());
        assert_fails(&path.absent());
    }
    let no_such_field = attr("map").field("other");
    let field_of_no_map = attr("text").field("field");
    for path in [attr("other"), no_such_field, field_of_no_map] {
        assert_holds(&path.clone().absent());
        assert_fails(&path.exists());
    }
}

#[test]
fn numbers_are_ordered_by_value_and_texts_by_bytes() {
    assert_holds(&attr("number").greater(n(9)));
    assert_holds(&attr("number").less(n(100)));
    assert_holds(&attr("number").at_most(n(10)));
    assert_holds(&attr("number").at_least(n(10)));
    assert_holds(&attr("map").field("field").less(n(8)));
    assert_fails(&attr("number").less(n(10)));
    assert_fails(&attr("number").greater(n(10)));
    assert_fails(&attr("number").at_most(n(-11)));
    assert_holds(&attr("text").greater(s("ab")));
    assert_holds(&attr("text").greater(s("Z")));
    assert_holds(&attr("text").less(s("é")));
    assert_holds(&attr("bytes").less(b([1, 3])));
}

#[test]
fn values_of_two_types_differ_and_have_no_order() {
    assert_holds(&attr("number").differs(s("10")));
    assert_fails(&attr("number").equals(s("10")));
    for comparison in [
        Comparison::Less,
        Comparison::AtMost,
        Comparison::Greater,
        Comparison::AtLeast,
    ] {
        assert_fails(&Condition::Compare("number".into(), comparison, s("10")));
        assert_fails(&Condition::Compare("flag".into(), comparison, n(1)));
    }
}

#[test]
fn an_absent_attribute_only_differs() {
    assert_holds(&attr("other").differs(n(1)));
    for comparison in [
        Comparison::Equal,
        Comparison::Less,
        Comparison::AtMost,
        Comparison::Greater,
        Comparison::AtLeast,
    ] {
        assert_fails(&Condition::Compare("other".into(), comparison, n(0)));
        assert_fails(&attr("other").size(comparison, 0));
    }
    assert_fails(&attr("other").contains(s("x")));
    assert_fails(&attr("other").begins_with(""));
    assert_fails(&attr("other").is_in(vec![n(0), s("")]));
}

#[test]
fn one_value_may_be_written_in_several_ways() {
    assert_holds(&attr("number").equals(Value::N("010".to_owned())));
    let turned = Value::Ss(vec!["y".to_owned(), "x".to_owned()]);
    assert_holds(&attr("set").equals(turned));
    assert_fails(&attr("set").equals(Value::Ss(vec!["x".to_owned()])));
    let list = Value::L(vec![Value::N("01".to_owned()), s("two")]);
    assert_holds(&attr("list").equals(list));
    assert_fails(&attr("list").equals(Value::L(vec![s("two"), n(1)])));
    let more = [("field".to_owned(), n(7)), ("other".to_owned(), n(1))];
    assert_fails(&attr("map").equals(Value::M(more.into())));
}

#[test]
fn a_size_is_a_number_of_elements_or_of_bytes() {
    for (name, size) in [
        ("text", 3),
        ("bytes", 2),
        ("set", 2),
        ("numbers", 2),
        ("list", 2),
        ("map", 1),
    ] {
        assert_holds(&attr(name).size(Comparison::Equal, size));
        assert_fails(&attr(name).size(Comparison::Less, size));
        assert_holds(&attr(name).size(Comparison::Less, size + 1));
    }
    for name in ["number", "flag"] {
        assert_fails(&attr(name).size(Comparison::AtLeast, 0));
    }
    let umlaut = [("text".to_owned(), s("é"))].into();
    assert!(attr("text").size(Comparison::Equal, 2).holds(&umlaut));
}

#[test]
fn a_set_or_list_contains_elements_and_a_text_parts() {
    for (name, part) in [
        ("set", s("x")),
        ("numbers", n(2)),
        ("list", s("two")),
        ("list", Value::N("01".to_owned())),
        ("text", s("bc")),
    ] {
        assert_holds(&attr(name).contains(part));
    }
    for (name, part) in [
        ("set", s("z")),
        ("set", n(1)),
        ("numbers", s("2")),
        ("list", s("tw")),
        ("text", s("ac")),
        ("number", n(1)),
    ] {
        assert_fails(&attr(name).contains(part));
    }
}

#[test]
fn a_text_begins_with_a_prefix() {
    assert_holds(&attr("text").begins_with("ab"));
    assert_fails(&attr("text").begins_with("bc"));
    assert_fails(&attr("number").begins_with("1"));
}

proptest! {
    #![proptest_config(testing::config())]

    #[test]
    fn conditions_combine_as_truth_values(
        item in testing::item(),
        a in testing::condition(),
        b in testing::condition(),
    ) {
        let (of_a, of_b) = (a.holds(&item), b.holds(&item));
        prop_assert_eq!(a.clone().negated().holds(&item), !of_a);
        prop_assert_eq!(a.clone().and(b.clone()).holds(&item), of_a && of_b);
        prop_assert_eq!(a.clone().or(b.clone()).holds(&item), of_a || of_b);
        let three = a.clone().and(b.clone()).and(a.clone().negated());
        prop_assert!(!three.holds(&item));
        let three = a.clone().or(b).or(a.negated());
        prop_assert!(three.holds(&item));
    }

    #[test]
    fn two_numbers_compare_in_one_way(standing in any::<i64>(), other in any::<i64>()) {
        let item = [("x".to_owned(), n(standing))].into();
        let holds = |condition: Condition| condition.holds(&item);
        let (x, other) = (attr("x"), n(other));
        let less = holds(x.clone().less(other.clone()));
        let equal = holds(x.clone().equals(other.clone()));
        let greater = holds(x.clone().greater(other.clone()));
        prop_assert_eq!(u8::from(less) + u8::from(equal) + u8::from(greater), 1);
        prop_assert_eq!(holds(x.clone().at_most(other.clone())), less || equal);
        prop_assert_eq!(holds(x.clone().at_least(other.clone())), greater || equal);
        prop_assert_eq!(holds(x.differs(other)), !equal);
    }

    #[test]
    fn one_of_several_values_is_equal(
        item in testing::item(),
        values in prop::collection::vec(testing::value(), 1..4),
    ) {
        let each = values.iter().map(|value| attr("a").equals(value.clone()));
        let any = Condition::Any(each.collect());
        prop_assert_eq!(attr("a").is_in(values).holds(&item), any.holds(&item));
    }

    #[test]
    fn every_value_equals_itself_whatever_the_order_of_its_set(value in testing::value()) {
        let turned = match &value {
            Value::Ss(set) => Value::Ss(set.iter().rev().cloned().collect()),
            other => other.clone(),
        };
        let item = [("a".to_owned(), value)].into();
        prop_assert!(attr("a").equals(turned.clone()).holds(&item));
        prop_assert!(!attr("a").differs(turned).holds(&item));
    }
}
