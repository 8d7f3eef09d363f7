//! Tests of the list of an event's registrants as a CSV file for a spreadsheet.
#![expect(
    clippy::unwrap_used,
    reason = "a file that cannot be read fails the test"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::feedback::delivery;
use tests::{Answer, Event, NewEvent, PATIENCE, Stack, assert_refused, run, unique};

/// A Python program that reads a CSV file with the module `csv`, and prints its rows as JSON. The arguments are the file and
/// the separator.
const READ: &str = "import csv, json, sys
with open(sys.argv[1], encoding='utf-8-sig', newline='') as file:
    print(json.dumps(list(csv.reader(file, delimiter=sys.argv[2]))))";

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

fn path(event: &Event) -> String {
    format!("{}/attendees.csv", event.path())
}

/// Returns the rows of a CSV file, each as a list of cells, as Python's module `csv` reads them.
async fn cells(file: &[u8], separator: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.csv", unique()));
    fs::write(&path, file).unwrap();
    let mut python = Command::new("python3");
    python.args(["-c", READ]).arg(&path).arg(separator);
    let read = run(&mut python, PATIENCE).await.expect_success();
    fs::remove_file(&path).unwrap();
    serde_json::from_str(&read).unwrap()
}

/// Returns whether a spreadsheet would calculate the cell as a formula and not show it as text.
fn is_formula(cell: &str) -> bool {
    let begins = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'];
    cell.starts_with(['\t', '\r']) || cell.trim_start().starts_with(begins)
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
    let lines = cells(&csv.bytes, ",").await;
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

    let mut pages: Vec<Answer> = Vec::new();
    let mut next = Some(format!("{}?limit=2", path(&event)));
    while let Some(path) = next {
        let page = organizer.get(&path).await.expect(200);
        let link = page.header("link");
        next = link
            .split_once('>')
            .map(|(link, _)| format!("{}/{}", event.path(), &link[1..]));
        pages.push(page);
        assert!(pages.len() <= 3, "five rows, two a page: {pages:#?}");
    }

    let lines: Vec<usize> = pages.iter().map(|page| page.text.lines().count()).collect();
    assert_eq!(lines, [3, 2, 1], "{pages:#?}");
    // Only the first page of the list begins with a byte order mark, so the pages can be joined to one file.
    let marks: Vec<bool> = pages
        .iter()
        .map(|page| page.bytes.starts_with(MARK))
        .collect();
    assert_eq!(marks, [true, false, false]);
    let joined: Vec<u8> = pages.iter().flat_map(|page| page.bytes.clone()).collect();
    // The state of a ticket's mail may change between two reads, but the first six columns of a row do not change.
    let stable = async |file: &[u8]| -> Vec<Vec<String>> {
        let mut rows = cells(file, ",").await;
        for row in &mut rows {
            row.truncate(6);
        }
        rows
    };
    let rows = stable(&joined).await;
    assert_eq!(rows.len(), 6, "{rows:?}");
    assert_eq!(rows, stable(&whole.bytes).await);
}

#[tokio::test]
async fn names_can_be_read_and_are_no_formulas_wherever_a_cell_begins() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let names = [
        ("José Núñez", "José Núñez"),
        ("-Karl", "'-Karl"),
        ("@home", "'@home"),
        ("Karl-Heinz = Anna", "Karl-Heinz = Anna"),
        (
            "=HYPERLINK(\"http://example.org\",\"x\")",
            "'=HYPERLINK(\"http://example.org\",\"x\")",
        ),
        ("Ada;=cmd|'/c calc'!A0;", "Ada;'=cmd|'/c calc'!A0;"),
        ("Ada, +1", "Ada,' +1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
    ];
    let event = organizer
        .published_event(NewEvent::with_capacity(names.len()))
        .await;
    for (name, _) in names {
        let guest = stack.register_user_named(name).await;
        guest.register_for(&event).await.expect(201);
    }

    let file = organizer.get(&path(&event)).await.expect(200).bytes;

    let rows = cells(&file, ",").await;
    let mut shown: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    let mut expected = names.map(|(_, shown)| shown);
    shown.sort_unstable();
    expected.sort_unstable();
    assert_eq!(shown, expected);
    // In other locales a spreadsheet splits the cells at another separator. Even then no cell may be a formula.
    for separator in [",", ";", "\t", "|"] {
        for cell in cells(&file, separator).await.concat() {
            assert!(!is_formula(&cell), "{cell:?}, separated by {separator:?}");
        }
    }
    let text = String::from_utf8(file).unwrap();
    for line in text.trim_start_matches('\u{feff}').lines() {
        assert!(line.starts_with('"') && line.ends_with('"'), "{line}");
        assert_eq!(
            line.matches("\",\"").count(),
            6 + usize::from(line.contains("HYPERLINK")),
            "{line}"
        );
    }
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
    assert_eq!(cells(&empty.bytes, ",").await.len(), 1, "{empty}");
    let tampered = format!("{}?cursor=x", path(&event));
    assert_refused(&organizer.get(&tampered).await, 400);
    let too_many = format!("{}?limit=1001", path(&event));
    assert_refused(&organizer.get(&too_many).await, 422);
}
