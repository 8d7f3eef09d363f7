//! The blocks of mails as plain text.

use askama::Template;

use crate::{clean, facts::Ticket};

blocks!(
    "blocks/facts.txt",
    "blocks/changes.txt",
    "blocks/quote.txt",
    "blocks/code.txt",
    "blocks/action.txt"
);

/// The block that shows the code of a ticket.
#[derive(Template)]
#[template(path = "blocks/ticket.txt")]
pub(crate) struct TicketBox {
    code: String,
}

/// Returns the block that shows the code of a ticket.
pub(crate) fn ticket(ticket: &Ticket<'_>) -> TicketBox {
    TicketBox {
        code: clean::line(ticket.code),
    }
}
