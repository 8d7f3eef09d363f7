//! Describes the structure of a message: its headers and parts, without the contents of the parts.

use std::fmt::Write as _;

use mail_parser::{MessagePart, MimeHeaders as _, PartType};

use super::samples::parsed;
use crate::Message;

/// Returns the content type of a part, such as `text/plain`.
pub(crate) fn content_type(part: &MessagePart<'_>) -> String {
    let content_type = part.content_type().unwrap();
    format!(
        "{}/{}",
        content_type.ctype(),
        content_type.subtype().unwrap()
    )
}

/// Returns one line for each part, indented by the part's level.
pub(crate) fn outline(message: &Message) -> String {
    let message = parsed(message);
    let mut lines = String::new();
    let mut levels = vec![(0, 0)];
    while let Some((id, level)) = levels.pop() {
        let part = message.part(id).unwrap();
        let _ = write!(lines, "{}{}", "  ".repeat(level), content_type(part));
        for attribute in ["charset", "method", "type", "name"] {
            if let Some(value) = part.content_type().unwrap().attribute(attribute) {
                let _ = write!(lines, "; {attribute}={value}");
            }
        }
        if let Some(id) = part.content_id() {
            let _ = write!(lines, " <{id}>");
        }
        if let Some(disposition) = part.content_disposition() {
            let _ = write!(lines, " {}", disposition.ctype());
        }
        if let Some(encoding) = part.content_transfer_encoding() {
            let _ = write!(lines, " {encoding}");
        }
        lines.push('\n');
        if let PartType::Multipart(parts) = &part.body {
            levels.extend(parts.iter().rev().map(|part| (*part, level + 1)));
        }
    }
    lines
}

/// Returns the headers exactly as the message contains them, with LF as line ends.
pub(crate) fn headers(message: &Message) -> String {
    let text = str::from_utf8(&message.bytes).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    headers.replace("\r\n", "\n")
}
