//! Tests of the content of pages, and of the events that they show.

use domain::{
    events::{
        EventStatus,
        announcement::Announcement,
        picture::{Picture, PictureSize},
        schedule::ZoneName,
    },
    id::AnnouncementId,
    text::{AnnouncementText, Category, PictureDescription, Tag},
};
use jiff::ToSpan as _;
use pictures::PictureFile;
use uuid::Uuid;

use super::{World, event};

#[tokio::test]
async fn a_draft_and_a_missing_event_look_alike() {
    let world = World::new();
    let mut draft = event("Secret", "");
    draft.status = EventStatus::Draft;
    world.store(&draft).await;
    let missing = "evt_01h455vb4pex5vsknk084sn02q";
    for path in ["/events/", "/embed/events/"] {
        for id in [&draft.id.to_string(), missing, "x", "evt_%00"] {
            let answer = world.get(&format!("{path}{id}")).await.expect(404);
            answer.assert_contains("Page not found");
            assert!(!answer.body.contains("Secret"));
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        }
    }
    let organizer = format!("/organizers/{}", draft.organizer.id);
    world.get(&organizer).await.expect(404);
    for path in ["/", "/sitemap.xml", "/events.ics", "/events.atom"] {
        let answer = world.get(path).await.expect(200);
        assert!(!answer.body.contains(&draft.id.to_string()), "{path}");
    }
}

#[tokio::test]
async fn a_picture_is_on_the_page_and_on_cards_with_its_shape() {
    let world = World::new();
    let mut event = event("Concert", "");
    let sizes = [(480, 320), (900, 600)];
    let sizes = sizes.map(|(width, height)| PictureSize { width, height });
    let picture = Picture {
        id: "pic_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        description: Some(PictureDescription::parse("\"<b>A choir").unwrap()),
        sizes: sizes.into(),
    };
    event.picture = Some(picture.clone());
    world.store(&event).await;
    let folder = "/pictures/pic_01h455vb4pex5vsknk084sn02q";
    let page = world.get(&format!("/events/{}", event.id)).await;
    let page = page.expect(200);
    page.assert_contains(&format!(
        "\"image\":[\"https://tickets.example.org{folder}/900.jpg\"]"
    ));
    for shown in [page, world.get("/").await.expect(200)] {
        shown.assert_contains(&format!(
            "srcset=\"{folder}/480.jpg 480w, {folder}/900.jpg 900w\""
        ));
        shown.assert_contains("width=\"900\" height=\"600\" alt=\"&#34;&#60;b&#62;A choir\"");
    }
    let path = format!("{folder}/900.jpg");
    world.get(&path).await.expect(404);
    let file = PictureFile {
        size: sizes[1],
        jpeg: b"a jpeg".to_vec(),
    };
    world.pictures.keep(picture.id, vec![file]).await.unwrap();
    let file = world.get(&path).await.expect(200);
    assert_eq!(file.body, "a jpeg");
    assert_eq!(file.header("content-type"), "image/jpeg");
    assert_eq!(file.header("vary"), "");
    let tag = file.header("etag").to_owned();
    let again = world.send("GET", &path, &[("if-none-match", &tag)]).await;
    again.expect(304);
}

#[tokio::test]
async fn a_list_without_events_says_whether_somebody_searched() {
    let world = World::new();
    let answer = world.get("/?utm_source=mail&fbclid=x").await.expect(200);
    answer.assert_contains("There are no upcoming events.");
    for query in [
        "q=x",
        "category=x",
        "tag=x",
        "from=2027-01-01",
        "to=2027-01-01",
    ] {
        let answer = world.get(&format!("/?{query}")).await.expect(200);
        answer.assert_contains("No event matches your search.");
    }
    let answer = world.get("/?from=soon").await.expect(200);
    answer.assert_contains("Please write a day like 2027-05-01.");
}

#[tokio::test]
async fn a_search_for_a_day_finds_what_starts_on_that_day_where_it_happens() {
    let world = World::new();
    for (title, zone, starts_at) in [
        ("Samoa", "Pacific/Pago_Pago", "2090-05-02T06:00:00Z"),
        ("Berlin", "Europe/Berlin", "2090-04-30T22:00:00Z"),
        ("London", "Europe/London", "2090-04-30T22:00:00Z"),
        ("Kiribati", "Pacific/Kiritimati", "2090-05-01T11:00:00Z"),
    ] {
        let mut event = event(title, "");
        let schedule = &mut event.details.schedule;
        schedule.timezone = ZoneName::parse(zone).unwrap();
        schedule.starts_at = starts_at.parse().unwrap();
        schedule.ends_at = schedule.starts_at + 1.hour();
        world.store(&event).await;
    }
    let found = async |query: &str| {
        let answer = world.get(&format!("/?{query}")).await.expect(200);
        let titles = ["Samoa", "Berlin", "London", "Kiribati"];
        titles.map(|title| answer.body.contains(title))
    };
    let of_the_day = found("from=2090-05-01&to=2090-05-01").await;
    assert_eq!(of_the_day, [true, true, false, false]);
    assert_eq!(found("from=2090-05-02").await, [false, false, false, true]);
    assert_eq!(found("to=2090-04-30").await, [false, false, true, false]);
}

