//! Tests of the pictures that networks and messengers show beside links to events.

#![expect(
    clippy::unwrap_used,
    reason = "a picture that cannot be read fails the test"
)]

use serde_json::json;
use tests::{Answer, NewEvent, PATIENCE, Stack, eventually};

/// Returns the path of the picture that a page names.
fn picture_of(page: &Answer) -> String {
    let named = page.text.split("property=\"og:image\" content=\"").nth(1);
    let address = named.and_then(|rest| rest.split('"').next());
    let address = address.unwrap_or_else(|| panic!("no picture in {page}"));
    let path = address.find("/events/").unwrap();
    assert!(address.starts_with("http"), "{address}");
    address[path..].to_owned()
}

/// Returns the width, the height and the pixels of a PNG.
fn read(png: &Answer) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(&png.bytes))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    (frame.width, frame.height, pixels)
}

#[tokio::test]
async fn a_link_has_a_picture_that_changes_with_the_event() {
    let stack = Stack::from_env();
    let anyone = stack.anyone();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let event = organizer.published_event(NewEvent::default()).await;
    let page = format!("/events/{}", event.id);
    let before = picture_of(&anyone.get(&page).await.expect(200));
    let picture = anyone.get(&before).await.expect(200);
    assert_eq!(picture.header("content-type"), "image/png");
    assert_eq!(
        picture.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let (width, height, pixels) = read(&picture);
    assert_eq!((width, height), (1200, 630));
    let written = pixels.iter().filter(|pixel| **pixel != pixels[0]).count();
    assert!(written > 30_000, "{written}");

    let title = json!({"title": "A title that nobody knew before"});
    let changed = organizer.patch_event(&event, title).await;
    changed.expect(200);
    let after = eventually(PATIENCE, async || {
        let page = anyone.get(&page).await.when(200)?;
        page.once(|page| picture_of(page) != before)
    })
    .await;
    let after = picture_of(&after);
    // The former address leads to the present picture.
    let moved = anyone.get(&before).await.expect(302);
    assert_eq!(moved.header("location"), after);
    let picture = anyone.get(&after).await.expect(200);
    assert_ne!(read(&picture).2, pixels);
    // A draft has no picture.
    let secret = after.replace(&event.id, &draft.id);
    anyone.get(&secret).await.expect(404);
}
