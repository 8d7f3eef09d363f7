//! Sessions of an account as its holder sees them.

use domain::{accounts::client_kind::ClientKind, id::SessionId, text::timestamp::rfc3339};
use serde::Serialize;
use store::Session;
use utoipa::ToSchema;

/// A session of the caller's account that is not over.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ActiveSession)]
pub(crate) struct ActiveSessionView {
    /// Id with which the session can be ended; nobody can sign in with it. `ses_` and 26 characters.
    #[schema(example = "ses_01kamyz7p4e4gtxg4rv9jd5q7a")]
    id: String,
    /// When the holder of the account signed in: a time in UTC (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// When the session was refreshed last, or else when it began: a time in UTC (RFC 3339). An access token of the session may
    /// have been used for 15 minutes more.
    #[schema(format = DateTime)]
    last_used_at: String,
    /// Kind of the client that last refreshed the session, or else of the client that began it, in a few words; `null` if it is
    /// not known.
    #[schema(required, example = "Firefox on Linux")]
    client: Option<String>,
    /// Whether the request's access token was issued in this session.
    current: bool,
}

/// A session of the caller's account as it is stored, for 30 days after its last refresh.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoredSession)]
pub(crate) struct StoredSessionView {
    /// Id: `ses_` and 26 characters.
    #[schema(example = "ses_01kamyz7p4e4gtxg4rv9jd5q7a")]
    id: String,
    /// When the holder of the account signed in: a time in UTC (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// When the session was refreshed last, or else when it began: a time in UTC (RFC 3339).
    #[schema(format = DateTime)]
    last_used_at: String,
    /// Kind of the client that last refreshed the session, or else of the client that began it, in a few words; `null` if it is
    /// not known.
    #[schema(required, example = "Firefox on Linux")]
    client: Option<String>,
    /// Whether the session is over: ended, expired, or begun under an earlier password.
    ended: bool,
}

impl ActiveSessionView {
    /// Returns the session in the form in which the API shows it. `current` is the session in which the request's access token
    /// was issued, if that session is known.
    pub(crate) fn new(session: &Session, current: Option<SessionId>) -> Self {
        Self {
            id: session.id.to_string(),
            created_at: rfc3339(session.created_at),
            last_used_at: rfc3339(session.last_used_at),
            client: words(session.client.as_ref()),
            current: current == Some(session.id),
        }
    }
}

impl From<&Session> for StoredSessionView {
    fn from(session: &Session) -> Self {
        Self {
            id: session.id.to_string(),
            created_at: rfc3339(session.created_at),
            last_used_at: rfc3339(session.last_used_at),
            client: words(session.client.as_ref()),
            ended: session.is_over,
        }
    }
}

fn words(client: Option<&ClientKind>) -> Option<String> {
    client.map(|client| client.as_str().to_owned())
}
