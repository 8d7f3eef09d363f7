//! Tests of pictures of events: uploading, replacing, removing, and the files that visitors get.

#![expect(
    clippy::unwrap_used,
    reason = "a picture of a test that cannot be made or read fails the test"
)]

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use tests::{
    Answer, Event, Method, NewEvent, PATIENCE, Stack, assert_invalid, assert_problem,
    assert_refused, eventually, unique,
};

/// Returns a picture whose left half is red, and whose right half is blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([250, 0, 0])
        } else {
            Rgb([0, 0, 250])
        }
    })
}

fn file(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Returns a PNG file of this size.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    file(&halves(width, height), ImageFormat::Png)
}

/// Returns a JPEG file that a camera has marked to be turned clockwise, with a position on the earth.
fn photo_of_a_camera() -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
    exif.extend([0, 2, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    exif.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    exif.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"GPS position: Vienna");
    let photo = file(&halves(1000, 600), ImageFormat::Jpeg);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&photo[..2], &[0xff, 0xe1], &length, &exif, &photo[2..]].concat()
}

/// Reads one file of a picture, and checks its headers.
async fn served(stack: &Stack, path: &str) -> (Answer, RgbImage) {
    let answer = stack.anyone().get(path).await.expect(200);
    assert_eq!(answer.header("content-type"), "image/jpeg");
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let read = image::load_from_memory_with_format(&answer.bytes, ImageFormat::Jpeg);
    (answer, read.unwrap().into_rgb8())
}

/// Waits until none of the files exists any more.
async fn gone(stack: &Stack, paths: &[String]) {
    for path in paths {
        eventually(PATIENCE, async || stack.anyone().get(path).await.when(404)).await;
    }
}

async fn a_published_event(stack: &Stack) -> (tests::User, Event) {
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    (organizer, event)
}

#[tokio::test]
async fn a_picture_is_on_all_pages_of_its_event_until_it_is_removed() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    assert_eq!(event.json["picture"], json!(null));
    let description = format!("A choir & \"its\" hall {}", unique());
    let set = organizer
        .set_described_picture(&event, &png(1200, 600), &format!(" {description} "))
        .await
        .expect(200);
    assert_eq!(set["picture"]["description"], description);
    assert_eq!(set["version"], event.json["version"].as_u64().unwrap() + 1);
    assert_eq!(Event::from_answer(&set).json["title"], event.json["title"]);
    let paths = set.picture_paths();
    let sizes = set["picture"]["sizes"].as_array().unwrap();
    let widths: Vec<_> = sizes.iter().map(|size| size["width"].clone()).collect();
    assert_eq!(widths, [480, 960, 1200]);
    for (size, path) in sizes.iter().zip(&paths) {
        let (_, picture) = served(&stack, path).await;
        assert_eq!(size["width"], picture.width());
        assert_eq!(size["height"], picture.height());
        assert!(picture.get_pixel(10, 10).0[0] > 200);
    }
    let read = stack.anyone().get(&event.path()).await.expect(200);
    assert_eq!(read["picture"], set["picture"]);
    let page = format!("/events/{}", event.id);
    let page = eventually(PATIENCE, async || {
        let page = stack.anyone().get(&page).await.when(200)?;
        page.once(|page| page.text.contains(&paths[2]))
    })
    .await;
    let alt = description.replace('&', "&#38;").replace('"', "&#34;");
    assert!(page.text.contains(&format!("alt=\"{alt}\"")), "{page}");
    assert!(page.text.contains(&format!("{} 960w", paths[1])), "{page}");
    assert!(
        page.text.contains("width=\"1200\" height=\"600\""),
        "{page}"
    );
    // The description for search engines names the largest file.
    assert!(page.text.contains(&format!("{}\"]", paths[2])), "{page}");

    let removed = organizer.remove_picture(&event).await.expect(200);
    assert_eq!(removed["picture"], json!(null));
    gone(&stack, &paths).await;
    let again = organizer.remove_picture(&event).await.expect(200);
    assert_eq!(again["version"], removed["version"]);
}

