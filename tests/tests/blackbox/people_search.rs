//! Tests of the search for an event's registrants.

use std::collections::BTreeSet;

use tests::{Event, NewEvent, PATIENCE, Stack, User, assert_done, assert_refused, eventually};

/// Returns the names of the people that the organizer finds with this query string.
async fn found(organizer: &User, event: &Event, query: &str) -> BTreeSet<String> {
    let path = format!("{}?{query}", event.registrations_path());
    let items = organizer.every_item(&path, 2).await;
    let names = items.iter().filter_map(|item| item["name"].as_str());
    names.map(str::to_owned).collect()
}

/// Waits until the organizer finds exactly these people.
async fn find(organizer: &User, event: &Event, query: &str, names: &[&str]) {
    let expected: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    eventually(PATIENCE, async || {
        let found = found(organizer, event, query).await;
        if found == expected {
            Ok(())
        } else {
            Err(format!("{query}: {found:?} and not {expected:?}"))
        }
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_a_word_or_of_the_address() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(4)).await;
    let names = [
        "Ada Lovelace",
        "Jürgen Müller-Lüdenscheidt",
        "Siobhán O’Brien",
        "Adele Muller",
    ];
    let mut people = Vec::new();
    for name in names {
        let person = stack.register_user_named(name).await;
        person.register_for(&event).await.expect(201);
        people.push(person);
    }
    let waiting = stack.register_user_named("Ada Wait").await;
    waiting.wait_for(&event).await.expect(201);

    for (query, expected) in [
        ("q=ad", &["Ada Lovelace", "Adele Muller", "Ada Wait"][..]),
        ("q=LOVE+ada", &["Ada Lovelace"]),
        ("q=mueller", &["Jürgen Müller-Lüdenscheidt"]),
        (
            "q=m%C3%BCller",
            &["Jürgen Müller-Lüdenscheidt", "Adele Muller"],
        ),
        ("q=ludens", &["Jürgen Müller-Lüdenscheidt"]),
        ("q=O%27Brien", &["Siobhán O’Brien"]),
        ("q=lace", &[]),
        ("q=ada&status=waitlisted", &["Ada Wait"]),
        ("q=ada&status=confirmed", &["Ada Lovelace"]),
        ("q=ada&status=cancelled", &[]),
    ] {
        find(&organizer, &event, query, expected).await;
    }
    let address = &people[2].account.email;
    find(&organizer, &event, &format!("q={address}"), &[names[2]]).await;
    let upper = address.to_uppercase();
    find(&organizer, &event, &format!("q={upper}"), &[names[2]]).await;
    let (_, domain) = address.split_once('@').unwrap();
    find(&organizer, &event, &format!("q={domain}"), &[]).await;

    // What a search finds is the same item that the list has.
    let path = format!("{}?q=wait", event.registrations_path());
    let page = organizer.get(&path).await.expect(200);
    let [item] = page.items() else {
        panic!("not one person in {page}");
    };
    assert_eq!(item["waitlistPosition"], 1, "{item}");
    assert_eq!(item["userId"], waiting.id(), "{item}");
}

#[tokio::test]
async fn a_search_follows_a_new_name_and_forgets_an_erased_account() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let person = stack.register_user_named("Maria Before").await;
    person.register_for(&event).await.expect(201);
    find(&organizer, &event, "q=before", &["Maria Before"]).await;

    let renamed = serde_json::json!({"name": "Maria After"});
    person.patch_me(renamed).await.expect(200);
    find(&organizer, &event, "q=before", &[]).await;
    find(&organizer, &event, "q=after", &["Maria After"]).await;

    assert_done(&person.delete("/v1/me").await);
    for query in ["q=after", "q=maria", "q=erased", "q=kim"] {
        find(&organizer, &event, query, &[]).await;
    }
}

#[tokio::test]
async fn a_search_has_pages_and_its_cursor_is_only_for_the_same_search() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    // Two buckets.
    let event = organizer
        .published_event(NewEvent::with_capacity(100))
        .await;
    let mut expected = BTreeSet::new();
    for number in 0..7 {
        let name = format!("Person Number{number}");
        let person = stack.register_user_named(&name).await;
        person.register_for(&event).await.expect(201);
        let other = stack.register_user_named("Somebody Else").await;
        other.register_for(&event).await.expect(201);
        expected.insert(name);
    }
    let path = format!("{}?q=number", event.registrations_path());
    let items = eventually(PATIENCE, async || {
        let items = organizer.every_item(&path, 3).await;
        if items.len() == 7 {
            Ok(items)
        } else {
            Err(format!("{} people", items.len()))
        }
    })
    .await;
    let names: BTreeSet<String> = items
        .iter()
        .filter_map(|item| item["name"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(names, expected);

    let first = organizer.get(&format!("{path}&limit=3")).await.expect(200);
    assert_eq!(first.items().len(), 3, "{first}");
    let cursor = first["nextCursor"].as_str().unwrap().to_owned();
    let list = event.registrations_path();
    for other in [
        format!("{list}?q=other&cursor={cursor}"),
        format!("{list}?cursor={cursor}"),
        format!("{path}&status=confirmed&cursor={cursor}"),
    ] {
        assert_refused(&organizer.get(&other).await, 400);
    }
    // Another spelling of the same search continues it.
    let same = format!("{list}?q=+NUMBER+&cursor={cursor}");
    organizer.get(&same).await.expect(200);
}

#[tokio::test]
async fn a_search_is_at_most_a_hundred_visible_characters() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let list = event.registrations_path();
    let (longest, too_long) = ("a".repeat(100), "a".repeat(101));
    organizer
        .get(&format!("{list}?q={longest}"))
        .await
        .expect(200);
    for wrong in ["", "+", "%27", "%E2%80%8B", &too_long] {
        let refused = organizer.get(&format!("{list}?q={wrong}")).await;
        let refused = refused.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/q", "{refused}");
    }
    assert_refused(&organizer.get(&format!("{list}?q=%FF")).await, 422);
    assert_refused(&organizer.get(&format!("{list}?q=a&q=b")).await, 422);
}
