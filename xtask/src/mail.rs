//! What a mail says, read from its file.

pub(crate) mod folder;

use mail_parser::{
    Address, Header, HeaderName, Message, MessageParser, MessagePart, MimeHeaders as _, PartType,
};
use serde::Serialize;

/// What a list shows of a mail.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Addresses, without names.
    pub(crate) from: Vec<String>,
    /// Addresses of `To` and `Cc`, without names.
    pub(crate) to: Vec<String>,
    pub(crate) subject: String,
    /// Leaves of the MIME tree, in their order.
    pub(crate) parts: Vec<Part>,
}

/// A leaf of the MIME tree.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    pub(crate) content_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_name: Option<String>,
    /// Length, decoded.
    pub(crate) bytes: usize,
}

/// The MIME tree, or what is wrong with the file.
pub(crate) fn parse(raw: &[u8]) -> Result<Message<'_>, &'static str> {
    if raw.is_empty() {
        return Err("the file is empty");
    }
    // The parser finds a header in almost any text; each mail has a sender.
    MessageParser::default()
        .parse(raw)
        .filter(|message| message.from().is_some())
        .ok_or("it is no mail: it has no header From")
}

impl Summary {
    /// That of a mail.
    pub(crate) fn of(message: &Message<'_>) -> Self {
        let mut to = addresses(message.to());
        to.extend(addresses(message.cc()));
        Self {
            from: addresses(message.from()),
            to,
            subject: message.subject().unwrap_or_default().to_owned(),
            parts: leaves(message).map(|(_, part)| Part::of(part)).collect(),
        }
    }

    /// Whether it goes to that address.
    pub(crate) fn is_to(&self, address: &str) -> bool {
        self.to.iter().any(|to| to.eq_ignore_ascii_case(address))
    }
}

impl Part {
    fn of(part: &MessagePart<'_>) -> Self {
        Self {
            content_type: content_type(part),
            file_name: part.attachment_name().map(str::to_owned),
            bytes: part.contents().len(),
        }
    }
}

/// Every header of the mail itself in its order, encoded words decoded.
pub(crate) fn headers(raw: &[u8]) -> Vec<(String, String)> {
    // The default counts only once a header has a parser of its own.
    let parser = MessageParser::new()
        .header_text(HeaderName::Subject)
        .default_header_text();
    let Some(message) = parser.parse(raw) else {
        return Vec::new();
    };
    let text = |header: &Header<'_>| {
        let value = header.value().as_text().unwrap_or_default();
        (header.name().to_owned(), value.to_owned())
    };
    message.headers().iter().map(text).collect()
}

/// The text part, decoded.
pub(crate) fn text(message: &Message<'_>) -> Option<String> {
    message.text_bodies().find_map(|part| match &part.body {
        PartType::Text(text) => Some(text.replace("\r\n", "\n")),
        _ => None,
    })
}

/// The HTML part, decoded.
pub(crate) fn html(message: &Message<'_>) -> Option<String> {
    message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(html.replace("\r\n", "\n")),
        _ => None,
    })
}

/// Name and decoded content of every leaf that is not the mail's own text or HTML.
pub(crate) fn attachments<'m>(message: &'m Message<'_>) -> Vec<(String, &'m [u8])> {
    let own = |id: usize| {
        let mut bodies = message.text_body.iter().chain(&message.html_body);
        bodies.any(|body| usize::try_from(*body) == Ok(id))
    };
    leaves(message)
        .zip(1..)
        .filter(|((id, _), _)| !own(*id))
        .map(|((_, part), number)| (name_for_file(part, number), part.contents()))
        .collect()
}

/// A name is the sender's word: only its last component counts, so that the file stays in its folder.
fn name_for_file(part: &MessagePart<'_>, number: usize) -> String {
    let last = part
        .attachment_name()
        .and_then(|name| name.rsplit(['/', '\\']).next());
    let name = last.unwrap_or_default().trim_start_matches('.');
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    if name.is_empty() {
        format!("part-{number}.{}", ending(part))
    } else {
        name
    }
}

fn leaves<'m, 'x>(
    message: &'m Message<'x>,
) -> impl Iterator<Item = (usize, &'m MessagePart<'x>)> + use<'m, 'x> {
    let parts = message.parts.iter().enumerate();
    parts.filter(|(_, part)| !part.is_multipart())
}

