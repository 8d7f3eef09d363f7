//! A ticket as a page to print: A4, black and white, text as text, QR code as vectors.

mod draw;
mod face;
mod layout;
mod printable;
mod wrap;

use jiff::{Timestamp, tz::TimeZone};

use crate::qr::Symbol;

/// The data that is printed on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketDocument<'a> {
    /// Title of the event; the first three lines of it are shown.
    pub event_title: &'a str,
    /// Venue of the event.
    pub venue: &'a str,
    /// Start of the event.
    pub starts_at: Timestamp,
    /// End of the event.
    pub ends_at: Timestamp,
    /// Time zone in which these times are shown.
    pub time_zone: TimeZone,
    /// Name of the organizer.
    pub organizer_name: &'a str,
    /// Name of the person who is admitted.
    pub holder_name: &'a str,
    /// The ticket's code, with or without separators; shown in groups of four.
    pub code: &'a str,
}

/// Why there is no page of a ticket.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// An embedded font is unusable: a fault of this crate.
    #[error("the embedded font {0} could not be read")]
    Font(&'static str),
    /// A size or shape is invalid: a fault of this crate.
    #[error("the ticket's {0} has no valid dimensions")]
    Geometry(&'static str),
    /// The document could not be written.
    #[error("the ticket could not be written as PDF")]
    Document(#[source] krilla::error::KrillaError),
}

/// Returns a ticket with its QR code as a PDF document of one A4 page. The same ticket gives the same bytes.
///
/// Latin, Greek and Cyrillic are shown as they are. Characters that the embedded fonts lack are transliterated, such as
/// `李` to `Li` and an emoji to `:tada:`. Long texts wrap, then shrink, then end in an ellipsis.
///
/// # Errors
/// A fault of this crate.
pub fn ticket_pdf(ticket: &TicketDocument<'_>, qr: &Symbol) -> Result<Vec<u8>, PdfError> {
    let faces = face::Faces::load()?;
    let page = layout::lay_out(ticket, faces);
    draw::draw(ticket, &page, faces, qr)
}
