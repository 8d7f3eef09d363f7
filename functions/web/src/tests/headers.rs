//! Tests of the headers for browsers and caches.

use super::{Answer, World, event};
use crate::locale::Locale;

/// Returns the directives of the answer's content security policy that begin with `name`.
fn directive<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let mut directives = answer.header("content-security-policy").split("; ");
    directives
        .find(|directive| directive.starts_with(name))
        .unwrap_or_default()
}

#[tokio::test]
async fn only_the_card_may_be_framed_and_no_page_runs_foreign_code() {
    let world = World::new();
    let event = event("Concert", "");
    world.store(&event).await;
    let page = format!("/events/{}", event.id);
    let card = format!("/embed{page}");
    let organizer = format!("/organizers/{}", event.organizer.id);
    for path in ["/", &page, &card, &organizer, "/events/x", "/app", "/scan"] {
        let answer = world.get(path).await;
        let frames = if path == card { "*" } else { "'none'" };
        assert_eq!(directive(&answer, "default-src"), "default-src 'none'");
        assert_eq!(
            directive(&answer, "frame-ancestors"),
            format!("frame-ancestors {frames}")
        );
        assert_eq!(directive(&answer, "base-uri"), "base-uri 'none'");
        assert_eq!(
            directive(&answer, "connect-src"),
            "connect-src 'self' wss://live.example.org"
        );
        let opener = answer.header("cross-origin-opener-policy");
        assert_eq!(opener == "same-origin", path != card, "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
        ] {
            assert_eq!(answer.header(name), value, "{path}");
        }
        let policy = answer.header("content-security-policy");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert!(!answer.body.contains(" style=\""), "{path}");
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
        assert!(!answer.headers.contains_key("set-cookie"), "{path}");
    }
}

#[tokio::test]
async fn camera_and_wasm_are_for_the_scanner() {
    let world = World::new();
    let has_app = crate::has_app();
    for path in ["/", "/app", "/app/events", "/scan", "/scan/evt_x"] {
        let answer = world.get(path).await;
        let scans = has_app && path.starts_with("/scan");
        let camera = answer
            .header("permissions-policy")
            .contains("camera=(self)");
        assert_eq!(camera, scans, "{path}");
        let wasm = directive(&answer, "script-src").contains("'wasm-unsafe-eval'");
        assert_eq!(wasm, scans, "{path}");
    }
}

#[tokio::test]
async fn a_cache_asks_again_with_the_tag_of_the_form_that_it_keeps() {
    let world = World::new();
    let event = event("Concert", &"Words. ".repeat(300));
    world.store(&event).await;
    let path = format!("/events/{}/event.ics", event.id);
    let plain = world.get(&path).await.expect(200);
    assert_eq!(plain.header("cache-control"), "public, max-age=60");
    let zipped = world
        .send("GET", &path, &[("accept-encoding", "gzip")])
        .await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert_ne!(zipped.header("etag"), plain.header("etag"));
    for (kept, encoding, status) in [
        (plain.header("etag"), "", 304),
        (zipped.header("etag"), "gzip", 304),
        (zipped.header("etag"), "", 200),
    ] {
        let headers = [("if-none-match", kept), ("accept-encoding", encoding)];
        let answer = world.send("GET", &path, &headers).await.expect(status);
        assert_eq!(answer.body.is_empty(), status == 304);
    }
    let page = world.get(&format!("/events/{}", event.id)).await;
    assert_eq!(page.header("cache-control"), "public, max-age=1");
    assert!(page.header("etag").starts_with('"'));
}

