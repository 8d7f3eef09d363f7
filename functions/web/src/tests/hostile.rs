//! Tests that texts of organizers and visitors are only texts.

use domain::text::{Category, PersonName, Tag, Venue};

use super::{World, event};

const ATTACK: &str = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&{{7*7}}";

#[tokio::test]
async fn no_text_becomes_an_element() {
    let world = World::new();
    let mut event = event(ATTACK, ATTACK);
    event.details.venue = Venue::from_stored(ATTACK.to_owned());
    event.details.category = Some(Category::from_stored(ATTACK.to_owned()));
    event.details.tags = vec![Tag::from_stored(ATTACK.to_owned())];
    event.organizer.name = PersonName::from_stored(ATTACK.to_owned());
    world.store(&event).await;
    let query = "q=%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27%3E%3Cimg+src%3Dx";
    for path in [
        "/".to_owned(),
        format!("/?{query}&category={query}&tag={query}&from={query}&cursor={query}&lang={query}"),
        format!("/events/{}", event.id),
        format!("/events/{}?{query}", event.id),
        format!("/embed/events/{}", event.id),
        format!("/organizers/{}", event.organizer.id),
        format!("/events/x?{query}"),
        "/events.atom".to_owned(),
        "/sitemap.xml".to_owned(),
    ] {
        let answer = world.get(&path).await;
        for tag in ["<script>alert", "<img", "onerror=alert(1)>"] {
            assert!(
                !answer.body.contains(tag),
                "{tag} in {path}: {}",
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn a_hostile_host_changes_no_policy() {
    let store = store::Store::new(fixtures::Embedded::alone());
    let router = crate::router(crate::Pages::new(
        store,
        fixtures::pictures(),
        crate::Settings::default(),
    ));
    for host in [
        "evil.example;script-src *",
        "evil.example/\"><script>",
        "a b",
    ] {
        let answer = super::send(&router, "GET", "/", &[("host", host)]).await;
        assert!(!answer.body.contains("evil.example"), "{}", answer.body);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("connect-src 'self' ws://localhost wss://localhost;"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn without_a_setting_no_shared_cache_keeps_the_addresses_that_a_request_named() {
    let certain = World::new();
    let event = event("Concert", "");
    certain.store(&event).await;
    let store = certain.store.clone();
    let pages = crate::Pages::new(store, certain.pictures.clone(), crate::Settings::default());
    let router = crate::router(pages);
    let page = format!("/events/{}", event.id);
    let picture = crate::share::Picture::of(&event, crate::locale::Locale::English).path();
    for (path, rules) in [
        ("/", "max-age=1"),
        (&page, "max-age=1"),
        (&format!("/embed{page}"), "max-age=1"),
        ("/events.atom", "max-age=60"),
        (&format!("{page}/event.ics"), "max-age=60"),
        ("/sitemap.xml", "max-age=60"),
        ("/robots.txt", "max-age=60"),
    ] {
        let answer = super::send(&router, "GET", path, &[("host", "evil.example")]).await;
        assert_eq!(answer.status, 200, "{path}");
        let control = format!("private, {rules}");
        assert_eq!(answer.header("cache-control"), control, "{path}");
        let answer = certain.send("GET", path, &[("host", "evil.example")]).await;
        let control = format!("public, {rules}");
        assert_eq!(answer.header("cache-control"), control, "{path}");
        assert!(!answer.body.contains("evil.example"), "{path}");
    }
    let answer = super::send(&router, "GET", &page, &[("host", "evil.example")]).await;
    // The browser knows where the socket is.
    answer.assert_contains("<meta name=\"em-connect-live\" content=\"\">");
    let answer = super::send(&router, "GET", &picture, &[]).await;
    assert!(answer.header("cache-control").starts_with("public, "));
    let answer = super::send(&router, "GET", "/app", &[]).await;
    let control = answer.header("cache-control");
    assert!(
        ["private, no-cache", "no-store"].contains(&control),
        "{control}"
    );
}
