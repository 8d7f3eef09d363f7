//! Tests of the search for events by words, categories and tags.

use super::*;

#[tokio::test]
async fn events_are_listed_by_category_and_by_tag() {
    let stack = Stack::from_env();
    let (category, tag) = (unique(), unique());
    let in_category = |tags: Vec<String>| NewEvent {
        category: Some(category.clone()),
        tags,
        ..NewEvent::default()
    };
    let tagged = NewEvent {
        tags: vec![tag.clone()],
        ..NewEvent::default()
    };
    let both = vec!["other".to_owned(), tag.clone()];
    let events = vec![in_category(Vec::new()), in_category(both), tagged];
    let events = publish_all(&stack, events).await;

    let by_category = listed(&stack, &format!("category={category}"), 2).await;
    assert!(by_category.contains(&events[0].id) && by_category.contains(&events[1].id));
    let by_tag = listed(&stack, &format!("tag={tag}"), 2).await;
    assert!(by_tag.contains(&events[1].id) && by_tag.contains(&events[2].id));
    let by_both = format!("category={category}&tag={tag}");
    assert_eq!(listed(&stack, &by_both, 1).await, [events[1].id.as_str()]);
    let nothing = format!("category={}", unique());
    assert!(listed(&stack, &nothing, 0).await.is_empty());
}

#[tokio::test]
async fn events_are_found_by_a_word_of_their_title() {
    let stack = Stack::from_env();
    let (category, word) = (unique(), unique());
    let titled = |title: &str| NewEvent {
        title: title.to_owned(),
        category: Some(category.clone()),
        ..NewEvent::default()
    };
    let events = vec![titled(&format!("On {word} and more")), titled("On engines")];
    let events = publish_all(&stack, events).await;

    for q in [word.clone(), word.to_uppercase()] {
        let query = format!("category={category}&q={q}");
        assert_eq!(listed(&stack, &query, 1).await, [events[0].id.as_str()]);
    }
    assert_eq!(
        listed(&stack, &format!("q={word}"), 1).await,
        [events[0].id.as_str()]
    );
}

#[tokio::test]
async fn events_are_found_however_their_words_are_typed() {
    let stack = Stack::from_env();
    let category = unique();
    let event = |title: &str| NewEvent {
        title: title.to_owned(),
        category: Some(category.clone()),
        ..NewEvent::default()
    };
    let typed = [
        "Café Société",
        "Straßenfest",
        "Ein Abend in Zürich",
        "O’Brien-Núñez",
        "½ Rock’n’Roll",
    ];
    let events = publish_all(&stack, typed.map(event).to_vec()).await;
    listed(&stack, &format!("category={category}"), events.len()).await;

    for (event, queries) in [
        (
            0,
            &[
                "cafe",
                "CAFÉ",
                "cafe\u{301}",
                "société cafe",
                "SOCIETE",
                "Cafe  Soc",
            ][..],
        ),
        (1, &["strasse", "STRASSENFEST", "straßenfest"]),
        (2, &["zurich", "zuerich", "ZÜRICH", "zürich abend"]),
        (
            3,
            &[
                "o'brien",
                "obrien nunez",
                "núñez",
                "oʻbrien",
                "o′brien",
                "O＇Brien",
                "o׳brien",
            ],
        ),
        (4, &["1/2", "½", "rockʼnʻroll", "1/2 rock‛n´roll"]),
    ] {
        for q in queries {
            let query = format!("category={category}&q={}", encoded(q));
            let found = listed(&stack, &query, 1).await;
            assert_eq!(found, [events[event].id.as_str()], "{q:?}");
        }
    }
    for q in ["cafe strasse", "zuerch", "societes"] {
        let query = format!("category={category}&q={}", encoded(q));
        assert!(listed(&stack, &query, 0).await.is_empty(), "{q:?}");
    }
}

#[tokio::test]
async fn category_and_tags_are_compared_folded_and_shown_as_typed() {
    let stack = Stack::from_env();
    let word = unique();
    let (category, tag) = (
        format!("Fête {word}"),
        format!("Rüben {}", &word[word.len() - 12..]),
    );
    let event = NewEvent {
        category: Some(category.clone()),
        tags: vec!["other".to_owned(), tag.clone()],
        ..NewEvent::default()
    };
    let events = publish_all(&stack, vec![event]).await;

    let (upper, plain) = (category.to_uppercase(), tag.replace('ü', "u"));
    for (name, typed) in [
        ("category", &category),
        ("category", &upper),
        ("tag", &tag),
        ("tag", &plain),
    ] {
        let query = format!("{name}={}", encoded(typed));
        assert_eq!(
            listed(&stack, &query, 1).await,
            [events[0].id.as_str()],
            "{query}"
        );
    }
    let part = format!("tag={}", encoded(&tag[..tag.len() - 1]));
    assert!(listed(&stack, &part, 0).await.is_empty());
    let around = format!("tag={}", encoded(&format!("\u{a0} {tag}\u{200b}")));
    assert_eq!(listed(&stack, &around, 1).await, [events[0].id.as_str()]);
    let shown = stack.anyone().read_event(&events[0]).await.expect(200);
    assert_eq!(
        (&shown["category"], &shown["tags"]),
        (&json!(category), &json!(["other", tag]))
    );
}
