//! Tests of the pictures of links to events.

use std::collections::BTreeSet;

use domain::{
    events::{Event, EventStatus, schedule::ZoneName},
    text::{Title, Venue},
};

use super::{Answer, World, event};
use crate::{locale::Locale, share::Picture};

fn path_of(event: &Event) -> String {
    Picture::of(event, Locale::English).path()
}

/// Returns the content of an element `meta` of a page.
fn meta<'a>(page: &'a Answer, name: &str) -> &'a str {
    let begin = format!("=\"{name}\" content=\"");
    let after = page.body.split(&begin).nth(1).unwrap_or_default();
    after.split('"').next().unwrap_or_default()
}

#[tokio::test]
async fn a_page_names_its_picture_and_caches_may_keep_it() {
    let world = World::new();
    let mut event = event("Concert \"&\" more", "");
    event.details.venue = Venue::parse("Town hall").unwrap();
    world.store(&event).await;
    let page = world.get(&format!("/events/{}?lang=de", event.id)).await;
    let address = meta(&page, "og:image");
    let path = address.strip_prefix("https://tickets.example.org").unwrap();
    assert_eq!(meta(&page, "og:image:width"), "1200");
    assert_eq!(meta(&page, "og:image:height"), "630");
    assert_eq!(meta(&page, "twitter:card"), "summary_large_image");
    let alt = meta(&page, "og:image:alt");
    assert!(alt.starts_with("Concert &#34;&#38;&#34; more, "), "{alt}");
    assert!(alt.ends_with(", Town hall"), "{alt}");
    page.assert_contains(&format!("\"image\":[\"{address}\"]"));

    let picture = world.get(path).await.expect(200);
    assert_eq!(picture.header("content-type"), "image/png");
    assert_eq!(
        picture.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(picture.header("vary"), "");
    let tag = picture.header("etag");
    let again = world.send("GET", path, &[("if-none-match", tag)]).await;
    again.expect(304);
    let list = world.get("/").await;
    assert_eq!(meta(&list, "og:image"), "");
    assert_eq!(meta(&list, "twitter:card"), "summary");
}

#[tokio::test]
async fn another_version_leads_to_the_present_picture_and_nothing_else_is_drawn() {
    let world = World::new();
    let mut draft = event("Secret", "");
    draft.status = EventStatus::Draft;
    world.store(&draft).await;
    let event = event("Concert", "");
    world.store(&event).await;
    let path = path_of(&event);
    for file in ["en-.png", "en-AAAAAAAAAAA.png", "en-x.png", "en-%2F.png"] {
        let moved = world
            .get(&format!("/events/{}/share/{file}", event.id))
            .await;
        let moved = moved.expect(302);
        assert_eq!(moved.header("location"), path);
        assert_eq!(moved.header("cache-control"), "public, max-age=60");
    }
    // There is no Arabic picture.
    let arabic = path.replace("/en-", "/ar-");
    let moved = world.get(&arabic).await.expect(302);
    assert_eq!(moved.header("location"), path);
    for path in [
        path.replace("/en-", "/xx-"),
        path.replace(".png", ".svg"),
        format!("/events/{}/share/png", event.id),
        format!("/events/{}/share/", event.id),
        path_of(&draft),
        path.replace(&event.id.to_string(), "evt_01h455vb4pex5vsknk084sn02q"),
        path.replace(&event.id.to_string(), "x"),
    ] {
        world.get(&path).await.expect(404);
    }
}

#[test]
fn the_address_changes_with_each_shown_fact_and_with_nothing_else() {
    let before = event("Concert", "");
    let changes: [fn(&mut Event); 6] = [
        |event| event.details.title = Title::parse("Concert!").unwrap(),
        |event| event.details.venue = Venue::parse("Elsewhere").unwrap(),
        |event| event.details.schedule.timezone = ZoneName::parse("Asia/Tokyo").unwrap(),
        |event| event.details.schedule.starts_at -= jiff::SignedDuration::from_mins(1),
        |event| event.details.schedule.ends_at += jiff::SignedDuration::from_mins(1),
        |event| event.status = EventStatus::Cancelled,
    ];
    let mut paths = BTreeSet::from([path_of(&before)]);
    for change in changes {
        let mut after = before.clone();
        change(&mut after);
        assert!(paths.insert(path_of(&after)), "{after:?}");
    }
    for locale in Locale::ALL {
        let is_new = paths.insert(Picture::of(&before, locale).path());
        assert_eq!(is_new, ![Locale::English, Locale::Arabic].contains(&locale));
    }
    let mut after = before.clone();
    after.version += 1;
    after.details.description = super::event("", "Another text").details.description;
    assert!(paths.contains(&path_of(&after)));
}
