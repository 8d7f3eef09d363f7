//! Tests of calendars, news feeds and the pages for robots.

use domain::events::EventStatus;

use super::{World, event};

#[tokio::test]
async fn calendars_list_events_and_cancel_those_that_were_cancelled() {
    let world = World::new();
    let mut cancelled = event("Cancelled", "");
    cancelled.status = EventStatus::Cancelled;
    let open = event("Concert; with, friends", "Line one\nLine two");
    for event in [&cancelled, &open] {
        world.store(event).await;
    }
    let organizer = format!("/organizers/{}/events.ics", open.organizer.id);
    for path in ["/events.ics", &organizer, "/events.ics?q=friends"] {
        let calendar = world.get(path).await.expect(200);
        assert_eq!(
            calendar.header("content-type"),
            "text/calendar; charset=utf-8"
        );
        assert_eq!(calendar.body.matches("BEGIN:VEVENT").count(), 1, "{path}");
        calendar.assert_contains("SUMMARY:Concert\\; with\\, friends\r\n");
        calendar.assert_contains(&format!("UID:{}@em-connect\r\n", open.id));
        calendar.assert_contains("REFRESH-INTERVAL;VALUE=DURATION:PT60M\r\n");
    }
    let nothing = world.get("/events.ics?q=nobody").await.expect(200);
    assert!(!nothing.body.contains("VEVENT"));
    let file = world
        .get(&format!("/events/{}/event.ics", cancelled.id))
        .await;
    file.assert_contains("METHOD:CANCEL\r\n");
    file.assert_contains("STATUS:CANCELLED\r\n");
}

#[tokio::test]
async fn a_feed_has_an_entry_for_each_event() {
    let world = World::new();
    let event = event("Concert & more", "An *evening*");
    world.store(&event).await;
    let organizer = format!("/organizers/{}/events.atom", event.organizer.id);
    for path in ["/events.atom?lang=de", &organizer] {
        let feed = world.get(path).await.expect(200);
        assert_eq!(
            feed.header("content-type"),
            "application/atom+xml; charset=utf-8"
        );
        feed.assert_contains(&format!(
            "<id>https://tickets.example.org/events/{}</id>",
            event.id
        ));
        feed.assert_contains("<title>Concert &#38; more</title>");
        feed.assert_contains("Track. An evening</summary>");
    }
}

#[tokio::test]
async fn robots_find_what_is_public() {
    let world = World::new();
    let event = event("Concert", "");
    world.store(&event).await;
    let robots = world.get("/robots.txt").await.expect(200);
    robots.assert_contains("Allow: /app/sign-in$\n");
    robots.assert_contains("Disallow: /app\n");
    robots.assert_contains("Sitemap: https://tickets.example.org/sitemap.xml\n");
    let sitemap = world.get("/sitemap.xml").await.expect(200);
    for path in [
        "/".to_owned(),
        format!("/events/{}", event.id),
        format!("/organizers/{}", event.organizer.id),
    ] {
        sitemap.assert_contains(&format!("<loc>https://tickets.example.org{path}</loc>"));
    }
}