#[tokio::test]
async fn an_unchanged_page_has_an_unchanged_tag_and_the_time_is_in_a_header() {
    let world = World::new();
    let mut event = event("Concert", "");
    let opens = "2089-01-01T00:00:00Z".parse().unwrap();
    event.details.schedule.registration_opens_at = Some(opens);
    world.store(&event).await;
    let page = format!("/events/{}", event.id);
    let list = "/".to_owned();
    for path in [page.clone(), format!("/embed{page}"), list] {
        let first = world.get(&path).await.expect(200);
        let time = first.header("server-timing").to_owned();
        let second = time.trim_start_matches("now;desc=\"").trim_end_matches('"');
        assert!(second.parse::<jiff::Timestamp>().is_ok(), "{path}: {time}");
        assert!(!first.body.contains(second), "{path}: {}", first.body);
        // A page of a later second has another time.
        let tag = first.header("etag");
        loop {
            let kept = [("if-none-match", tag)];
            let again = world.send("GET", &path, &kept).await.expect(304);
            if again.header("server-timing") != time {
                assert!(again.header("server-timing") > time.as_str());
                break;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get() {
    let world = World::new();
    let event = event("Concert", "");
    world.store(&event).await;
    let calendar = format!("/events/{}/event.ics", event.id);
    for path in [&calendar, "/robots.txt", "/sitemap.xml", "/events/x"] {
        let get = world.get(path).await;
        let head = world.send("HEAD", path, &[]).await;
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.body, "", "{path}");
        for name in ["etag", "content-type", "cache-control", "content-length"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    let refused = world.send("POST", "/", &[]).await.expect(405);
    refused.assert_contains("This address can only be read");
    assert_eq!(refused.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn the_style_sheet_is_found_and_kept_for_a_year() {
    let world = World::new();
    let answer = world.get("/").await;
    let sheet = answer
        .body
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .unwrap();
    let sheet = world
        .get(sheet.split('"').next().unwrap())
        .await
        .expect(200);
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(
        sheet.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert!(!sheet.body.contains("@import"));
    world.get("/assets/../Cargo.toml").await.expect(404);
    world.get("/assets/x.js").await.expect(404);
}

#[tokio::test]
async fn a_page_of_the_app_names_its_files_in_the_language_of_the_browser() {
    let Some(app) = crate::assets::app() else {
        return;
    };
    let world = World::new();
    for path in ["/app/sign-in", "/app/organize/evt_x/live", "/scan"] {
        let page = app.page(path).unwrap();
        for (accepted, locale) in [("de-AT", Locale::German), ("nl", Locale::English)] {
            let headers = [("accept-language", accepted)];
            let answer = world.send("GET", path, &headers).await.expect(200);
            for file in page.files(locale) {
                assert!(app.file(file).is_some(), "{path}: {file}");
                let link = format!("href=\"/{file}\"");
                assert_eq!(answer.body.matches(&link).count(), 1, "{path}: {file}");
            }
            assert!(!answer.body.contains("head of this page"), "{path}");
        }
    }
    for (path, is_listed) in [
        ("/app/sign-in", true),
        ("/scan", true),
        ("/scan/evt_x", false),
        ("/app/tickets", false),
    ] {
        let answer = world.get(path).await.expect(200);
        let hidden = answer.body.contains("content=\"noindex\"");
        assert_eq!(hidden, !is_listed, "{path}");
    }
    for path in ["/app/nowhere", "/app/tickets.bak", "/scan/evt_x/old"] {
        // The app starts, and says that nothing is there.
        let unknown = world.get(path).await.expect(404);
        unknown.assert_contains("<div class=\"app-root\">");
        unknown.assert_contains("content=\"noindex\"");
        assert!(!unknown.body.contains("of this page -->"));
    }
}

#[tokio::test]
async fn a_page_without_an_account_is_seen_before_its_code_has_arrived() {
    if crate::assets::app().is_none() {
        return;
    }
    let world = World::new();
    for (path, accepted, expected) in [
        ("/app/sign-in", "de-AT", Some("lang=\"de\" dir=\"ltr\"")),
        ("/app/sign-up", "nl", Some("lang=\"en\" dir=\"ltr\"")),
        ("/app/forgot", "fr", Some("lang=\"fr\" dir=\"ltr\"")),
        ("/scan", "ar", Some("lang=\"ar\" dir=\"rtl\"")),
        // The text of a page may depend on the query.
        ("/app/sign-up?event=evt_x", "en", None),
        ("/scan/evt_x", "en", None),
        ("/app/tickets", "en", None),
    ] {
        let headers = [("accept-language", accepted)];
        let answer = world.send("GET", path, &headers).await.expect(200);
        assert!(!answer.body.contains("of this page -->"), "{path}");
        let paint = answer.body.split_once("<div data-first-paint ");
        let paint = paint.map(|(_, paint)| paint.split_once("<div class=\"app-root\">").unwrap().0);
        match (paint, expected) {
            (None, None) => {}
            (Some(paint), Some(language)) => {
                assert!(paint.starts_with(&format!("inert {language}")), "{paint}");
                assert!(paint.contains("<h1 "), "{path}: {paint}");
                for inline in ["style=", "<script", "<style", " onsubmit"] {
                    assert!(!paint.contains(inline), "{path}: {inline}");
                }
            }
            other => panic!("{path}: {other:?}"),
        }
    }
}
