//! Renders a ticket as a page to print: A4, black and white. The PDF contains texts as text, and the QR code as vectors.

mod draw;
mod fonts;
mod layout;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    qr::Symbol,
    text::face::{Faces, FontError},
};

/// The data that is printed on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketDocument<'a> {
    /// The title of the event. At most three lines of the title are shown.
    pub event_title: &'a str,
    /// The venue of the event.
    pub venue: &'a str,
    /// The start of the event.
    pub starts_at: Timestamp,
    /// The end of the event.
    pub ends_at: Timestamp,
    /// The time zone in which the start and the end are shown.
    pub time_zone: TimeZone,
    /// The name of the organizer.
    pub organizer_name: &'a str,
    /// The name of the ticket's holder, who will be admitted with it.
    pub holder_name: &'a str,
    /// The ticket's code, with or without separators. It is shown in groups of four characters.
    pub code: &'a str,
}

/// The reason why a ticket cannot be rendered as PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// An embedded font cannot be read. This is a fault of this crate.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The size or the shape of an item on the page is invalid. This is a fault of this crate.
    #[error("the ticket's {0} has no valid dimensions")]
    Geometry(&'static str),
    /// The PDF document could not be written.
    #[error("the ticket could not be written as PDF")]
    Document(#[source] krilla::error::KrillaError),
}

/// Returns a ticket and its QR code as a PDF document of one A4 page. The same ticket always gives the same bytes.
///
/// Latin, Greek and Cyrillic letters are shown unchanged. Characters that the embedded fonts do not have are transliterated,
/// for example `李` to `Li` and an emoji to `:tada:`. A long text is wrapped first. If it is still too long, its font becomes
/// smaller, and at last an ellipsis replaces its end.
///
/// # Errors
/// All errors are faults of this crate.
pub fn ticket_pdf(ticket: &TicketDocument<'_>, qr: &Symbol) -> Result<Vec<u8>, PdfError> {
    let page = layout::lay_out(ticket, Faces::load()?);
    draw::draw(ticket, &page, fonts::Fonts::load()?, qr)
}