#[tokio::test]
async fn a_cameras_notes_turn_the_picture_and_are_not_kept() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    let photo = photo_of_a_camera();
    assert!(photo.windows(3).any(|window| window == b"GPS"));
    let set = organizer
        .set_picture(&event, "image/jpeg", &photo)
        .await
        .expect(200);
    assert_eq!(set["picture"]["description"], json!(null));
    for path in set.picture_paths() {
        let (answer, picture) = served(&stack, &path).await;
        let (width, height) = picture.dimensions();
        assert!(width < height, "{width} {height}");
        // The left half of the photo is the upper half of the picture.
        assert!(picture.get_pixel(width / 2, height / 4).0[0] > 200);
        assert!(picture.get_pixel(width / 2, height * 3 / 4).0[2] > 200);
        for part in [&b"GPS"[..], b"Exif", b"Vienna"] {
            let found = answer
                .bytes
                .windows(part.len())
                .any(|window| window == part);
            assert!(!found, "{path}");
        }
    }
}

#[tokio::test]
async fn a_replaced_picture_has_another_address_and_its_files_go() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    let same = png(500, 300);
    let first = organizer.set_picture(&event, "image/png", &same).await;
    let first = first.expect(200).picture_paths();
    let webp = file(&halves(500, 300), ImageFormat::WebP);
    let second = organizer.set_picture(&event, "image/webp", &webp).await;
    let second = second.expect(200).picture_paths();
    gone(&stack, &first).await;
    // The same file as before gets an address of its own, so no cache and no deletion mistakes it for the former one.
    let third = organizer.set_picture(&event, "image/png", &same).await;
    let third = third.expect(200).picture_paths();
    assert!(first != third && second != third);
    gone(&stack, &second).await;
    for path in &third {
        served(&stack, path).await;
    }
}

#[tokio::test]
async fn the_files_of_a_deleted_draft_go_with_it() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let set = organizer
        .set_picture(&draft, "image/png", &png(40, 30))
        .await;
    let paths = set.expect(200).picture_paths();
    served(&stack, &paths[0]).await;
    organizer.delete(&draft.path()).await.expect(204);
    gone(&stack, &paths).await;
}

#[tokio::test]
async fn uploads_at_the_same_time_leave_one_picture() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    let file = png(30, 20);
    let upload = || organizer.set_picture(&event, "image/png", &file);
    let (one, other, third) = futures::join!(upload(), upload(), upload());
    let event_now = organizer.get(&event.path()).await.expect(200);
    let kept = event_now.picture_paths();
    served(&stack, &kept[0]).await;
    let uploaded = [one, other, third].map(|answer| answer.expect(200).picture_paths());
    assert!(uploaded.contains(&kept), "{uploaded:?} {kept:?}");
    for paths in uploaded.iter().filter(|paths| **paths != kept) {
        gone(&stack, paths).await;
    }
    served(&stack, &kept[0]).await;
}

#[tokio::test]
async fn an_edit_keeps_the_picture_and_an_edit_of_the_version_before_is_refused() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    let set = organizer
        .set_picture(&event, "image/png", &png(30, 20))
        .await;
    let set = set.expect(200);
    let venue = json!({"venue": "Opera"});
    let late = organizer.patch_event_at(&event, &event.etag, venue.clone());
    assert_problem(&late.await, 412, "precondition-failed");
    let now = Event::from_answer(&set);
    let edited = organizer.patch_event_at(&event, &now.etag, venue).await;
    assert_eq!(edited.expect(200)["picture"], set["picture"]);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_changes_nothing() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    let png = png(300, 200);
    for (media_type, file) in [
        ("image/png", &b"hello"[..]),
        ("image/png", b""),
        ("image/jpeg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("image/webp", b"GIF89a\x01\0\x01\0\0\0\0;"),
        ("image/gif", &png),
        ("application/octet-stream", &png),
    ] {
        let refused = organizer.set_picture(&event, media_type, file).await;
        assert_problem(&refused, 415, "unsupported-media-type");
    }
    let mut animated = png.clone();
    // The chunk `acTL` after the header marks an animation. Two frames, played for ever; then the checksum of the chunk.
    let chunk = b"acTL\0\0\0\x02\0\0\0\0";
    let mut checksum = flate2::Crc::new();
    checksum.update(chunk);
    let checksum = checksum.sum().to_be_bytes();
    animated.splice(
        33..33,
        [&8_u32.to_be_bytes()[..], chunk, &checksum].concat(),
    );
    for file in [&png[..png.len() / 2], &animated] {
        let refused = organizer.set_picture(&event, "image/png", file).await;
        assert_invalid(&refused, "");
    }
    let large = vec![0; (4 << 20) + 1];
    let refused = organizer.set_picture(&event, "image/png", &large).await;
    assert_problem(&refused, 413, "payload-too-large");
    let long = "a".repeat(201);
    let refused = organizer.set_described_picture(&event, &png, &long).await;
    assert_invalid(&refused, "/description");
    let now = organizer.get(&event.path()).await.expect(200);
    assert_eq!(now["version"], event.json["version"]);
}