fn addresses(of: Option<&Address<'_>>) -> Vec<String> {
    let all = of.into_iter().flat_map(Address::iter);
    all.filter_map(|one| one.address().map(str::to_owned))
        .collect()
}

fn content_type(part: &MessagePart<'_>) -> String {
    // RFC 2045, section 5.2: what names no type is plain text.
    part.content_type().map_or_else(
        || "text/plain".to_owned(),
        |kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        },
    )
}

fn ending(part: &MessagePart<'_>) -> String {
    match content_type(part).rsplit('/').next() {
        Some("calendar") => "ics".to_owned(),
        Some("plain") => "txt".to_owned(),
        Some(other) if other.chars().all(|c| c.is_ascii_alphanumeric()) => other.to_owned(),
        _ => "bin".to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Text, HTML, a calendar entry without a name, and a file whose name wants out of its folder.
    pub(crate) const TICKET: &str = "From: =?utf-8?Q?J=C3=BCrgen?= <tickets@em-connect.example>\r\n\
        To: Ada <ada@example.org>\r\n\
        Subject: =?utf-8?B?SWhyIFRpY2tldDogRnLDvGhsaW5n?=\r\n\
        Date: Sun, 22 Nov 2026 20:15:00 +0000\r\n\
        X-Em-Connect: folded\r\n over two lines\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=m\r\n\r\n\
        --m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
        --a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Gr=C3=BC=C3=9Fe,\r\nyour seat is=\r\n sure.\r\n\
        --a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Your seat is sure.</p>\r\n\
        --a\r\nContent-Type: text/calendar; method=PUBLISH\r\n\r\nBEGIN:VCALENDAR\r\n\
        --a--\r\n\
        --m\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\
        Content-Disposition: attachment; filename=\"../../.ticket.pdf\"\r\n\r\nJVBERg==\r\n\
        --m--\r\n";

    #[test]
    fn a_summary_is_decoded() {
        let summary = Summary::of(&parse(TICKET.as_bytes()).unwrap());
        assert_eq!(summary.from, ["tickets@em-connect.example"]);
        assert_eq!(summary.to, ["ada@example.org"]);
        assert_eq!(summary.subject, "Ihr Ticket: Frühling");
        let kinds = summary.parts.iter().map(|part| part.content_type.as_str());
        assert_eq!(
            kinds.collect::<Vec<_>>(),
            [
                "text/plain",
                "text/html",
                "text/calendar",
                "application/pdf"
            ]
        );
        assert_eq!(summary.parts[3].bytes, 4);
        assert!(summary.is_to("Ada@example.org") && !summary.is_to("da@example.org"));
    }

    #[test]
    fn text_html_and_headers_are_decoded() {
        let message = parse(TICKET.as_bytes()).unwrap();
        let written = text(&message).unwrap();
        assert_eq!(written.trim_end(), "Grüße,\nyour seat is sure.");
        let shown = html(&message).unwrap();
        assert_eq!(shown.trim_end(), "<p>Your seat is sure.</p>");
        let headers = headers(TICKET.as_bytes());
        let is = |index: usize, name: &str, value: &str| {
            assert_eq!(headers[index], (name.to_owned(), value.to_owned()));
        };
        is(0, "From", "Jürgen <tickets@em-connect.example>");
        is(2, "Subject", "Ihr Ticket: Frühling");
        is(4, "X-Em-Connect", "folded over two lines");
        is(6, "Content-Type", "multipart/mixed; boundary=m");
    }

    #[test]
    fn attachments_stay_in_their_folder() {
        let message = parse(TICKET.as_bytes()).unwrap();
        let attachments = attachments(&message);
        assert_eq!(attachments.len(), 2);
        assert!(attachments[0].1.starts_with(b"BEGIN:VCALENDAR"));
        assert_eq!(attachments[0].0, "part-3.ics");
        assert_eq!(attachments[1], ("ticket.pdf".to_owned(), &b"%PDF"[..]));
    }

    #[test]
    fn what_is_no_mail_says_so() {
        assert!(parse(b"").is_err());
        assert!(parse(b"\x00\xff\xfe").is_err());
        assert!(parse(b"no header at all\r\n\r\nbody").is_err());
        assert!(text(&parse(b"From: a@example.org\r\n\r\n").unwrap()).is_some());
    }
}
