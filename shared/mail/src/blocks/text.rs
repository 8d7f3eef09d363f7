//! Blocks as plain text.

use askama::Template;

use super::{Change, Fact, Quotation};
use crate::{
    clean,
    facts::{EventFacts, Previous, Ticket},
};

/// A list of facts, one below the other.
#[derive(Template)]
#[template(path = "blocks/facts.txt")]
pub(crate) struct Facts {
    facts: Vec<Fact>,
}

/// Changes of an event, one below the other.
#[derive(Template)]
#[template(path = "blocks/changes.txt")]
pub(crate) struct Changes {
    changes: Vec<Change>,
}

/// A quotation with the name of its author.
#[derive(Template)]
#[template(path = "blocks/quote.txt")]
pub(crate) struct Quote {
    by: String,
    lines: Vec<String>,
}

/// A code to type.
#[derive(Template)]
#[template(path = "blocks/code.txt")]
pub(crate) struct Code {
    code: String,
}

/// The code of a ticket.
#[derive(Template)]
#[template(path = "blocks/ticket.txt")]
pub(crate) struct TicketBox {
    code: String,
}

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

/// Returns a ticket.
pub(crate) fn ticket(ticket: &Ticket<'_>) -> TicketBox {
    TicketBox {
        code: clean::line(ticket.code),
    }
}
