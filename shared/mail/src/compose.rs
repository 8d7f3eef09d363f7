//! Composes the complete message of a mail: its headers and its body parts.

use lettre::message::{
    Mailboxes,
    header::{
        From, HeaderName, HeaderValue, Headers, MIME_VERSION_1_0, MessageId as MessageIdHeader,
        ReplyTo, To,
    },
};
use rendering::{
    pdf::{self, TicketDocument},
    qr::Symbol,
};

use crate::{
    Mail, Mailbox, Message, address,
    calendar::{self, Attendee},
    error::{ComposeError, Party},
    layout::Layout,
    link,
    message_id::MessageId,
    mime, subject,
};

/// Composes a mail. The same input always gives the same bytes.
///
/// # Errors
/// A part of the mail cannot be put into a message. Another attempt would fail for the same reason.
pub fn compose(mail: &Mail<'_>) -> Result<Message, ComposeError> {
    let id = MessageId::parse(mail.message_id)?;
    let from = address::mailbox(mail.from).ok_or(ComposeError::Address(Party::Sender))?;
    let letter = mail.content.letter();
    let head = letter.head();
    let name = if head.names_recipient {
        mail.to.name
    } else {
        ""
    };
    let to = address::mailbox(Mailbox { name, ..mail.to })
        .ok_or(ComposeError::Address(Party::Recipient))?;
    let layout = Layout::of(letter, &head, to.name.as_deref())?;
    let enclosures = letter.enclosures();

    let mut headers = Headers::new();
    headers.set(From::from(Mailboxes::from(from.clone())));
    headers.set(To::from(Mailboxes::from(to.clone())));
    // If the organizer's address is unusable, `Reply-To` is left out, so that the recipient still gets the ticket.
    if let Some(organizer) = enclosures.reply_to.and_then(address::mailbox) {
        headers.set(ReplyTo::from(Mailboxes::from(organizer)));
    }
    headers.insert_raw(subject::header(&layout.subject));
    headers.set(MessageIdHeader::from(id.in_brackets()));
    // The header `Date` has the form of RFC 5322, 3.3. `lettre` does not format it, because `lettre` panics for years that it
    // does not support.
    let date = mail
        .date
        .strftime("%a, %d %b %Y %H:%M:%S +0000")
        .to_string();
    headers.insert_raw(raw("Date", date));
    // The header `Auto-Submitted` prevents automatic replies to the mail (RFC 3834, 5).
    headers.insert_raw(raw("Auto-Submitted", "auto-generated".to_owned()));
    if is_plain(mail.request_id) {
        headers.insert_raw(raw("X-Request-Id", mail.request_id.to_owned()));
    }
    if let Some(url) = enclosures.unsubscribe_url {
        headers.insert_raw(raw("List-Unsubscribe", format!("<{}>", link::web(url)?)));
        headers.insert_raw(raw(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".to_owned(),
        ));
    }
    headers.set(MIME_VERSION_1_0);

    let attendee = Attendee {
        name: to.name.as_deref().unwrap_or_default(),
        email: to.email.as_ref(),
    };
    let mut bytes = headers.to_string().into_bytes();
    bytes.extend(body(mail, id, &layout, &attendee)?.formatted());
    Ok(Message {
        from: from.email.to_string(),
        to: to.email.to_string(),
        subject: layout.subject,
        bytes,
    })
}

/// Whether a request id has only the characters and the length that the header `X-Request-Id` may have.
fn is_plain(request_id: &str) -> bool {
    (1..=128).contains(&request_id.len())
        && request_id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_=.".contains(&byte))
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// Returns the body of the message, which has nested levels: `mixed{ related{ alternative{ text, HTML, calendar }, QR code },
/// ticket, calendar }`. A level that would have only one part is left out.
fn body(
    mail: &Mail<'_>,
    id: MessageId<'_>,
    layout: &Layout<'_>,
    attendee: &Attendee<'_>,
) -> Result<lettre::message::MultiPart, ComposeError> {
    let enclosures = mail.content.letter().enclosures();
    let calendar = calendar::entry(&enclosures, attendee, mail.date);
    let qr_content_id = id.qr_content_id();
    let mut body = mime::alternative(
        id,
        layout.text()?,
        layout.html(&qr_content_id)?,
        calendar.as_ref(),
    );
    let mut files = Vec::new();
    if let (Some(ticket), Some(event)) = (enclosures.ticket, enclosures.event) {
        let qr = Symbol::of(ticket.qr)?;
        body = mime::related(id, body, qr.png()?);
        let page = TicketDocument {
            event_title: event.title,
            venue: event.venue,
            starts_at: event.starts_at,
            ends_at: event.ends_at,
            time_zone: event.time_zone.clone(),
            organizer_name: event.organizer.name,
            holder_name: attendee.name,
            code: ticket.code,
        };
        let page = pdf::ticket_pdf(&page, &qr)?;
        files.push(mime::file("application/pdf", "ticket.pdf", page));
    }
    if let Some(calendar) = calendar {
        // Some mail clients ignore a calendar inside `alternative`, so the mail also has the calendar as an attached file. The
        // two parts have different content types, so that a client that reads both does not treat the file as a second
        // invitation.
        files.push(mime::file(
            "application/ics",
            "event.ics",
            calendar.file.into_bytes(),
        ));
    }
    Ok(if files.is_empty() {
        body
    } else {
        mime::mixed(id, body, files)
    })
}
