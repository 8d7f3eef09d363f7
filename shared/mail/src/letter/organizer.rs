//! Mails to those who organize an event, or did.

use super::{Words, facts, paragraph};
use crate::{content::EventFacts, error::ComposeError};

pub(super) fn received(event: &EventFacts<'_>) -> Result<Words, ComposeError> {
    Ok(Words {
        subject: format!("You organize {} now", event.title),
        heading: "You organize this event now",
        blocks: vec![
            paragraph(
                "An administrator has handed this event over to you. You can change it, see who is registered, and say \
                 who works at the door. Your name is shown as the organizer's, and replies to mails about the event \
                 come to you.",
            ),
            facts(event)?,
        ],
        reason: "You get this mail because you are an organizer on em-connect.",
    })
}

pub(super) fn handed_over(event: &EventFacts<'_>) -> Result<Words, ComposeError> {
    Ok(Words {
        subject: format!("{} has another organizer now", event.title),
        heading: "You do not organize this event any more",
        blocks: vec![
            paragraph(
                "An administrator has handed this event over to another organizer. You can no longer change it or see \
                 who is registered. Replies to this mail go to the new organizer.",
            ),
            facts(event)?,
        ],
        reason: "You get this mail because you organized this event on em-connect.",
    })
}
