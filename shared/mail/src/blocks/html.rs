//! Blocks as HTML.

use askama::{Template, filters::HtmlSafe};

use super::{Change, Fact, Quotation};
use crate::{
    clean,
    facts::{EventFacts, Previous, Ticket},
};

/// A list of facts, one below the other.
#[derive(Template)]
#[template(path = "blocks/facts.html")]
pub(crate) struct Facts {
    facts: Vec<Fact>,
}

impl HtmlSafe for Facts {}

/// Changes of an event, one below the other.
#[derive(Template)]
#[template(path = "blocks/changes.html")]
pub(crate) struct Changes {
    changes: Vec<Change>,
}

impl HtmlSafe for Changes {}

/// A quotation with the name of its author.
#[derive(Template)]
#[template(path = "blocks/quote.html")]
pub(crate) struct Quote {
    by: String,
    lines: Vec<String>,
}

impl HtmlSafe for Quote {}

/// A code to type.
#[derive(Template)]
#[template(path = "blocks/code.html")]
pub(crate) struct Code {
    code: String,
}

impl HtmlSafe for Code {}

/// The code of a ticket, with the picture of its QR code.
#[derive(Template)]
#[template(path = "blocks/ticket.html")]
pub(crate) struct TicketBox<'a> {
    code: String,
    qr_content_id: &'a str,
}

impl HtmlSafe for TicketBox<'_> {}

/// Returns the facts of an event.
pub(crate) fn facts(event: &EventFacts<'_>) -> Facts {
    Facts {
        facts: super::facts(event),
    }
}

/// Returns a link with its label.
pub(crate) fn link(label: &'static str, url: &str) -> Facts {
    Facts {
        facts: vec![super::link(label, url)],
    }
}

/// Returns the values of an event that differ from its former ones.
pub(crate) fn changes(event: &EventFacts<'_>, previous: &Previous<'_>) -> Changes {
    Changes {
        changes: super::changes(event, previous),
    }
}

/// Returns a text of the organizer as a quotation; `None` if it is blank.
pub(crate) fn quote(event: &EventFacts<'_>, text: &str) -> Option<Quote> {
    let Quotation { by, lines } = super::quotation(event, text)?;
    Some(Quote { by, lines })
}

/// Returns a code to type.
pub(crate) fn code(code: &str) -> Code {
    Code {
        code: clean::line(code),
    }
}

/// Returns a ticket, whose QR code is the picture of this content id.
pub(crate) fn ticket<'a>(ticket: &Ticket<'_>, qr_content_id: &'a str) -> TicketBox<'a> {
    TicketBox {
        code: clean::line(ticket.code),
        qr_content_id,
    }
}
