//! The blocks of mails as HTML.

use askama::{Template, filters::HtmlSafe};

use crate::{clean, facts::Ticket};

blocks!(
    "blocks/facts.html",
    "blocks/changes.html",
    "blocks/quote.html",
    "blocks/code.html",
    "blocks/action.html"
);

impl HtmlSafe for Facts {}
impl HtmlSafe for Changes {}
impl HtmlSafe for Quote {}
impl HtmlSafe for Code {}
impl HtmlSafe for Action<'_> {}
impl HtmlSafe for TicketBox<'_> {}

/// The block that shows a ticket: its code, and the picture of its QR code.
#[derive(Template)]
#[template(path = "blocks/ticket.html")]
pub(crate) struct TicketBox<'a> {
    code: String,
    qr_content_id: &'a str,
}

/// Returns the block that shows a ticket. `qr_content_id` is the content id of the picture of the ticket's QR code.
pub(crate) fn ticket<'a>(ticket: &Ticket<'_>, qr_content_id: &'a str) -> TicketBox<'a> {
    TicketBox {
        code: clean::line(ticket.code),
        qr_content_id,
    }
}
