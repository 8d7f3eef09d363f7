//! Tests of the ticket in a mail.

use std::io::Cursor;

use mail_parser::MimeHeaders as _;

use super::{
    outline::content_type,
    samples::{EVENT, TICKET, composed, confirmed, entry, parsed, text_of},
};
use crate::{Content, EventFacts, Message, mails::ticket::TicketIssued};

fn bytes_of(message: &Message, wanted: &str) -> Vec<u8> {
    let parsed = parsed(message);
    let part = parsed
        .parts
        .iter()
        .find(|part| content_type(part) == wanted)
        .unwrap();
    part.contents().to_vec()
}

/// Reads the QR code in a picture of gray pixels with `rqrr`, and returns its content.
fn read_png(file: &[u8]) -> String {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
    let mut bits = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bits).unwrap();
    assert_eq!(info.bit_depth, png::BitDepth::One);
    let side = info.width as usize;
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        if bits[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0 {
            0
        } else {
            255
        }
    });
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1);
    codes[0].decode().unwrap().1
}

#[test]
fn the_qr_code_is_read_off_the_picture_that_the_html_shows() {
    let message = composed(&confirmed());
    assert_eq!(read_png(&bytes_of(&message, "image/png")), TICKET.qr);

    let parsed = parsed(&message);
    let picture = parsed
        .parts
        .iter()
        .find(|part| content_type(part) == "image/png")
        .unwrap();
    let html = text_of(&message, "text/html");
    let shown = format!("src=\"cid:{}\"", picture.content_id().unwrap());
    assert_eq!(html.matches("<img ").count(), 1);
    assert!(html.contains(&shown), "{shown}");
}

#[test]
fn the_page_is_attached_and_the_code_is_there_without_pictures() {
    let message = composed(&confirmed());
    assert!(bytes_of(&message, "application/pdf").starts_with(b"%PDF-"));
    for content_type in ["text/plain", "text/html"] {
        assert!(text_of(&message, content_type).contains(TICKET.code));
    }
}

#[test]
fn the_longest_ticket_is_small() {
    let (title, description) = ("🎉".repeat(200), "李".repeat(5_000));
    let venue = "ä".repeat(255);
    let message = composed(&Content::of(TicketIssued {
        event: &EventFacts {
            title: &title,
            venue: &venue,
            description: &description,
            ..*EVENT
        },
        entry: entry(3),
        ticket: TICKET,
        promoted: false,
    }));
    assert!(message.bytes.len() < 200_000, "{}", message.bytes.len());
    let usual = composed(&confirmed()).bytes.len();
    assert!(usual < 100_000, "{usual}");
}
