use super::*;
use crate::{
    accounts::{email::Email, role::Role},
    text::PersonName,
};

fn person(name: &str, email: &str) -> User {
    User {
        id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        email: Email::parse(email).unwrap(),
        name: PersonName::parse(name).unwrap(),
        role: Role::User,
        email_verified: true,
        created_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn finds(typed: &str, name: &str, email: &str) -> bool {
    PersonQuery::parse(typed)
        .unwrap()
        .matches(&person(name, email))
}

#[test]
fn a_person_is_found_by_the_beginning_of_a_word_of_the_name() {
    for (name, found, not_found) in [
        (
            "Ada Lovelace",
            &["a", "ADA", "love", "lov ad", " Ada  Lovelace ", "(ada)"][..],
            &["da", "lace", "ada b", "adal"][..],
        ),
        (
            "Jürgen Müller-Lüdenscheidt",
            &["juergen", "jurgen", "Müller", "mueller", "lüd", "müller-lü"],
            &["udenscheidt", "müllerl"],
        ),
        (
            "Siobhán O’Brien",
            &["obrien", "O'Brien", "siobhan"],
            &["brien"],
        ),
        ("Mueller", &["Müller"], &["Muller"]),
        ("محمد علي", &["محمد", "عل"], &["لي"]),
        ("Ｇｒａｃｅ　Hopper", &["grace", "hop"], &["race"]),
        ("xa-a-a", &["a-a"], &[]),
    ] {
        for typed in found {
            assert!(finds(typed, name, "z@example.org"), "{typed} in {name}");
        }
        for typed in not_found {
            assert!(!finds(typed, name, "z@example.org"), "{typed} in {name}");
        }
    }
}

#[test]
fn a_person_is_found_by_the_beginning_of_the_address() {
    let address = "Grace.Hopper@bücher.example";
    for typed in ["grace.h", "GRACE.HOPPER@", "grace.hopper@bucher", address] {
        assert!(finds(typed, "Nobody", address), "{typed}");
    }
    for typed in ["hopper@", "example", "grace.hopper@xn"] {
        assert!(!finds(typed, "Nobody", address), "{typed}");
    }
    // One word may stand in the name, and another one in the address.
    assert!(finds("nobody grace", "Nobody", address));
}

#[test]
fn a_query_has_at_least_one_visible_character_and_at_most_a_hundred() {
    for empty in ["", "  ", "'", "\u{200b}", "’ \""] {
        assert_eq!(
            PersonQuery::parse(empty),
            Err(PersonQueryError::Empty),
            "{empty:?}"
        );
    }
    assert!(PersonQuery::parse(&"ä".repeat(100)).is_ok());
    assert_eq!(
        PersonQuery::parse(&"ä".repeat(101)),
        Err(PersonQueryError::TooLong)
    );
}

#[test]
fn queries_that_find_the_same_people_have_the_same_folded_text() {
    let folded = |typed| PersonQuery::parse(typed).unwrap().folded();
    assert_eq!(folded(" ADA  Lovelace"), folded("ada lovelace"));
    assert_ne!(folded("Müller"), folded("Mueller"));
}
