//! The MIME parts of a message.
//!
//! Content types are written as text here, because `lettre` would choose a random boundary.

use std::error::Error;

use lettre::message::{
    MultiPart, SinglePart,
    header::{
        ContentDisposition, ContentId, ContentTransferEncoding, Header, HeaderName, HeaderValue,
    },
};

use crate::message_id::MessageId;

/// The value of a part's header `Content-Type`.
#[derive(Clone)]
struct PartType(String);

impl Header for PartType {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Type")
    }

    fn parse(value: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self(value.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// Returns a MIME part that contains `text` and has this content type. The text is encoded as quoted-printable, so its lines
/// are short and cannot contain a boundary.
fn text(content_type: &str, text: String) -> SinglePart {
    SinglePart::builder()
        .header(PartType(format!("{content_type}; charset=utf-8")))
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(text)
}

/// Returns a part that contains the mail in several forms: as plain text, as HTML and, if there is one, as a calendar. The
/// plainest form must come first.
pub(crate) fn alternative(
    id: MessageId<'_>,
    plain: String,
    html: String,
    calendar: Option<&Calendar>,
) -> MultiPart {
    let boundary = id.boundary("alternative");
    let parts = multipart(format!("multipart/alternative; boundary=\"{boundary}\""))
        .singlepart(text("text/plain", plain))
        .singlepart(text("text/html", html));
    match calendar {
        Some(calendar) => parts.singlepart(text(
            &format!("text/calendar; method={}", calendar.method),
            calendar.file.clone(),
        )),
        None => parts,
    }
}

/// Returns a part that contains the body, and the picture of the QR code that the body's HTML shows.
pub(crate) fn related(id: MessageId<'_>, body: MultiPart, qr_png: Vec<u8>) -> MultiPart {
    let boundary = id.boundary("related");
    let content_type =
        format!("multipart/related; boundary=\"{boundary}\"; type=\"multipart/alternative\"");
    multipart(content_type).multipart(body).singlepart(
        SinglePart::builder()
            .header(PartType("image/png".to_owned()))
            .header(ContentId::from(format!("<{}>", id.qr_content_id())))
            .header(ContentDisposition::inline_with_name("qr.png"))
            .header(ContentTransferEncoding::Base64)
            .body(qr_png),
    )
}

/// Returns a part that contains the body and the attached files.
pub(crate) fn mixed(id: MessageId<'_>, body: MultiPart, files: Vec<SinglePart>) -> MultiPart {
    let boundary = id.boundary("mixed");
    let parts = multipart(format!("multipart/mixed; boundary=\"{boundary}\"")).multipart(body);
    files.into_iter().fold(parts, MultiPart::singlepart)
}

/// Returns a part that is an attached file. `name` must not come from a user.
pub(crate) fn file(content_type: &str, name: &'static str, bytes: Vec<u8>) -> SinglePart {
    SinglePart::builder()
        .header(PartType(format!("{content_type}; name=\"{name}\"")))
        .header(ContentDisposition::attachment(name))
        .header(ContentTransferEncoding::Base64)
        .body(bytes)
}

fn multipart(content_type: String) -> MultiPart {
    MultiPart::builder().header(PartType(content_type)).build()
}

/// A calendar file and its iTIP method. The content type of the file's MIME part repeats the method (RFC 6047, 2.4).
#[derive(Debug)]
pub(crate) struct Calendar {
    /// The iTIP method of the file: `REQUEST` or `CANCEL`. No mail uses `PUBLISH`.
    pub(crate) method: &'static str,
    /// The content of the file, with lines that end with CR LF.
    pub(crate) file: String,
}
