//! The content of a mail before it is composed as a message.

use rendering::calendar::Method;

use crate::{
    Mailbox,
    error::ComposeError,
    facts::{CalendarEntry, EventFacts, Ticket},
};

/// The body of a mail, which can be rendered as plain text and as HTML. The macro [`body!`] implements this trait.
pub(crate) trait Body {
    /// Returns the body as plain text.
    ///
    /// # Errors
    /// The template cannot be filled, which is a fault of this crate.
    fn text(&self) -> askama::Result<String>;

    /// Returns the body as HTML. The picture of a QR code has the content id `qr`.
    ///
    /// # Errors
    /// The template cannot be filled, which is a fault of this crate.
    fn html(&self, qr: &str) -> askama::Result<String>;
}

/// Implements [`Body`] for the type of a mail, with a template of plain text and a template of HTML. In both templates, the
/// variable `mail` is the mail. If the last argument is `qr`, the HTML template also has the variable `qr`: the content id of
/// the QR code's picture.
macro_rules! body {
    ($mail:ident $(<$life:lifetime>)?, $text:tt, $html:tt $(, $qr:ident)?) => {
        impl $(<$life>)? $crate::letter::Body for $mail $(<$life>)? {
            fn text(&self) -> askama::Result<String> {
                #[derive(askama::Template)]
                #[template(path = $text)]
                struct Text<'m $(, $life)?> {
                    mail: &'m $mail $(<$life>)?,
                }
                askama::Template::render(&Text { mail: self })
            }

            fn html(&self, _qr: &str) -> askama::Result<String> {
                #[derive(askama::Template)]
                #[template(path = $html)]
                struct Html<'m $(, $life)?> {
                    mail: &'m $mail $(<$life>)?,
                    $($qr: &'m str,)?
                }
                askama::Template::render(&Html {
                    mail: self,
                    $($qr: _qr,)?
                })
            }
        }
    };
}
pub(crate) use body;

/// The content of a mail: its text, and the ticket, calendar entry and links beside the text. [`crate::mails`] has one type for
/// each mail, which implements this trait.
pub(crate) trait Letter: Body {
    /// Returns the subject, the heading and the other texts around the body.
    fn head(&self) -> Head;

    /// Returns the parts of the mail beside the body, such as a ticket.
    fn enclosures(&self) -> Enclosures<'_>;

    /// Checks that the mail can be composed.
    ///
    /// # Errors
    /// A link is invalid, or the mail has no content.
    fn check(&self) -> Result<(), ComposeError> {
        Ok(())
    }
}

/// The subject, the heading and the other texts around the body of a mail.
#[derive(Debug)]
pub(crate) struct Head {
    /// The subject of the mail. It may still contain control characters.
    pub(crate) subject: String,
    /// The heading above the body of the mail.
    pub(crate) heading: &'static str,
    /// The sentence that explains why the recipient gets the mail.
    pub(crate) reason: &'static str,
    /// Whether the mail contains the recipient's name. If nobody has proved to own the address, the mail must not contain the
    /// name: otherwise anybody could choose a text as their name, and this service would send the text to any address.
    pub(crate) names_recipient: bool,
}

/// The sentence that explains to the recipient why they get the mail: somebody has typed their address.
pub(crate) const ADDRESS_USED: &str =
    "You get this mail because this address was given to em-connect.";
/// The sentence that explains to the recipient why they get the mail: their account has the address.
pub(crate) const ADDRESS_OF_ACCOUNT: &str =
    "You get this mail because this is the address of an account on em-connect.";
/// The sentence that explains to the recipient why they get the mail: they are, or were, registered.
pub(crate) const REGISTERED: &str =
    "You get this mail because you registered for this event on em-connect.";
/// The sentence that explains to the recipient why they get the mail: they joined the waitlist.
pub(crate) const JOINED_WAITLIST: &str =
    "You get this mail because you joined the waitlist of this event on em-connect.";

/// The parts of a mail beside its text, such as a ticket or a calendar entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Enclosures<'a> {
    /// The event that the mail is about; `None` if the mail is about an account.
    pub(crate) event: Option<&'a EventFacts<'a>>,
    /// The person who gets the replies; `None` if the sender of the mail gets them.
    pub(crate) reply_to: Option<Mailbox<'a>>,
    /// The ticket, which the mail contains as a QR code and as a PDF page; `None` if the mail has no ticket.
    pub(crate) ticket: Option<Ticket<'a>>,
    /// The calendar entry, and the iTIP method that adds, changes or removes it.
    pub(crate) entry: Option<(Method, CalendarEntry<'a>)>,
    /// The URL with which the recipient unsubscribes from mails of this kind; `None` if the recipient cannot unsubscribe from
    /// them.
    pub(crate) unsubscribe_url: Option<&'a str>,
}

impl<'a> Enclosures<'a> {
    /// No parts: the mail has only its body.
    pub(crate) const NONE: Self = Self {
        event: None,
        reply_to: None,
        ticket: None,
        entry: None,
        unsubscribe_url: None,
    };

    /// Returns the enclosures of a mail about an event. The event's organizer gets the replies.
    pub(crate) fn about(event: &'a EventFacts<'a>) -> Self {
        Self {
            event: Some(event),
            reply_to: Some(event.organizer),
            ..Self::NONE
        }
    }
}
