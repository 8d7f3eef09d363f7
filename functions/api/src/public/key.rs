//! The keys of public answers. All requests with the same key have the same answer.

use axum::extract::{MatchedPath, Request};
use domain::id::EventId;

use super::generations::Subject;
use crate::query::Parameters;

/// The key of a public answer. It contains the route and everything else in the request that changes the answer.
///
/// The key has no information about the caller, so it may be used only for callers who are not signed in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The answer to `GET /v1/events/{id}`.
    Event(EventId),
    /// The answer to `GET /v1/events/{id}/announcements` with this query string.
    Announcements(EventId, String),
    /// The answer to `GET /v1/events` with this query string.
    Events(String),
    /// The answer to `GET /openapi.json`.
    Contract,
}

impl Key {
    /// Returns the key of a GET or HEAD request whose query was checked. `None` means that the answer is not cached.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let route = request.extensions().get::<MatchedPath>()?;
        let path = request.uri().path();
        match route.as_str() {
            "/v1/events/{id}" => event(path, "").map(Self::Event),
            "/v1/events/{id}/announcements" => {
                let event = event(path, "/announcements")?;
                Some(Self::Announcements(event, query(request)))
            }
            "/v1/events" => Some(Self::Events(query(request))),
            "/openapi.json" => Some(Self::Contract),
            _ => None,
        }
    }

    /// Returns which data the answer with this key shows: one event, the list of events, or data that never changes.
    pub(super) fn subject(&self) -> Subject {
        match self {
            Self::Event(event) | Self::Announcements(event, _) => Subject::Event(*event),
            Self::Events(_) => Subject::List,
            Self::Contract => Subject::Constant,
        }
    }
}

/// Returns the id of the event in a path; `None` if the id is invalid or has percent escapes.
fn event(path: &str, end: &str) -> Option<EventId> {
    let id = path.strip_prefix("/v1/events/")?.strip_suffix(end)?;
    id.parse().ok()
}

/// Returns the decoded query parameters as a query string, sorted by name.
fn query(request: &Request) -> String {
    let parameters = request.extensions().get::<Parameters>();
    parameters.map(Parameters::in_order).unwrap_or_default()
}
