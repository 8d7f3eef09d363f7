//! Renders a ticket as a QR code, a printable page and a calendar entry.
//!
//! Architecture invariant: data in, bytes or text out. Nothing here depends on AWS, HTTP, a clock, a source of
//! randomness or the other crates, so the same input always gives the same bytes: a ticket fetched twice and a mail
//! sent again are equal.

pub mod calendar;
pub mod local_time;
pub mod pdf;
pub mod qr;
