//! Tickets: the code that a person can type, and the signed token in the QR code.
//!
//! `docs/ticket-format.md` describes both texts byte by byte, with test vectors that the tests here check, so that
//! somebody else can write a scanner.
//!
//! Architecture invariant: neither text says who holds the ticket.

pub mod code;
pub mod input;
pub mod key;
pub mod token;

#[cfg(test)]
mod vectors;
