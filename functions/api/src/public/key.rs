//! The requests that have the same public answer.

use axum::extract::{MatchedPath, Request};
use domain::id::EventId;

use super::generations::Subject;
use crate::query::Parameters;

/// Identifies a public answer by its route and by everything else that changes the answer, except the stored data.
///
/// The key has no information about the caller, so it may be used only for anonymous callers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// `GET /v1/events/{id}`.
    Event(EventId),
    /// `GET /v1/events/{id}/announcements`, with its query.
    Announcements(EventId, String),
    /// `GET /v1/events`, with its query.
    Events(String),
    /// `GET /openapi.json`.
    Contract,
}

impl Key {
    /// Returns the key of a GET or HEAD whose query was admitted; `None`: its answer is not kept.
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

    /// Returns what the answer is about.
    pub(super) fn subject(&self) -> Subject {
        match self {
            Self::Event(event) | Self::Announcements(event, _) => Subject::Event(*event),
            Self::Events(_) => Subject::List,
            Self::Contract => Subject::Constant,
        }
    }
}

/// Returns the event of a path; `None` if the id is escaped, or none.
fn event(path: &str, end: &str) -> Option<EventId> {
    let id = path.strip_prefix("/v1/events/")?.strip_suffix(end)?;
    id.parse().ok()
}

/// Returns the decoded parameters in the order of their names.
fn query(request: &Request) -> String {
    let parameters = request.extensions().get::<Parameters>();
    parameters.map(Parameters::in_order).unwrap_or_default()
}
