//! Tests of the preview of a draft.

use domain::{
    events::{Event, EventStatus},
    keys::bearer_code::BearerCode,
};
use jiff::{Timestamp, ToSpan as _};

use super::{World, event};

/// Returns the path of a link to the preview of `event`, which ends after `hours` hours.
async fn link(world: &World, event: &Event, random: u8, hours: i64) -> String {
    let code = BearerCode::new([random; 32]);
    let until = Timestamp::now() + hours.hours();
    world
        .store
        .note_preview(&code, event.id, until)
        .await
        .unwrap();
    format!("/events/{}/preview/{}", event.id, code.as_str())
}

#[tokio::test]
async fn a_draft_looks_like_a_published_event_on_which_nothing_works() {
    let world = World::new();
    let mut draft = event(
        "Evening",
        "# Programme\n\n**Bach** <script>alert(1)</script>",
    );
    draft.status = EventStatus::Draft;
    world.store(&draft).await;
    let path = link(&world, &draft, 1, 1).await;
    let page = world.get(&path).await.expect(200);
    page.assert_contains("<strong>Bach</strong>");
    page.assert_contains("<span data-remaining>200</span> of <span data-capacity>200</span>");
    page.assert_contains("role=\"link\" aria-disabled=\"true\"");
    page.assert_contains(&format!("href=\"/app/organize/{}\"", draft.id));
    page.assert_contains("<meta name=\"robots\" content=\"noindex\">");
    page.assert_contains(&format!("href=\"{path}?lang=de\""));
    assert_eq!(page.header("cache-control"), "no-store");
    for forbidden in [
        "<script>alert",
        "/register\"",
        "event.ics",
        "data-event=",
        "ld+json",
    ] {
        assert!(!page.body.contains(forbidden), "{forbidden}: {}", page.body);
    }
    let german = world.get(&format!("{path}?lang=de")).await.expect(200);
    german.assert_contains("Vorschau");
}

#[tokio::test]
async fn a_link_is_for_one_event_and_ends() {
    let world = World::new();
    let [mut draft, mut other] = [event("Secret", ""), event("Other", "")];
    for event in [&mut draft, &mut other] {
        event.status = EventStatus::Draft;
        world.store(event).await;
    }
    let good = link(&world, &draft, 1, 1).await;
    let ended = link(&world, &draft, 2, -1).await;
    let (_, code) = good.rsplit_once('/').unwrap();
    world.get(&good).await.expect(200);
    for path in [
        ended,
        format!("/events/{}/preview/{code}", other.id),
        format!("/events/{}/preview/{}", draft.id, &code[1..]),
        format!("/events/x/preview/{code}"),
    ] {
        let answer = world.get(&path).await.expect(404);
        assert!(!answer.body.contains("Secret"), "{path}");
    }
}

#[tokio::test]
async fn the_link_to_a_published_event_leads_to_its_page() {
    let world = World::new();
    let event = event("Evening", "");
    world.store(&event).await;
    let path = link(&world, &event, 1, 1).await;
    let answer = world.get(&path).await.expect(302);
    assert_eq!(answer.header("location"), format!("/events/{}", event.id));
    assert_eq!(answer.header("cache-control"), "no-store");
}
