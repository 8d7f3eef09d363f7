use super::*;
use crate::{Query, attr};

fn rendered(wanted: &Condition) -> String {
    condition(wanted.clone(), &mut Aliases::default())
}

#[test]
fn parentheses_stand_only_where_they_change_something() {
    let (a, b, c) = (attr("a").exists(), attr("b").exists(), attr("c").exists());
    let [of_a, of_b, of_c] = ["#n0", "#n1", "#n2"].map(|name| format!("attribute_exists({name})"));
    for (wanted, expected) in [
        (a.clone(), of_a.clone()),
        (
            a.clone().and(b.clone()).and(c.clone()),
            format!("{of_a} AND {of_b} AND {of_c}"),
        ),
        (
            a.clone().or(b.clone().and(c.clone())),
            format!("{of_a} OR {of_b} AND {of_c}"),
        ),
        (
            a.clone().and(b.clone().or(c.clone())),
            format!("{of_a} AND ({of_b} OR {of_c})"),
        ),
        (a.clone().negated(), format!("NOT {of_a}")),
        (
            a.clone().and(b.clone()).negated(),
            format!("NOT ({of_a} AND {of_b})"),
        ),
        (Condition::All(vec![a.clone()]), of_a.clone()),
        (Condition::Any(vec![Condition::All(vec![a])]), of_a),
    ] {
        assert_eq!(rendered(&wanted), expected);
    }
}

#[test]
fn a_name_and_a_value_have_one_alias_each() {
    let mut aliases = Aliases::default();
    let wanted = attr("rev").less(n(3)).or(attr("rev").equals(n(3)));
    assert_eq!(condition(wanted, &mut aliases), "#n0 < :v0 OR #n0 = :v0");
    let changes = changes(
        vec![
            Change::Increase("rev".into(), 3),
            Change::Increase("free".into(), -1),
            Change::IncreaseFrom("generation".into(), 0, 1),
            Change::SetIfAbsent("tick".into(), n(7)),
            Change::Set(attr("code").field("wrongTries"), n(0)),
            Change::Add("ids".into(), Value::Ss(vec!["x".to_owned()])),
            Change::Discard("guests".into(), Value::Ss(vec!["y".to_owned()])),
            Change::Remove("lease".into()),
        ],
        &mut aliases,
    );
    assert_eq!(
        changes,
        "SET #n0 = #n0 + :v0, #n1 = #n1 - :v1, #n2 = if_not_exists(#n2, :v2) + :v1, #n3 = if_not_exists(#n3, :v3), \
         #n4.#n5 = :v2 ADD #n6 :v4 DELETE #n7 :v5 REMOVE #n8"
    );
}

#[test]
fn a_query_names_its_keys() {
    let mut aliases = Aliases::default();
    let query = Query::gsi1("published").between("a", "b");
    assert_eq!(
        key_condition(query.index, query.partition, query.sort, &mut aliases),
        "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2"
    );
    let names = aliases.names().unwrap();
    assert_eq!(names["#n0"], GSI1PK);
    assert_eq!(names["#n1"], GSI1SK);
}
