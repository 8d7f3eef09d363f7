//! Answers public reads from memory. A public read has the same answer for every caller who is not signed in.
//!
//! Concurrent requests share one answer, which is cached for at most a second ([decision
//! 26](../../../docs/decisions/0026-public-reads-from-memory.md)).
//!
//! Architecture invariant: a request with an `Authorization` header never gets an answer from this cache, and its answer is
//! never stored in the cache.

mod cache;
mod generations;
mod kept;
mod key;

use axum::{extract::Request, middleware::Next, response::Response};

use crate::headers::Asked;
use key::Key;

pub(crate) use cache::{Moment, PublicCache};
pub use generations::Generations;

/// Answers a request. If its answer is public, the answer comes from `cache`; otherwise `next` makes it. The query string must
/// have been checked before.
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
