//! Tests of the public pages, as a browser without script gets them.

use serde_json::json;
use tests::{Answer, Client, Event, Method, NewEvent, PATIENCE, Stack, eventually};

/// Returns the page of an event as soon as it contains `text`.
async fn page_with(event: &Event, text: &str) -> Answer {
    let path = format!("/events/{}", event.id);
    eventually(PATIENCE, async || {
        let page = Stack::from_env().anyone().get(&path).await.when(200)?;
        page.once(|page| page.text.contains(text))
    })
    .await
}

#[track_caller]
fn assert_contains(page: &Answer, text: &str) {
    assert!(page.text.contains(text), "{text} is not in {page}");
}

async fn head(client: &Client, path: &str) -> Answer {
    client.call(Method::HEAD, path).send().await
}

#[tokio::test]
async fn a_page_says_what_a_visitor_can_do_and_how_many_seats_are_left() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let page = page_with(&event, "data-action=\"register\"").await;
    assert_contains(&page, "<span data-remaining>1</span> of");
    assert_contains(
        &page,
        &format!("href=\"/app/events/{}/register\"", event.id),
    );
    let guest = stack.register_user().await;
    guest.register_for(&event).await.expect(201);
    let page = page_with(&event, "data-action=\"waitlist\"").await;
    assert_contains(&page, "<span data-remaining>0</span> of");
    organizer.cancel(&event).await.expect(200);
    page_with(&event, "data-reason=\"cancelled\"").await;
    let card = format!("/embed/events/{}", event.id);
    let card = stack.anyone().get(&card).await.expect(200);
    assert_contains(&card, "This event was cancelled.");
    assert_contains_policy(&card, "frame-ancestors *");
    assert_contains_policy(&page, "frame-ancestors 'none'");
}

#[track_caller]
fn assert_contains_policy(page: &Answer, directive: &str) {
    let policy = page.header("content-security-policy");
    assert!(policy.contains(directive), "{directive}: {policy}");
}

#[tokio::test]
async fn a_draft_has_no_page_and_unknown_addresses_are_the_apis() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    for path in [
        format!("/events/{}", draft.id),
        format!("/embed/events/{}", draft.id),
        format!("/events/{}/event.ics", draft.id),
        format!("/organizers/{}", organizer.id()),
        "/events/nothing".to_owned(),
        "/assets/nothing.js".to_owned(),
    ] {
        // The organizer's token makes no difference.
        let answer = organizer.get(&path).await.expect(404);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    for path in ["/nothing", "/v1/nothing"] {
        let answer = stack.anyone().get(path).await.expect(404);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn everybody_with_the_link_sees_the_preview_of_a_draft_until_it_is_published() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let new = NewEvent {
        description: Some("**Bach** and others".to_owned()),
        ..NewEvent::with_capacity(12)
    };
    let draft = organizer.draft_event(new).await;
    let preview = async || {
        let answer = organizer
            .post(&format!("{}/preview", draft.path()), json!({}))
            .await;
        let answer = answer.expect(201);
        assert_eq!(answer.header("cache-control"), "no-store");
        answer.json["path"].as_str().unwrap().to_owned()
    };
    let [path, later] = [preview().await, preview().await];
    assert_ne!(path, later);
    for path in [&path, &later] {
        let page = stack.anyone().get(path).await.expect(200);
        assert_contains(&page, "<strong>Bach</strong>");
        assert_contains(&page, "<span data-remaining>12</span> of");
        assert_eq!(page.header("cache-control"), "no-store");
    }
    organizer
        .patch_event(&draft, json!({"venue": "Opera house"}))
        .await
        .expect(200);
    let page = stack.anyone().get(&path).await.expect(200);
    assert_contains(&page, "Opera house");
    organizer.publish(&draft).await.expect(200);
    let answer = stack.anyone().get(&path).await.expect(302);
    assert_eq!(answer.header("location"), format!("/events/{}", draft.id));
}

#[tokio::test]
async fn lists_find_an_event_by_its_words_and_feeds_have_it() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let word = tests::unique();
    let new = NewEvent {
        title: format!("Evening {word} <b>&</b>"),
        ..NewEvent::default()
    };
    let event = organizer.published_event(new).await;
    let by_organizer = format!("/organizers/{}", organizer.id());
    for path in [
        format!("/?q={word}&utm_source=mail"),
        format!("/events.ics?q={word}"),
        format!("/events.atom?q={word}"),
        by_organizer.clone(),
        format!("{by_organizer}/events.ics"),
        format!("{by_organizer}/events.atom"),
    ] {
        let answer = eventually(PATIENCE, async || {
            let answer = stack.anyone().get(&path).await.when(200)?;
            answer.once(|answer| answer.text.contains(&event.id))
        })
        .await;
        assert_contains(&answer, &format!("Evening {word}"));
        let is_markup = !answer.header("content-type").starts_with("text/calendar");
        assert!(!(is_markup && answer.text.contains("<b>")), "{answer}");
        assert_eq!(answer.header("set-cookie"), "");
    }
    let robots = stack.anyone().get("/robots.txt").await.expect(200);
    assert_contains(&robots, "/sitemap.xml\n");
}

#[tokio::test]
async fn an_announcement_is_on_the_page() {
    let organizer = Stack::from_env().register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let path = format!("/v1/events/{}/announcements", event.id);
    let message = "Doors open *now* <script>";
    let sent = organizer.post(&path, json!({"message": message})).await;
    sent.expect(201);
    page_with(&event, "Doors open <em>now</em> &lt;script&gt;").await;
}

#[tokio::test]
async fn pages_can_be_cached_compressed_and_asked_for_without_their_body() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let path = format!("/events/{}/event.ics", event.id);
    let anyone = stack.anyone();
    let calendar = anyone.get(&path).await.expect(200);
    let tag = calendar.header("etag").to_owned();
    let again = anyone.call(Method::GET, &path);
    again.header("if-none-match", &tag).send().await.expect(304);
    let head = head(anyone, &path).await.expect(200);
    assert_eq!((head.header("etag"), head.text.as_str()), (&*tag, ""));
    let page = anyone.call(Method::GET, &format!("/events/{}", event.id));
    let page = page
        .header("accept-encoding", "gzip")
        .send()
        .await
        .expect(200);
    assert_eq!(page.header("content-encoding"), "gzip");
    // Neither target knows its own address, so the answer has the address that this request named.
    assert_eq!(page.header("cache-control"), "private, max-age=1");
    let kept = page.header("etag").to_owned();
    let again = anyone.call(Method::GET, &format!("/events/{}", event.id));
    let again = again
        .header("accept-encoding", "gzip")
        .header("if-none-match", &kept);
    let again = again.send().await.expect(304);
    assert!(again.header("server-timing").starts_with("now;desc=\""));
    if stack.server().is_none() {
        // API Gateway has one rule for other origins, which holds for API and pages. A page contains nothing private.
        return;
    }
    let foreign = anyone.call(Method::GET, "/");
    let foreign = foreign.header("origin", "https://example.org").send().await;
    assert_eq!(
        foreign.expect(200).header("access-control-allow-origin"),
        ""
    );
}