#[tokio::test]
async fn the_largest_file_that_is_accepted_arrives_whole() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    // A JPEG file may have any bytes after its end.
    let mut file = file(&halves(64, 48), ImageFormat::Jpeg);
    file.resize(4 << 20, 0xff);
    let set = organizer.set_picture(&event, "image/jpeg", &file).await;
    let paths = set.expect(200).picture_paths();
    let (_, picture) = served(&stack, &paths[0]).await;
    assert_eq!(picture.dimensions(), (64, 48));
}

#[tokio::test]
async fn only_an_event_that_can_be_edited_gets_a_picture_and_the_log_says_who_gave_it() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let (organizer, event) = a_published_event(&stack).await;
    let set = admin.set_picture(&event, "image/png", &png(30, 20)).await;
    set.expect(200);
    let log = admin.audit(&[("object", &event.id)]).await.expect(200);
    let entry = &log.items()[0];
    assert_eq!(entry["action"], "event.updated", "{entry}");
    assert_eq!(entry["detail"]["fields"], json!(["picture"]), "{entry}");
    organizer.cancel(&event).await.expect(200);
    let late = organizer
        .set_picture(&event, "image/png", &png(30, 20))
        .await;
    assert_problem(&late, 409, "not-editable");
    let late = organizer.remove_picture(&event).await;
    assert_problem(&late, 409, "not-editable");
}

#[tokio::test]
async fn an_address_of_no_file_is_not_found() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    let set = organizer
        .set_picture(&event, "image/png", &png(30, 20))
        .await;
    let path = &set.expect(200).picture_paths()[0];
    let folder = path.trim_end_matches("30.jpg");
    for missing in [
        format!("{folder}31.jpg"),
        format!("{folder}030.jpg"),
        format!("{folder}30.png"),
        "/pictures/pic_01kamyz7p4e4gtxg4rv9jd5q7a/480.jpg".to_owned(),
        "/pictures/..%2f..%2fsecret/480.jpg".to_owned(),
        format!("/pictures/{}/480.jpg", event.id),
    ] {
        let answer = stack.anyone().get(&missing).await.expect(404);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let write = stack.anyone().call(Method::PUT, path).send().await;
    assert_eq!(write.status, 405, "{write}");
    let missing = "/v1/events/evt_01kamyz7p4e4gtxg4rv9jd5q7a/picture";
    assert_refused(&organizer.delete(missing).await, 404);
}

#[tokio::test]
async fn a_description_changes_without_another_file() {
    let stack = Stack::from_env();
    let (organizer, event) = a_published_event(&stack).await;
    let describe = async |description: Value| {
        let changes = json!({"description": description});
        organizer.patch_picture(&event, changes).await
    };
    assert_problem(&describe(json!("A hall")).await, 404, "not-found");
    let set = organizer
        .set_described_picture(&event, &png(600, 300), "A hall")
        .await
        .expect(200);

    let changed = describe(json!(" A choir ")).await.expect(200);
    assert_eq!(changed["picture"]["description"], "A choir");
    assert_eq!(changed["picture"]["sizes"], set["picture"]["sizes"]);
    assert_eq!(
        changed["version"],
        set["version"].as_u64().unwrap() + 1,
        "{changed}"
    );
    assert_ne!(changed.header("etag"), set.header("etag"));
    // The same description, and no description, change nothing.
    for body in [json!({"description": "A choir"}), json!({})] {
        let same = organizer.patch_picture(&event, body).await.expect(200);
        assert_eq!(same["version"], changed["version"]);
        assert_eq!(same["picture"], changed["picture"]);
    }
    for nothing in [json!(null), json!("")] {
        describe(json!("A choir")).await.expect(200);
        let removed = describe(nothing).await.expect(200);
        assert_eq!(removed["picture"]["description"], json!(null));
    }
    let long = describe(json!("x".repeat(201))).await;
    assert_invalid(&long, "/description");
    // No change of the description has deleted a file.
    for path in set.picture_paths() {
        served(&stack, &path).await;
    }
    organizer.remove_picture(&event).await.expect(200);
    gone(&stack, &set.picture_paths()).await;
    let late = describe(json!("A hall")).await;
    assert_problem(&late, 404, "not-found");
}
