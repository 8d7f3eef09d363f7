//! Errors that refuse a field. The parsers' errors implement [`Refusal`] beside their types.

use std::fmt;

use super::Reason;

/// An error that refuses a field. Its text explains the reason to a person, in English.
pub trait Refusal: fmt::Display {
    /// Returns the reason why the field is refused.
    fn reason(&self) -> Reason;
}

/// A refusal for which no parser has a type of its own: a reason and its explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub Reason, pub &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }
}

impl Refusal for Refused {
    fn reason(&self) -> Reason {
        self.0
    }
}
