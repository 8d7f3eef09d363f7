//! Renders a ticket as a QR code, a printable page and a calendar entry.
//!
//! Architecture invariant: this crate only converts data into bytes or text. It does not depend on AWS, HTTP, a clock,
//! randomness or the other crates, so the same input always gives the same bytes. If a ticket is downloaded twice or a mail is
//! sent again, both copies are equal.

pub mod calendar;
pub mod local_time;
pub mod pdf;
pub mod qr;
