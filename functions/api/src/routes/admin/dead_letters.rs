//! Handles `GET /v1/admin/dead-letters` and `POST /v1/admin/dead-letters/{queue}/redrive`.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    security::{
        audit::{Deed, QueueName},
        policy::Action,
    },
    text::timestamp::rfc3339,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    dead_letters::{Pile, Redrive, Sample},
    extract::{Acting, SignedIn},
    problem::ApiError,
    views::words,
};

/// The dead letters of all queues.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeadLetters {
    items: Vec<DeadLetterQueue>,
}

/// A queue's dead letters.
#[derive(Debug, Serialize, ToSchema)]
struct DeadLetterQueue {
    #[schema(example = "mail")]
    queue: String,
    /// Approximate number of dead letters of the queue.
    depth: u32,
    /// Up to ten of the queue's dead letters.
    samples: Vec<DeadLetterSample>,
}

/// A dead letter, without personal data.
#[derive(Debug, Serialize, ToSchema)]
struct DeadLetterSample {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// Why the message became a dead letter, in a few words; `null` if its processing was tried too often.
    #[schema(required)]
    reason: Option<String>,
    /// Subject of the letter.
    #[schema(value_type = words::DeadLetterKind)]
    kind: &'static str,
}

impl From<Pile> for DeadLetterQueue {
    fn from(pile: Pile) -> Self {
        let sample = |sample: Sample| DeadLetterSample {
            id: sample.id,
            at: rfc3339(sample.at),
            reason: sample.reason,
            kind: sample.kind.as_str(),
        };
        Self {
            queue: pile.queue,
            depth: pile.depth,
            samples: pile.samples.into_iter().map(sample).collect(),
        }
    }
}

/// Number of letters that went back to their queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Redriven {
    moved: u32,
}

/// Returns the dead letters of every queue: their approximate number, and samples.
#[utoipa::path(get, path = "/v1/admin/dead-letters", tag = "administration", security(("bearer" = [])), responses(
    (status = 200, body = DeadLetters), (status = 403, description = "`forbidden`"),
))]
pub(crate) async fn list_dead_letters(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
) -> Result<Json<DeadLetters>, ApiError> {
    access::deployment(&actor, Action::ReadDeadLetters)?;
    let piles = app.dead_letters.piles().await?;
    let items = piles.into_iter().map(DeadLetterQueue::from).collect();
    Ok(Json(DeadLetters { items }))
}

/// Sends the dead letters of a queue back to the queue. A call moves the letters that were there when it began, for at most 15
/// seconds; `moved` is 0 if no letters are left. A letter that still cannot be processed becomes a new dead letter, which the
/// same call does not move again.
#[utoipa::path(post, path = "/v1/admin/dead-letters/{queue}/redrive", tag = "administration", security(("bearer" = [])), params(("queue" = String, Path, description = "As in the list")), responses(
    (status = 202, body = Redriven), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
    (status = 409, description = "`not-redrivable`: records of the stream have no queue to go back to"),
))]
pub(crate) async fn redrive(
    State(app): State<Shared>,
    acting: Acting,
    Path(queue): Path<String>,
) -> Result<(StatusCode, Json<Redriven>), ApiError> {
    access::deployment(&acting.actor, Action::RedriveDeadLetters)?;
    let note = async |depth| {
        let queue = QueueName::parse(&queue).map_err(ApiError::internal)?;
        let entry = acting.entry(&Deed::RedriveDeadLetters { queue, depth });
        Ok::<_, ApiError>(app.store.note(&entry).await?)
    };
    match app.dead_letters.redrive(&queue, note).await? {
        Redrive::Moved(moved) => Ok((StatusCode::ACCEPTED, Json(Redriven { moved }))),
        Redrive::NoWayBack => Err(ApiError::NotRedrivable),
        Redrive::NoSuchQueue => Err(ApiError::NotFound),
    }
}
