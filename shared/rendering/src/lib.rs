//! What a ticket looks like: QR codes, a printable page, a calendar entry.
//!
//! Architecture invariant: data in, bytes or text out. Nothing here knows AWS, HTTP, a clock, a source of
//! randomness or the other crates, so that the same input gives the same bytes, whoever asks and however
//! often: a ticket fetched twice and a mail sent again are equal.

pub mod calendar;
pub mod local_time;
pub mod pdf;
pub mod qr;
