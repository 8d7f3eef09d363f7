//! Tests PDF tickets. The library that reads the tickets is different from the library that writes them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use jiff::tz::TimeZone;
use lopdf::{Document, Object};
use rendering::{
    pdf::{self, TicketDocument},
    qr::Symbol,
};

fn ticket() -> TicketDocument<'static> {
    TicketDocument {
        event_title: "Rust in Berlin – Frühling",
        venue: "Zuse-Institut, Takustraße 7, Berlin",
        starts_at: "2027-05-01T18:00:00Z".parse().unwrap(),
        ends_at: "2027-05-01T20:00:00Z".parse().unwrap(),
        time_zone: TimeZone::get("Europe/Berlin").unwrap(),
        organizer_name: "Ελένη Γεωργίου",
        holder_name: "Łukasz Ñandú 李",
        code: "7K3M9QXT2BVD",
    }
}

fn ticket_pdf(ticket: &TicketDocument<'_>) -> Vec<u8> {
    let qr = Symbol::of("EM1:6BF:R0+Q8%E$9ZTK 3VX7JC*-W2./NHA4GDL5MPSUIOYB").unwrap();
    pdf::ticket_pdf(ticket, &qr).unwrap()
}

fn text_of(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).unwrap();
    assert_eq!(document.get_pages().len(), 1);
    document.extract_text(&[1]).unwrap()
}

#[test]
fn its_texts_can_be_read() {
    let text = text_of(&ticket_pdf(&ticket()));
    for expected in [
        "Rust in Berlin – Frühling",
        "Sat 1 May 2027, 20:00–22:00, Europe/Berlin (UTC+02:00)",
        "Zuse-Institut, Takustraße 7, Berlin",
        "Łukasz Ñandú Li",
        "Ελένη Γεωργίου",
        "7K3M-9QXT-2BVD",
        "At the door",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn it_is_one_page_of_a4_with_title_and_language() {
    let document = Document::load_mem(&ticket_pdf(&ticket())).unwrap();
    let pages = document.get_pages();
    assert_eq!(pages.len(), 1);
    let page = document.get_dictionary(pages[&1]).unwrap();
    let size: Vec<f32> = page.get(b"MediaBox").unwrap().as_array().unwrap()[2..]
        .iter()
        .map(|side| side.as_float().unwrap())
        .collect();
    assert_eq!(size, [595.28, 841.89]);

    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en");
    assert!(catalog.has(b"StructTreeRoot"));
    let info = document.trailer.get(b"Info").unwrap();
    let (_, info) = document.dereference(info).unwrap();
    let title = info.as_dict().unwrap().get(b"Title").unwrap();
    assert_eq!(
        lopdf::decode_text_string(title).unwrap(),
        "Ticket: Rust in Berlin – Frühling"
    );
}

#[test]
fn the_same_ticket_gives_the_same_small_file() {
    let pdf = ticket_pdf(&ticket());
    assert_eq!(pdf, ticket_pdf(&ticket()));
    assert!(pdf.len() < 40_000, "{} bytes", pdf.len());
    for time in ["CreationDate", "ModDate", "xmp:CreateDate"] {
        assert!(
            !pdf.windows(time.len())
                .any(|bytes| bytes == time.as_bytes())
        );
    }
}

#[test]
fn it_needs_no_colour() {
    let document = Document::load_mem(&ticket_pdf(&ticket())).unwrap();
    let page = document.get_pages()[&1];
    let content = document.get_page_content(page);
    let operators = lopdf::content::Content::decode(&content)
        .unwrap()
        .operations;
    for operation in &operators {
        assert!(!["rg", "RG", "k", "K", "Do"].contains(&operation.operator.as_str()));
    }
    let gray = operators
        .iter()
        .find(|operation| operation.operator == "scn" || operation.operator == "g");
    assert!(gray.is_some_and(
        |gray| gray.operands == [Object::Integer(0)] || gray.operands == [Object::Real(0.0)]
    ));
}

#[test]
fn texts_of_any_length_and_script_are_printed() {
    for filling in ["W", "長い題名", "🎉", "e\u{301}", "a b "] {
        let text = |length| filling.chars().cycle().take(length).collect::<String>();
        let pdf = ticket_pdf(&TicketDocument {
            event_title: &text(200),
            venue: &text(255),
            holder_name: &text(100),
            organizer_name: &text(100),
            ..ticket()
        });
        assert!(text_of(&pdf).contains("7K3M-9QXT-2BVD"));
    }
    let empty = TicketDocument {
        event_title: "",
        venue: "",
        holder_name: "",
        organizer_name: "",
        code: "",
        ..ticket()
    };
    assert_eq!(
        Document::load_mem(&ticket_pdf(&empty))
            .unwrap()
            .get_pages()
            .len(),
        1
    );
}
