//! A mail, as an independent parser reads it.

use std::fmt;

use icalendar::parser::{read_calendar, unfold};
use mail_parser::{Address, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::{is_ticket_code, private, qr_content_of};

/// A mail that em-connect sent.
#[derive(Clone)]
pub struct Mail {
    /// The decoded subject.
    pub subject: String,
    /// Name and address of the sender.
    pub from: (String, String),
    /// Name and address of the recipient.
    pub to: (String, String),
    /// Address to which replies go.
    pub reply_to: Option<String>,
    /// All headers in their original order, not decoded.
    pub headers: Vec<(String, String)>,
    /// The plain text of the mail, in which lines end with LF.
    pub text: String,
    /// The HTML of the mail.
    pub html: String,
    /// All parts that have content, in their original order.
    pub parts: Vec<Part>,
    /// The bytes of the mail as it was sent.
    pub raw: Vec<u8>,
}

/// A part of a mail, such as its text or an attachment.
#[derive(Clone)]
pub struct Part {
    /// Content type in lower case, such as `text/plain`.
    pub content_type: String,
    /// The parameter `method` of the part's content type, which only calendar entries have.
    pub method: Option<String>,
    /// Content disposition: `inline` or `attachment`, or `None` if the part states neither.
    pub disposition: Option<String>,
    /// The part's file name.
    pub file_name: Option<String>,
    /// The content id, by which the HTML refers to this part.
    pub content_id: Option<String>,
    /// The decoded content.
    pub content: Vec<u8>,
}

/// The calendar entry of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The method of the calendar file: `REQUEST` or `CANCEL`.
    pub method: String,
    /// The id by which calendars identify the entry.
    pub uid: String,
    /// The revision. If two entries have the same `uid`, calendars use the entry with the higher revision.
    pub sequence: u64,
    /// The status of the event: `CONFIRMED` or `CANCELLED`.
    pub status: String,
    /// The start time, as the calendar file spells it.
    pub starts_at: String,
    /// The venue of the event.
    pub location: String,
    /// The title of the event.
    pub summary: String,
    /// The description of the event, escaped as in the calendar file.
    pub description: String,
    /// The organizer, as a `mailto:` URI.
    pub organizer: String,
    /// The guest, as a `mailto:` URI.
    pub attendee: String,
}

impl Mail {
    /// Parses the bytes of a mail.
    #[track_caller]
    pub fn parse(raw: &[u8]) -> Self {
        let Some(message) = MessageParser::default().parse(raw) else {
            panic!("no mail: {}", String::from_utf8_lossy(raw));
        };
        let body = |body: Option<std::borrow::Cow<'_, str>>| {
            body.unwrap_or_default().replace("\r\n", "\n")
        };
        let mail = Self {
            subject: message.subject().unwrap_or_default().to_owned(),
            from: first_mailbox(message.from()),
            to: first_mailbox(message.to()),
            reply_to: message
                .reply_to()
                .map(|address| first_mailbox(Some(address)).1),
            headers: headers_of(&message),
            text: body(message.body_text(0)),
            html: body(message.body_html(0)),
            parts: message.parts.iter().filter_map(Part::of).collect(),
            raw: raw.to_vec(),
        };
        private::note("address", &mail.to.1);
        private::note_codes(&mail.text);
        let link = mail.header("List-Unsubscribe").trim_matches(['<', '>']);
        if let Some((_, token)) = link.split_once("?token=") {
            private::note("token of a link", token);
        }
        mail
    }

    /// Returns the undecoded value of a header, or an empty text if the header is missing. Panics if the header occurs twice.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut found = self
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str());
        let value = found.next().unwrap_or_default();
        assert_eq!(found.next(), None, "{name} twice in {self}");
        value
    }

    /// Returns the key of the mail, which is the part of its `Message-ID` before the `@`.
    #[track_caller]
    pub fn key(&self) -> &str {
        let id = self.header("Message-ID").trim_start_matches('<');
        match id.split_once('@') {
            Some((key, _)) => key,
            None => panic!("no Message-ID in {self}"),
        }
    }

    /// Returns the only part with this content type.
    #[track_caller]
    pub fn part(&self, content_type: &str) -> &Part {
        let of_type = |part: &&Part| part.content_type == content_type;
        let found: Vec<&Part> = self.parts.iter().filter(of_type).collect();
        match found[..] {
            [part] => part,
            _ => panic!("{} parts of type {content_type} in {self}", found.len()),
        }
    }

    /// Returns whether a part has this content type.
    pub fn has_part(&self, content_type: &str) -> bool {
        self.parts
            .iter()
            .any(|part| part.content_type == content_type)
    }

    /// Returns the mail's calendar entry.
    #[track_caller]
    pub fn invitation(&self) -> Invitation {
        let part = self.part("text/calendar");
        let invitation = Invitation::parse(&String::from_utf8_lossy(&part.content));
        assert_eq!(part.method.as_ref(), Some(&invitation.method), "{self}");
        invitation
    }

    /// Decodes the QR code in the image that the HTML shows.
    #[track_caller]
    pub fn qr(&self) -> String {
        let picture = self.part("image/png");
        assert_eq!(picture.disposition.as_deref(), Some("inline"), "{self}");
        let content_id = picture.content_id.as_deref().unwrap_or_default();
        let shown = format!("src=\"cid:{content_id}\"");
        assert!(self.html.contains(&shown), "{shown} in {self}");
        qr_content_of(&picture.content)
    }

    /// Returns the ticket code in the plain text.
    #[track_caller]
    pub fn ticket_code(&self) -> &str {
        self.word(is_ticket_code)
    }

    /// Returns the code by which the recipient proves access to the mailbox. It is in the plain text.
    #[track_caller]
    pub fn code(&self) -> &str {
        let is_group = |group: &str| {
            group.len() == 4
                && group
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        };
        self.word(|word| {
            let groups = word.split_once('-');
            groups.is_some_and(|(one, other)| is_group(one) && is_group(other))
        })
    }

    /// Returns the URL of the link with this label, which the plain text and the HTML contain.
    #[track_caller]
    pub fn link(&self, label: &str) -> &str {
        let prefix = format!("{label}: ");
        let mut lines = self.text.lines();
        let Some(url) = lines.find_map(|line| line.strip_prefix(&prefix)) else {
            panic!("no link {label:?} in {self}");
        };
        let in_html = format!("href=\"{}\"", url.replace('&', "&#38;"));
        assert!(self.html.contains(&in_html), "{in_html} in {}", self.html);
        url
    }

    /// Returns the only word of the plain text for which `is_one` returns true.
    #[track_caller]
    fn word(&self, is_one: impl Fn(&str) -> bool) -> &str {
        let mut found = self.text.split_whitespace().filter(|word| is_one(word));
        match (found.next(), found.next()) {
            (Some(word), None) => word,
            (word, other) => panic!("{word:?} and {other:?} as the code in {self}"),
        }
    }
}

