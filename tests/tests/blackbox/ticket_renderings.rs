//! Tests of a ticket as an image, as a PDF for printing, and as a calendar entry.

use serde_json::json;
use tests::{
    Answer, Client, NewEvent, PATIENCE, Stack, Ticket, assert_refused, eventually, in_days,
    qr_content_of,
};

const RENDERINGS: [(&str, &str); 4] = [
    ("qr.svg", "image/svg+xml"),
    ("qr.png", "image/png"),
    ("ticket.pdf", "application/pdf"),
    ("calendar.ics", "text/calendar"),
];

async fn rendering(caller: &Client, ticket: &Ticket, name: &str) -> Answer {
    caller.get(&format!("{}/{name}", ticket.path())).await
}

#[tokio::test]
async fn every_rendering_is_the_holders_and_the_doors() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let guest = &doors.guests[0];
    let stranger = &doors.guests[1].user;

    for (name, content_type) in RENDERINGS {
        for caller in [&guest.user, &doors.staff, &doors.organizer] {
            let drawn = rendering(caller, &guest.ticket, name).await.expect(200);
            let found = drawn.header("content-type");
            assert!(found.starts_with(content_type), "{found} in {drawn}");
            assert!(!drawn.bytes.is_empty(), "{drawn}");
        }
        let refused = rendering(stack.anyone(), &guest.ticket, name).await;
        assert_refused(&refused, 401);
        let refused = rendering(stranger, &guest.ticket, name).await;
        assert_refused(&refused, 404);
        let typed = guest.ticket.code_typed_badly();
        let typed = format!("/v1/tickets/{typed}/{name}");
        guest.user.get(&typed).await.expect(200);
    }
    let nowhere = rendering(&guest.user, &guest.ticket, "qr.gif").await;
    assert_refused(&nowhere, 404);
}

#[tokio::test]
async fn the_png_holds_the_signed_content() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(3).await;
    for guest in &doors.guests {
        let png = rendering(&guest.user, &guest.ticket, "qr.png").await;
        assert_eq!(qr_content_of(&png.expect(200).bytes), guest.ticket.qr);
    }
}

#[tokio::test]
async fn the_svg_is_a_picture_and_nothing_else() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let guest = &doors.guests[0];
    let svg = rendering(&guest.user, &guest.ticket, "qr.svg").await;
    let svg = svg.expect(200);
    assert!(svg.text.trim_start().starts_with('<'), "{svg}");
    assert!(svg.text.contains("<svg"), "{svg}");
    assert!(svg.text.trim_end().ends_with("</svg>"), "{svg}");
    assert!(svg.text.contains("http://www.w3.org/2000/svg"), "{svg}");
    assert!(!svg.text.contains("<script"), "{svg}");
    assert!(!svg.text.contains(&guest.user.account.name), "{svg}");
}

#[tokio::test]
async fn the_pdf_is_one() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user_named("Łukasz Ñandú 李 <b>&").await;
    let event = NewEvent {
        title: "Größe & \"Maß\" 🎉 (1/2) \\".to_owned(),
        venue: "東京, Straße 5".to_owned(),
        ..NewEvent::default()
    };
    let event = organizer.published_event(event).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;

    let pdf = rendering(&user, &ticket, "ticket.pdf").await.expect(200);

    assert!(pdf.bytes.starts_with(b"%PDF-"), "{pdf}");
    let end = pdf.bytes.len().saturating_sub(1_024);
    let end = String::from_utf8_lossy(&pdf.bytes[end..]).into_owned();
    assert!(end.contains("%%EOF"), "it ends in {end:?}");
}

#[tokio::test]
async fn the_calendar_entry_is_well_formed() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = NewEvent {
        title: format!("Comma, semicolon; back\\slash {}", "ü".repeat(80)),
        ..NewEvent::default()
    };
    let event = organizer.published_event(event).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;

    let calendar = rendering(&user, &ticket, "calendar.ics").await.expect(200);

    let text = &calendar.text;
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n"), "{calendar}");
    assert!(text.trim_end().ends_with("END:VCALENDAR"), "{calendar}");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 1, "{calendar}");
    for line in text.trim_end().split("\r\n") {
        assert!(line.len() <= 75, "{} octets in {line:?}", line.len());
        assert!(!line.contains('\n'), "a lone line feed in {line:?}");
    }
    for name in ["UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE"] {
        assert!(!entry(&calendar, name).is_empty(), "{name} in {calendar}");
    }
    let summary = entry(&calendar, "SUMMARY");
    let escaped = "Comma\\, semicolon\\; back\\\\slash üü";
    assert!(summary.contains(escaped), "{summary}");
    assert!(entry(&calendar, "LOCATION").contains("Town hall"));
}

#[tokio::test]
async fn a_calendar_entry_follows_the_event() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;
    let before = rendering(&user, &ticket, "calendar.ics").await.expect(200);

    let later = json!({"startsAt": in_days(40), "endsAt": in_days(41)});
    organizer.patch_event(&event, later).await.expect(200);

    let after = eventually(PATIENCE, async || {
        let now = rendering(&user, &ticket, "calendar.ics").await.when(200)?;
        if entry(&now, "DTSTART") == entry(&before, "DTSTART") {
            Err(now.to_string())
        } else {
            Ok(now)
        }
    })
    .await;
    assert_eq!(entry(&after, "UID"), entry(&before, "UID"));
    assert!(sequence(&after) > sequence(&before), "{before}\n\n{after}");
}

#[track_caller]
fn sequence(calendar: &Answer) -> u64 {
    match entry(calendar, "SEQUENCE").parse() {
        Ok(sequence) => sequence,
        Err(error) => panic!("no SEQUENCE ({error}) in {calendar}"),
    }
}

/// Returns the value of the property `name` of the only event in the calendar file, or an empty text if it has no such
/// property.
fn entry(calendar: &Answer, name: &str) -> String {
    let unfolded = unfolded(&calendar.text);
    let (_, event) = unfolded.split_once("BEGIN:VEVENT").unwrap_or_default();
    let value = event.lines().find_map(|line| {
        let rest = line.strip_prefix(name)?;
        let is_whole = rest.starts_with([':', ';']);
        is_whole.then(|| rest.split_once(':').map(|(_, value)| value.to_owned()))?
    });
    value.unwrap_or_default()
}

/// Joins folded lines as RFC 5545, 3.1 describes: a line that begins with a space continues the line before it.
fn unfolded(calendar: &str) -> String {
    calendar.replace("\r\n ", "").replace("\r\n\t", "")
}
