//! Handles `POST /v1/live/tickets`.

use axum::extract::State;
use bootstrap::clock;
use domain::{live::TICKET_LIFETIME, security::rate_limit::Requests};
use serde::Serialize;
use store::SignIn;
use utoipa::ToSchema;

use crate::{
    app::Shared,
    extract::{CurrentSession, SignedIn},
    headers::{NewSecret, new_secret},
    problem::ApiError,
    random,
    request::From,
};

/// A ticket that signs a WebSocket in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LiveTicket)]
pub(crate) struct LiveTicketView {
    /// Token for `wsUrl?ticket=…`: an opaque text.
    ticket: String,
    /// Seconds for which the ticket is valid.
    #[schema(example = 30)]
    expires_in: u64,
}

/// Creates a ticket that signs a WebSocket in. The ticket is good for one connection, within 30 seconds. The connection is
/// closed when the session of the caller's access token ends.
#[utoipa::path(post, path = "/v1/live/tickets", tag = "live", security(("bearer" = [])), responses(
    (status = 201, body = LiveTicketView), (status = 401, description = "`unauthorized`"),
    (status = 429, description = "`too-many-requests`: too many tickets were requested by this account or from one network address"),
))]
pub(crate) async fn make_live_ticket(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    CurrentSession(session): CurrentSession,
    From(source): From,
) -> Result<NewSecret<LiveTicketView>, ApiError> {
    let counted = [
        Requests::LiveTicketsOf(actor.id),
        Requests::LiveTicketsFrom(source),
    ];
    app.limits.count_request(&app.store, counted).await?;
    let ticket = random::bearer_code()?;
    let sign_in = SignIn {
        user_id: actor.id,
        session: session.map(|id| id.uuid()),
    };
    app.store
        .note_live_ticket(&ticket, sign_in, clock::now())
        .await?;
    let view = LiveTicketView {
        ticket: ticket.as_str().to_owned(),
        expires_in: TICKET_LIFETIME.as_secs(),
    };
    Ok(new_secret(view))
}