impl Part {
    /// Returns the part, or `None` if the part only contains other parts.
    fn of(part: &MessagePart<'_>) -> Option<Self> {
        if matches!(part.body, PartType::Multipart(_)) {
            return None;
        }
        let content_type = part.content_type();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Some(Self {
            content_type: content_type.map_or_else(String::new, |kind| {
                let subtype = kind.subtype().unwrap_or_default();
                format!("{}/{subtype}", kind.ctype()).to_lowercase()
            }),
            method: owned(content_type.and_then(|kind| kind.attribute("method"))),
            disposition: owned(
                part.content_disposition()
                    .map(mail_parser::ContentType::ctype),
            ),
            file_name: owned(part.attachment_name()),
            content_id: owned(part.content_id()),
            content: part.contents().to_vec(),
        })
    }
}

impl Invitation {
    /// Parses a calendar file that contains one event.
    #[track_caller]
    pub fn parse(file: &str) -> Self {
        let unfolded = unfold(file);
        let calendar = match read_calendar(&unfolded) {
            Ok(calendar) => calendar,
            Err(error) => panic!("no calendar ({error}): {file}"),
        };
        let method = calendar
            .properties
            .iter()
            .find(|property| property.name == "METHOD");
        let [event] = &calendar.components[..] else {
            panic!("{} components: {file}", calendar.components.len());
        };
        let value = |name: &str| {
            let property = event.find_prop(name);
            property.map_or_else(String::new, |property| property.val.to_string())
        };
        Self {
            method: method.map_or_else(String::new, |property| property.val.to_string()),
            uid: value("UID"),
            sequence: match value("SEQUENCE").parse() {
                Ok(sequence) => sequence,
                Err(error) => panic!("no SEQUENCE ({error}): {file}"),
            },
            status: value("STATUS"),
            starts_at: value("DTSTART"),
            location: value("LOCATION"),
            summary: value("SUMMARY"),
            description: value("DESCRIPTION"),
            organizer: value("ORGANIZER"),
            attendee: value("ATTENDEE"),
        }
    }
}

fn first_mailbox(address: Option<&Address<'_>>) -> (String, String) {
    let mailbox = address.and_then(Address::first);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    mailbox.map_or_else(Default::default, |mailbox| {
        (text(mailbox.name()), text(mailbox.address()))
    })
}

fn headers_of(message: &Message<'_>) -> Vec<(String, String)> {
    let headers = message.headers_raw();
    headers
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

/// Writes the mail's headers and plain text, by which a person can distinguish mails.
impl fmt::Display for Mail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.headers {
            writeln!(out, "{name}: {value}")?;
        }
        let types: Vec<&str> = self.parts.iter().map(|part| &*part.content_type).collect();
        write!(out, "({})\n\n{}", types.join(", "), self.text)
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
