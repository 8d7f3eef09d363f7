//! Tickets: the code that a person can type, and the signed token in the QR code.
//!
//! `docs/ticket-format.md` describes both texts byte by byte. The tests here check its test vectors, so that others can write a
//! scanner.
//!
//! Architecture invariant: neither text shows who holds the ticket.

pub mod code;
pub mod input;
pub mod key;
pub mod token;

#[cfg(test)]
mod vectors;
