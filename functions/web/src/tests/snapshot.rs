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

/// Returns the page without the parts that change from run to run: the time of the request, and the names of the files that
/// Node builds.
fn settled(html: &str) -> String {
    let now = html.split("em-connect-now\" content=\"").nth(1).unwrap();
    let now = now.split('"').next().unwrap().to_owned();
    let mut settled = String::new();
    for line in html.replace(&now, "(now)").lines() {
        let is_file = [
            "<link rel=\"icon\"",
            "<link rel=\"stylesheet\"",
            "<script type=\"module\"",
        ];
        if is_file.iter().any(|begin| line.starts_with(begin)) {
            continue;
        }
        let line = match line.split_once("<noscript>") {
            Some((before, _)) => format!("{before}<noscript>(now)</noscript></p>"),
            None => line.to_owned(),
        };
        settled.push_str(&line);
        settled.push('\n');
    }
    settled
}
