//! Renders a ticket as a QR code, a printable page and a calendar entry, and an event as a picture for previews of links.
//!
//! Architecture invariant: this crate only converts data into bytes or text. It does not depend on AWS, HTTP, a clock,
//! randomness or the other crates, so the same input always gives the same bytes. If a ticket is downloaded twice or a mail is
//! sent again, both copies are equal.

pub mod calendar;
pub mod local_time;
pub mod pdf;
mod png_file;
pub mod qr;
pub mod share;
mod text;

pub use text::face::FontError;
