//! The service's answer to one call of a test.

use std::fmt;
use std::ops::Index;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// The answer to one call: its status, headers and body, and the name of the call.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and path of the call, for failure messages.
    pub call: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// All headers of the answer.
    pub headers: HeaderMap,
    /// The body as raw bytes.
    pub bytes: Vec<u8>,
    /// The body as text, in which invalid UTF-8 is replaced.
    pub text: String,
    /// The body as JSON, or `null` if the body is not JSON.
    pub json: Value,
}

impl Answer {
    /// Returns this answer. Panics if its status is not the expected `status`, or if it has no header `x-request-id`, which
    /// every answer must have.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "expected {status}, got {self}");
        assert!(
            !self.request_id().is_empty(),
            "expected an x-request-id with {self}"
        );
        self
    }

    /// Returns the answer if its status is `status`. Tests call this method in [`eventually`](crate::eventually) to poll.
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

    /// Returns the answer if `holds` returns true for it. Tests call this method in [`eventually`](crate::eventually) to poll.
    ///
    /// # Errors
    ///
    /// The whole answer as text, if `holds` returns false.
    pub fn once(self, holds: impl FnOnce(&Self) -> bool) -> Result<Self, String> {
        if holds(&self) {
            Ok(self)
        } else {
            Err(self.to_string())
        }
    }

    /// Returns the value of a header, or an empty text if the header is missing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Returns the request id, by which the logs name this call.
    pub fn request_id(&self) -> &str {
        self.header("x-request-id")
    }

    /// Returns the list in the member `items` of the JSON body.
    #[track_caller]
    pub fn items(&self) -> &[Value] {
        match self["items"].as_array() {
            Some(items) => items,
            None => panic!("expected items in {self}"),
        }
    }

    /// Returns the text in a member of the JSON body. Panics if the member is not a text.
    #[track_caller]
    pub fn text_of(&self, member: &str) -> &str {
        match self[member].as_str() {
            Some(text) => text,
            None => panic!("expected a text in `{member}` of {self}"),
        }
    }

    /// Returns whether the answer is a conflict of this kind: status 409, and `type` `/problems/<kind>`.
    pub fn is_conflict(&self, kind: &str) -> bool {
        self.status == 409 && self["type"] == format!("/problems/{kind}")
    }
}

/// Returns a member of the JSON body, or `null` if the body has no such member.
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