#[tokio::test]
async fn a_list_goes_on_page_by_page_with_the_same_filters_and_language() {
    let world = World::new();
    let mut titles = Vec::new();
    for no in 0..15 {
        let mut event = event(&format!("Evening {no:02}"), "");
        event.details.category = Some(Category::parse("Music & more").unwrap());
        titles.push(event.details.title.as_str().to_owned());
        world.store(&event).await;
    }
    let mut path = "/?category=music+%26+MORE&lang=de".to_owned();
    let mut seen = Vec::new();
    for last in [false, true] {
        let answer = world.get(&path).await.expect(200);
        answer.assert_contains("<html lang=\"de\" dir=\"ltr\">");
        let titles = answer.body.split("<article").skip(1);
        seen.extend(titles.map(|card| {
            let (_, title) = card.split_once("Evening ").unwrap();
            format!("Evening {}", title.split('<').next().unwrap())
        }));
        let next = answer.body.split("rel=\"next\" href=\"").nth(1);
        assert_eq!(next.is_none(), last, "{}", answer.body);
        if let Some(next) = next {
            path = next.split('"').next().unwrap().replace("&#38;", "&");
            assert!(
                path.contains("lang=de") && path.contains("category="),
                "{path}"
            );
        }
    }
    seen.sort();
    assert_eq!(seen, titles);
}

#[tokio::test]
async fn a_page_comes_in_the_visitors_language() {
    let world = World::new();
    let event = event("Concert", "");
    world.store(&event).await;
    let path = format!("/events/{}", event.id);
    for (query, accepted, html) in [
        ("", "", "<html lang=\"en\" dir=\"ltr\">"),
        ("", "fr-CH, de;q=0.5", "<html lang=\"fr\" dir=\"ltr\">"),
        ("?lang=ar", "fr", "<html lang=\"ar\" dir=\"rtl\">"),
        ("?lang=xx", "es", "<html lang=\"es\" dir=\"ltr\">"),
    ] {
        let path = format!("{path}{query}");
        let answer = world
            .send("GET", &path, &[("accept-language", accepted)])
            .await;
        answer.assert_contains(html);
        assert_eq!(answer.header("vary"), "accept-encoding, accept-language");
    }
    let arabic = world.get(&format!("{path}?lang=ar")).await;
    let canonical =
        format!("<link rel=\"canonical\" href=\"https://tickets.example.org{path}?lang=ar\">");
    arabic.assert_contains(&canonical);
    arabic.assert_contains("<a class=\"site-name\" href=\"/?lang=ar\">");
    arabic.assert_contains(&format!("href=\"/app{path}/register\""));
}

#[tokio::test]
async fn an_event_shows_what_can_be_done_and_why_not() {
    let world = World::new();
    let mut closed = event("Closed", "");
    let past = "2020-01-01T00:00:00Z".parse().unwrap();
    closed.details.schedule.registration_closes_at = Some(past);
    let mut later = event("Later", "");
    let future = "2089-01-01T00:00:00Z".parse().unwrap();
    later.details.schedule.registration_opens_at = Some(future);
    let mut cancelled = event("Cancelled", "");
    cancelled.status = EventStatus::Cancelled;
    let mut completed = event("Completed", "");
    completed.status = EventStatus::Completed;
    let open = event("Open", "");
    for (event, action, reason, sentence) in [
        (&open, "register", "", "Registration is open."),
        (&closed, "nothing", "closed", "Registration has closed."),
        (
            &later,
            "nothing",
            "not-open-yet",
            "Registration opens: <time",
        ),
        (
            &cancelled,
            "nothing",
            "cancelled",
            "This event was cancelled.",
        ),
        (&completed, "nothing", "completed", "This event is over."),
    ] {
        world.store(event).await;
        let path = format!("/events/{}", event.id);
        for path in [path.clone(), format!("/embed{path}")] {
            let answer = world.get(&path).await.expect(200);
            answer.assert_contains(&format!(
                "data-action=\"{action}\" data-reason=\"{reason}\""
            ));
            answer.assert_contains(sentence);
            let counts = answer.body.contains("data-remaining>200</span> of");
            let is_published = event.status == EventStatus::Published;
            assert_eq!(counts, is_published, "{path}");
            let in_calendar = answer.body.contains("/event.ics\">Add to calendar");
            assert_eq!(
                in_calendar,
                is_published && !path.starts_with("/embed"),
                "{path}"
            );
            let hidden = answer.body.contains(" hidden>Register</a>");
            assert_eq!(hidden, action == "nothing", "{path}");
        }
    }
}

#[tokio::test]
async fn announcements_come_newest_first() {
    let world = World::new();
    let event = event("Concert", "");
    world.store(&event).await;
    for text in ["The *first*", "The second"] {
        let announcement = Announcement {
            id: AnnouncementId::from_uuid(Uuid::now_v7()),
            event_id: event.id,
            message: AnnouncementText::parse(text).unwrap(),
            email: false,
            created_at: "2089-01-01T00:00:00Z".parse().unwrap(),
        };
        world.store.announce(&announcement, "r1").await.unwrap();
    }
    let answer = world.get(&format!("/events/{}", event.id)).await;
    let first = answer.body.find("The <em>first</em>").unwrap();
    let second = answer.body.find("The second").unwrap();
    assert!(second < first);
}

#[tokio::test]
async fn pages_of_usual_events_are_small() {
    let world = World::new();
    let description = "An evening with **Mr Babbage** about engines. ".repeat(40);
    let mut last = None;
    for no in 0..12 {
        let mut event = event(
            &format!("Rust Nation, Winter Edition with Friends {no}"),
            &description,
        );
        event.details.category = Some(Category::parse("Conference").unwrap());
        event.details.tags = ["rust", "engines", "winter"]
            .map(|tag| Tag::parse(tag).unwrap())
            .to_vec();
        world.store(&event).await;
        last = Some(event);
    }
    let event = format!("/events/{}", last.unwrap().id);
    for path in [
        "/?lang=fr",
        &format!("{event}?lang=fr"),
        &format!("/embed{event}"),
    ] {
        let answer = world.get(path).await.expect(200);
        assert!(answer.body.len() < 20_000, "{path}: {}", answer.body.len());
    }
}
