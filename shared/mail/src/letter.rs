//! What a mail says, before it is text or HTML.

mod account;
mod event;
mod organizer;
mod registration;

use askama::Template;

use crate::{
    clean,
    content::{Content, EventFacts, Ticket},
    error::ComposeError,
    link,
};

/// A mail's words. Sentences are ours; what others wrote stands by itself, where it can pretend nothing.
#[derive(Debug)]
pub(crate) struct Letter {
    /// The subject, cleaned.
    pub(crate) subject: String,
    heading: &'static str,
    greeting: String,
    blocks: Vec<Block>,
    /// Why the recipient gets it.
    reason: &'static str,
    unsubscribe_url: Option<String>,
}

#[derive(Debug)]
enum Block {
    /// A few sentences.
    Paragraph(String),
    /// What somebody else wrote, line by line.
    Quote { by: String, lines: Vec<String> },
    /// A code to type.
    Code(String),
    /// What there is to know.
    Facts(Vec<Fact>),
    /// What is different.
    Changes(Vec<Change>),
    /// A ticket; its QR code is shown where pictures can be.
    Ticket { code: String },
}

#[derive(Debug)]
struct Fact {
    label: &'static str,
    value: String,
    is_link: bool,
}

#[derive(Debug)]
struct Change {
    label: &'static str,
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    letter: &'a Letter,
    qr_content_id: &'a str,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

impl Letter {
    /// The words of a mail to somebody called `name`.
    pub(crate) fn of(content: &Content<'_>, name: Option<&str>) -> Result<Self, ComposeError> {
        let words = match *content {
            Content::Welcome {
                code,
                valid_minutes,
            } => account::welcome(code, valid_minutes),
            Content::PasswordReset {
                code,
                valid_minutes,
            } => account::password_reset(code, valid_minutes),
            Content::PasswordChanged { changed_at } => account::password_changed(changed_at),
            Content::NewAddress {
                code,
                valid_minutes,
            } => account::new_address(code, valid_minutes),
            Content::AddressInUse => account::address_in_use(),
            Content::AddressChange {
                asked_at,
                objection_url,
                restorable_hours,
            } => account::address_change(asked_at, objection_url, restorable_hours)?,
            Content::RegistrationConfirmed { event, ticket, .. } => {
                registration::confirmed(event, ticket)?
            }
            Content::Promoted { event, ticket, .. } => registration::promoted(event, ticket)?,
            Content::RegistrationCancelled { event, place, by } => {
                registration::cancelled(event, place, by)?
            }
            Content::Waitlisted { event, position } => registration::waitlisted(event, position)?,
            Content::EventUpdated {
                event,
                previous,
                place,
                ticket,
            } => event::updated(event, &previous, place, ticket)?,
            Content::EventCancelled {
                event,
                reason,
                place,
            } => event::cancelled(event, reason, place)?,
            Content::Announcement { event, message, .. } => event::announcement(event, message)?,
            Content::EventReceived { event } => organizer::received(event)?,
            Content::EventHandedOver { event } => organizer::handed_over(event)?,
            Content::Reminder {
                event,
                lead,
                ticket,
                ..
            } => event::reminder(event, lead, ticket)?,
        };
        let unsubscribe_url = content.unsubscribe_url().map(link::web).transpose()?;
        Ok(Self {
            subject: clean::line(&words.subject),
            heading: words.heading,
            greeting: match name {
                Some(name) => format!("Hello {name},"),
                None => "Hello,".to_owned(),
            },
            blocks: words.blocks,
            reason: words.reason,
            unsubscribe_url: unsubscribe_url.map(str::to_owned),
        })
    }

    /// As plain text.
    pub(crate) fn text(&self) -> Result<String, ComposeError> {
        Ok(Text { letter: self }.render()?)
    }

    /// As a page of HTML, which shows the picture of this content id.
    pub(crate) fn html(&self, qr_content_id: &str) -> Result<String, ComposeError> {
        let page = Html {
            letter: self,
            qr_content_id,
        };
        Ok(page.render()?)
    }
}

/// What is different from kind to kind.
struct Words {
    subject: String,
    heading: &'static str,
    blocks: Vec<Block>,
    reason: &'static str,
}

const REGISTERED: &str = "You get this mail because you registered for this event on em-connect.";

fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph(text.into())
}

fn code(code: &str) -> Block {
    Block::Code(clean::line(code))
}

fn ticket_code(ticket: Ticket<'_>) -> Block {
    Block::Ticket {
        code: clean::line(ticket.code),
    }
}

/// What the organizer wrote; `None` if that is nothing.
fn quote(event: &EventFacts<'_>, text: &str) -> Option<Block> {
    let lines = clean::lines(text);
    (!lines.is_empty()).then(|| Block::Quote {
        by: match clean::line(event.organizer.name).as_str() {
            "" => "The organizer".to_owned(),
            name => format!("{name}, organizer"),
        },
        lines,
    })
}

/// Title, time, venue, organizer and page of an event.
fn facts(event: &EventFacts<'_>) -> Result<Block, ComposeError> {
    let period = event.period();
    let mut facts: Vec<Fact> = [
        ("Event", clean::line(event.title)),
        ("When", event::time(&period)),
        ("Where", clean::line(event.venue)),
        ("Organizer", clean::line(event.organizer.name)),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(label, value)| Fact {
        label,
        value,
        is_link: false,
    })
    .collect();
    if let Some(url) = event.url {
        facts.push(Fact {
            label: "Page",
            value: link::web(url)?.to_owned(),
            is_link: true,
        });
    }
    Ok(Block::Facts(facts))
}
