//! The organizer's registrants as a file for a spreadsheet.

use tests::feedback::delivery;
use tests::{Answer, Event, NewEvent, Stack, assert_refused};

fn path(event: &Event) -> String {
    format!("{}/attendees.csv", event.path())
}

/// Lines and cells, without the quotes of RFC 4180.
fn cells(answer: &Answer) -> Vec<Vec<String>> {
    let text = answer.text.strip_suffix("\r\n").unwrap_or(&answer.text);
    let line = |line: &str| {
        let cells = line.split(',');
        cells
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect()
    };
    text.split("\r\n").map(line).collect()
}

#[tokio::test]
async fn every_registrant_has_a_line_with_ticket_admission_and_what_became_of_the_mail() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let guest = stack.register_user_named("=cmd|' /C calc'!A0").await;
    let waiting = stack.register_user_named("Åsa \u{1f3ab}").await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    guest.register_for(&event).await.expect(201);
    let ticket = guest.ticket_of(&event).await;
    let mail = stack.mail_to(&guest, "Your ticket for").await;
    waiting.wait_for(&event).await.expect(201);
    stack
        .queue("feedback")
        .send(&delivery(&mail).to_string())
        .await;
    organizer
        .ticket_mail_becomes(&event, guest.id(), "delivered")
        .await;

    let csv = organizer.get(&path(&event)).await.expect(200);

    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("cache-control"), "no-store");
    assert_eq!(csv.header("link"), "");
    let lines = cells(&csv);
    assert_eq!(lines.len(), 3, "{csv}");
    let names = "name,email,status,registered at,ticket code,admitted at,ticket mail";
    assert_eq!(lines[0].join(","), names);
    let own = guest.registration_for(&event).await.expect(200);
    let expected = [
        "'=cmd|' /C calc'!A0",
        &guest.account.email,
        "confirmed",
        own.text_of("registeredAt"),
        &ticket.code,
        "",
        "delivered",
    ];
    assert_eq!(lines[1], expected, "no formula");
    assert_eq!(lines[2][0], "Åsa \u{1f3ab}");
    assert_eq!(lines[2][2], "waitlisted");
    assert_eq!(lines[2][4..], ["", "", ""]);
}

#[tokio::test]
async fn its_pages_put_together_are_one_file() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(3)).await;
    let crowd = stack.crowd(5).await;
    for user in &crowd[..3] {
        user.register_for(&event).await.expect(201);
    }
    for user in &crowd[3..] {
        user.wait_for(&event).await.expect(201);
    }
    for user in &crowd[..3] {
        user.ticket_of(&event).await;
    }
    let whole = organizer.get(&path(&event)).await.expect(200);

    let mut pages = Vec::new();
    let mut next = Some(format!("{}?limit=2", path(&event)));
    while let Some(path) = next {
        let page = organizer.get(&path).await.expect(200);
        let link = page.header("link");
        next = link
            .split_once('>')
            .map(|(link, _)| format!("{}/{}", event.path(), &link[1..]));
        pages.push(page.text);
        assert!(pages.len() <= 3, "five rows, two a page: {pages:#?}");
    }

    let rows = |text: &str| text.lines().count();
    assert_eq!(rows(&whole.text), 6, "{whole}");
    let rows: Vec<usize> = pages.iter().map(|page| rows(page)).collect();
    assert_eq!(rows, [3, 2, 1], "{pages:#?}");
    // What became of a mail may change from one page to the next; the first six columns do not.
    let stable = |text: &str| -> Vec<String> {
        let rows = text.lines();
        rows.map(|row| {
            row.rsplit_once(',')
                .map_or("", |(stable, _)| stable)
                .to_owned()
        })
        .collect()
    };
    assert_eq!(stable(&pages.concat()), stable(&whole.text));
}

#[tokio::test]
async fn the_file_is_the_organizers_and_the_administrators() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let other = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    assert_refused(&stack.anyone().get(&path(&event)).await, 401);
    assert_refused(&other.get(&path(&event)).await, 403);
    let draft = organizer.draft_event(NewEvent::default()).await;
    assert_refused(&other.get(&path(&draft)).await, 404);
    let empty = stack.admin().await.get(&path(&event)).await.expect(200);
    assert_eq!(cells(&empty).len(), 1, "{empty}");
    let tampered = format!("{}?cursor=x", path(&event));
    assert_refused(&organizer.get(&tampered).await, 400);
    let too_many = format!("{}?limit=1001", path(&event));
    assert_refused(&organizer.get(&too_many).await, 422);
}
