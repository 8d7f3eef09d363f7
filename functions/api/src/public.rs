//! Public reads from memory: the answers that are the same for everybody who is not signed in.
//!
//! An answer is made once for all concurrent requests, and cached for a second at most
//! ([decision 26](../../../docs/decisions/0026-public-reads-from-memory.md)).
//!
//! Architecture invariant: a request with an `Authorization` header neither gets an answer from here nor leaves one here.

mod cache;
mod generations;
mod kept;
mod key;

use axum::{extract::Request, middleware::Next, response::Response};

use crate::headers::Asked;
use key::Key;

pub(crate) use cache::{Moment, PublicCache};
pub use generations::Generations;

/// Answers a request, from `cache` if its answer is public and cached. The query of the request was admitted.
pub(crate) async fn answer(
    cache: &PublicCache,
    asked: &Asked,
    request: Request,
    next: Next,
) -> Response {
    let key = asked.is_public().then(|| Key::of(&request)).flatten();
    match key {
        Some(key) => {
            let kept = cache.answer(key, || next.run(request)).await;
            kept.response(asked.takes_gzip())
        }
        None => next.run(request).await,
    }
}
