//! A snapshot of an event's page as it is sent.

use domain::{
    events::schedule::ZoneName,
    text::{Category, Tag, Venue},
};

use super::{World, event};

#[tokio::test]
async fn the_page_of_an_event() {
    let world = World::new();
    let mut event = event(
        "Concert & more",
        "# Programme\nAn *evening* with [Mr Babbage](https://example.org/?a=1&b=2).",
    );
    event.id = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    event.organizer.id = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    event.details.schedule.timezone = ZoneName::parse("Europe/Berlin").unwrap();
    event.details.venue = Venue::parse("Town hall").unwrap();
    event.details.category = Some(Category::parse("Music").unwrap());
    event.details.tags = vec![Tag::parse("jazz & blues").unwrap()];
    world.store(&event).await;
    let page = world
        .get(&format!("/events/{}?lang=en", event.id))
        .await
        .expect(200);
    insta::assert_snapshot!(settled(&page.body));
}

/// Returns the page without what depends on whether Node has built the scripts.
fn settled(html: &str) -> String {
    let built = [
        "<link rel=\"icon\"",
        "<link rel=\"stylesheet\"",
        "<script type=\"module\"",
        "<script src=",
        "<p class=\"seats-age",
    ];
    let lines = html.lines();
    let lines = lines.filter(|line| !built.iter().any(|begin| line.starts_with(begin)));
    lines.flat_map(|line| [line, "\n"]).collect()
}
