//! The answer to a call.

use std::fmt;
use std::ops::Index;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// The answer to one call: status, headers, body, and the call itself.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and path of the call, for messages.
    pub call: String,
    /// HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body as bytes.
    pub bytes: Vec<u8>,
    /// The body as text; invalid UTF-8 is replaced.
    pub text: String,
    /// The body as JSON; `null` if it is not JSON.
    pub json: Value,
}

impl Answer {
    /// Returns the answer; panics unless its status is `status` and it has `x-request-id`, as every answer must.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "expected {status}, got {self}");
        assert!(
            !self.request_id().is_empty(),
            "expected an x-request-id with {self}"
        );
        self
    }

    /// Returns the answer if its status is `status`: for [`eventually`](crate::eventually).
    ///
    /// # Errors
    ///
    /// The whole answer as text, if it has another status.
    pub fn when(self, status: u16) -> Result<Self, String> {
        if self.status == status {
            Ok(self)
        } else {
            Err(format!("expected {status}, got {self}"))
        }
    }

    /// Returns the answer if `holds` is true of it: for [`eventually`](crate::eventually).
    ///
    /// # Errors
    ///
    /// The whole answer as text, if `holds` is false.
    pub fn once(self, holds: impl FnOnce(&Self) -> bool) -> Result<Self, String> {
        if holds(&self) {
            Ok(self)
        } else {
            Err(self.to_string())
        }
    }

    /// Returns a header's value; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Returns the id of this call in the logs.
    pub fn request_id(&self) -> &str {
        self.header("x-request-id")
    }

    /// Returns the body's `items`.
    #[track_caller]
    pub fn items(&self) -> &[Value] {
        match self["items"].as_array() {
            Some(items) => items,
            None => panic!("expected items in {self}"),
        }
    }

    /// Returns a member of the body that is a text.
    #[track_caller]
    pub fn text_of(&self, member: &str) -> &str {
        match self[member].as_str() {
            Some(text) => text,
            None => panic!("expected a text in `{member}` of {self}"),
        }
    }

    /// Whether the answer is the conflict of this kind: status 409 and `type` `/problems/<kind>`.
    pub fn is_conflict(&self, kind: &str) -> bool {
        self.status == 409 && self["type"] == format!("/problems/{kind}")
    }
}

/// Returns a member of the JSON body; `null` if there is none.
impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, member: &str) -> &Value {
        &self.json[member]
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body: String = self.text.chars().take(2_000).collect();
        write!(
            out,
            "{} → {} (x-request-id {:?})\n{body}",
            self.call,
            self.status,
            self.request_id()
        )
    }
}
