//! Collects the reasons why fields of an input were refused, so that a caller sees all reasons in one response.

mod reason;
mod refusals;

pub use self::{
    reason::Reason,
    refusals::{Refusal, Refused},
};

/// A refused field and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The JSON Pointer (RFC 6901) to the field, for instance `/tags/3`.
    pub pointer: String,
    /// The reason why the field was refused.
    pub reason: Reason,
    /// The reason in words for a person, in English.
    pub detail: String,
}

impl Invalid {
    /// Returns a refused field.
    #[must_use]
    pub fn new(pointer: impl Into<String>, reason: Reason, detail: impl std::fmt::Display) -> Self {
        Self {
            pointer: pointer.into(),
            reason,
            detail: detail.to_string(),
        }
    }
}

/// Returns a name as a token of a JSON Pointer (RFC 6901, section 3). The characters `~` and `/` have a special meaning in a
/// pointer, so they are escaped.
#[must_use]
pub fn pointer_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Collects refused fields while an input is parsed.
#[derive(Debug, Default)]
pub struct Findings(Vec<Invalid>);

impl Findings {
    /// Adds a refused field.
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        reason: Reason,
        detail: impl std::fmt::Display,
    ) {
        self.0.push(Invalid::new(pointer, reason, detail));
    }

    /// Returns the value if it is `Ok`. Otherwise adds the error as a refused field and returns `None`.
    pub fn check<T, E: Refusal>(
        &mut self,
        pointer: impl Into<String>,
        value: Result<T, E>,
    ) -> Option<T> {
        value
            .map_err(|error| self.add(pointer, error.reason(), error))
            .ok()
    }

    /// Whether no field was refused so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns `value` if it is present and no field was refused.
    ///
    /// # Errors
    /// The value is missing, or a field was refused. The error contains all refused fields.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Invalid>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}
