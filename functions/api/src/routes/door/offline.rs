//! Handles `GET /v1/events/{id}/door`, the data that a scanner needs to work without a network.

use axum::{Json, extract::State};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use bootstrap::clock;
use domain::{
    keys::cursor, security::policy::Action, text::timestamp::rfc3339, tickets::key::TicketPublicKey,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{EventPath, ListQuery, SignedIn},
    problem::ApiError,
    views::words,
};

/// The largest number of revocations in one answer.
const MOST_REVOCATIONS: usize = 1_000;
/// The next answer repeats the revocations of this many seconds before the present answer. Otherwise the scanner could miss
/// some, because the ticket function may need up to 30 seconds to write a revocation, and clocks differ.
const OVERLAP_SECONDS: i64 = 60;

/// Everything that a scanner needs to work without a network.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Door {
    /// The keys that sign tickets: first the key that signs now, then keys that signed earlier or will sign later.
    keys: Vec<DoorKey>,
    /// Status of the event. If it is `cancelled`, no ticket is good any more.
    #[schema(value_type = words::EventStatus)]
    status: &'static str,
    /// When the doors open. This time takes precedence over the time in the QR code of a ticket, because the event's times may
    /// have changed since the QR code was made.
    #[schema(format = DateTime)]
    doors_open_at: String,
    /// When the event ends, and the doors close.
    #[schema(format = DateTime)]
    ends_at: String,
    /// Codes of tickets that became void since the cursor, each 12 characters of Crockford base32 in groups of four; a code may
    /// be listed twice.
    revoked: Vec<String>,
    /// The time of this answer.
    #[schema(format = DateTime)]
    as_of: String,
    /// Cursor for the next request, an opaque text. With it, the next answer has the rest of the list, or what is revoked from
    /// now on.
    next_cursor: String,
}

/// A key that signs tickets: Ed25519.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DoorKey {
    /// Id by which a ticket names the key: 4 bytes in hexadecimal.
    #[schema(example = "1f0c52ab")]
    kid: String,
    /// The public key: 32 bytes in base64url.
    public_key: String,
}

/// Returns what a scanner needs to work without a network: keys, and the tickets that were revoked since a cursor.
#[utoipa::path(get, path = "/v1/events/{id}/door", tag = "door", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous answer: an opaque text"),
), responses((status = 200, body = Door), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn door(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    query: ListQuery,
) -> Result<Json<Door>, ApiError> {
    let event = access::event(&app, &actor, Action::ReadDoor, path).await?;
    let list = format!("door/{}", event.id);
    let after: Option<String> = query.position(&app, &list)?;
    let now = clock::now();
    let (page, at) = app
        .store
        .list_revocations(event.id, MOST_REVOCATIONS, after.as_deref())
        .await?;
    let settled =
        Timestamp::from_second(now.as_second() - OVERLAP_SECONDS).map_err(ApiError::internal)?;
    let settled = store::revocations_until(settled);
    let next = at
        .filter(|_| page.more)
        .map_or(settled.clone(), |at| at.min(settled));
    let keys = app.verifying().into_iter().map(|keyring| {
        let key = TicketPublicKey::from(&keyring.ticket);
        DoorKey {
            kid: key.kid().to_string(),
            public_key: BASE64_URL_SAFE_NO_PAD.encode(key.as_bytes()),
        }
    });
    Ok(Json(Door {
        keys: keys.collect(),
        status: event.status.as_str(),
        doors_open_at: rfc3339(event.details.schedule.doors_open()),
        ends_at: rfc3339(event.details.schedule.ends_at),
        revoked: page.items.iter().map(ToString::to_string).collect(),
        as_of: rfc3339(now),
        next_cursor: cursor::seal(&app.signing(), &list, &next),
    }))
}
