//! Tickets: the code that a person can type, and the signed token that is in the QR code.
//!
//! `docs/ticket-format.md` describes the code and the token byte by byte, so that other people can write a scanner. Tests here
//! check the test vectors in that document.
//!
//! Architecture invariant: neither the code nor the token shows who holds the ticket.

pub mod code;
pub mod input;
pub mod key;
pub mod token;

#[cfg(test)]
mod vectors;
