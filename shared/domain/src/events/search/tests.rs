use proptest::prelude::*;

use super::*;
use crate::{
    events::{EventStatus, tests::concert},
    text::{Description, Title, Venue},
};

fn details(title: &str, description: &str, category: &str, tags: &[&str]) -> EventDetails {
    EventDetails {
        title: Title::parse(title).unwrap(),
        description: Description::parse(description).unwrap(),
        venue: Venue::parse("Town hall, Zürich").unwrap(),
        category: Some(Category::parse(category).unwrap()),
        tags: tags.iter().map(|tag| Tag::parse(tag).unwrap()).collect(),
        ..concert(EventStatus::Published).details
    }
}

fn finds(q: &str, title: &str) -> bool {
    EventQuery::new(None, &[], Some(q)).matches(&details(title, "", "x", &[]))
}

#[test]
fn words_are_found_however_they_are_typed() {
    for (title, found, not_found) in [
        (
            "Café Société",
            &[
                "cafe",
                "CAFÉ",
                "cafe\u{301}",
                "société cafe",
                "soc",
                "“Café”,",
                "(societe)!",
                "",
            ][..],
            &["cafés", "cafe club"][..],
        ),
        (
            "Straßenfest",
            &["strasse", "STRASSENFEST", "straße"],
            &["strase"],
        ),
        (
            "Rock’n’Roll",
            &[
                "rock'n'roll",
                "rockʻnʼroll",
                "rock′n＇roll",
                "rocknroll",
                "roll",
            ],
            &["rock roll n x"],
        ),
        ("On C++ and .NET", &["c++", ".net", "net c++"], &["c#"]),
        (
            "Blues with Michael",
            &["blues", "michael"],
            &["blus", "michal"],
        ),
        (
            "東京ミートアップ",
            &["ミートアップ", "ﾐｰﾄｱｯﾌﾟ", "東京"],
            &["大阪"],
        ),
        ("½ marathon", &["1/2", "1/2 marathon", "½"], &["1/3"]),
        ("(Re)union !!!", &["!!!", "union"], &["reunion", "???"]),
    ] {
        for q in found {
            assert!(finds(q, title), "{q:?} finds {title:?}");
        }
        for q in not_found {
            assert!(!finds(q, title), "{q:?} does not find {title:?}");
        }
    }
}

#[test]
fn umlauts_are_found_with_and_without_two_letters() {
    for q in ["zurich", "zuerich", "Zürich", "ZUERICH", "zue"] {
        assert!(finds(q, "Evening"), "{q}: the venue is in Zürich");
    }
    for q in ["Jörg", "joerg"] {
        assert!(finds(q, "An evening with Joerg"), "{q}");
    }
    assert!(!finds("jorg", "An evening with Joerg"));
}

#[test]
fn category_and_tags_are_compared_folded_and_as_a_whole() {
    let event = details("Evening", "", "Fête", &["Rock ’n’ Roll", "c#"]);
    let matches = |category, tags: &[&str]| EventQuery::new(category, tags, None).matches(&event);
    assert!(matches(Some("FETE"), &["rock n roll"]));
    assert!(matches(None, &["C#", "ROCK 'N' ROLL"]));
    assert!(!matches(Some("fet"), &[]));
    assert!(!matches(None, &["rock"]));
    assert!(!matches(None, &["c#", "c"]));
    assert!(!matches(Some(""), &[]));
    assert!(matches(None, &[]));
}

#[test]
fn what_is_stored_has_each_word_once_and_marks_of_what_is_typed_otherwise() {
    let event = details(
        "Rust in Zürich",
        "Rust, rust\nand rust",
        "Fête",
        &["rust", "C++"],
    );
    assert_eq!(
        SearchText::of(&event).as_str(),
        "\u{2}rust in zurich zuerich rust, and town hall,\n=fete\n\n#c++\n"
    );
    // The search text of this event is not longer than the text that an older rule for search texts would have stored for it.
    // The same is true for most events.
    let event = details(
        "Rust meetup",
        "Bring a friend",
        "music",
        &["rust", "systems"],
    );
    let before = "Rust meetup\nBring a friend\nTown hall, Zürich";
    assert!(SearchText::of(&event).as_str().len() <= before.len() + " zuerich".len() + 1);
}

proptest! {
    /// If an event matches a query, the event's stored text contains everything for which the table searches when it handles
    /// this query.
    #[test]
    fn the_stored_text_has_what_a_query_that_matches_looks_for(
        title in "[a-zA-ZäöüßéÉ’ ,#+]{0,20}x",
        description in "[^\\p{C}\\p{Zl}\\p{Zp}\u{fffd}]{0,30}x",
        tag in "[^\\p{C}\\p{Zl}\\p{Zp}\u{fffd}]{0,9}x",
        q in "[a-zA-ZäöüßéÉ’x ,#+]{0,3}",
    ) {
        let event = details(&title, &description, &tag, &[&tag]);
        let text = SearchText::of(&event);
        let typed = event.tags[0].as_str();
        let query = EventQuery::new(Some(typed), &[typed], Some(&q));
        let is_found = query.words.iter().all(|word| word.spellings.iter().any(|one| text.as_str().contains(one)));
        let has_marks = [category_mark, tag_mark].map(|mark| text.as_str().contains(&mark(&fold(typed))));
        prop_assert_eq!(has_marks, [fold(typed) != typed; 2]);
        prop_assert!(!query.matches(&event) || is_found);
    }

    #[test]
    fn an_event_is_found_by_each_of_its_words(description in "[^\\p{C}\\p{Zl}\\p{Zp}\u{fffd}]{0,60}x") {
        let event = details("Evening", &description, "x", &[]);
        for word in event.description.as_str().split_whitespace() {
            prop_assert!(EventQuery::new(None, &[], Some(word)).matches(&event), "{word:?}");
        }
        let all = EventQuery::new(None, &[], Some(event.description.as_str()));
        prop_assert!(all.matches(&event));
    }
}
