//! Tickets: the code that a person can type, the signed token in the QR code, and when the doors are open.
//!
//! `docs/ticket-format.md` describes both texts byte by byte, with test vectors that the tests here check, so that
//! somebody else can write a scanner.
//!
//! Architecture invariant: neither text says who holds the ticket.

pub mod code;
pub mod door;
pub mod input;
pub mod key;
pub mod token;

#[cfg(test)]
mod vectors;
