//! The form in which a caller wants an answer: compressed or not, and only if it has changed.

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{compression, entity_tag};

/// The headers of a request that decide in which form its answer is sent.
#[derive(Debug)]
pub struct Wanted {
    takes_gzip: bool,
    /// The request's `If-None-Match` header.
    kept: Option<HeaderValue>,
}

impl Wanted {
    /// Reads the headers of a request.
    #[must_use]
    pub fn by(headers: &HeaderMap) -> Self {
        Self {
            takes_gzip: compression::is_asked_for(headers),
            kept: headers.get(header::IF_NONE_MATCH).cloned(),
        }
    }

    /// Returns whether the caller prefers a compressed body.
    #[must_use]
    pub fn takes_gzip(&self) -> bool {
        self.takes_gzip
    }

    /// Returns the answer to send. If `is_tagged`, it has an `ETag`, and it is 304 without a body if the caller already has the
    /// same answer. Otherwise it is compressed if the caller accepts gzip.
    ///
    /// # Errors
    /// The body cannot be read into memory. This does not happen to a body that is in memory already.
    pub async fn form(&self, response: Response, is_tagged: bool) -> Result<Response, axum::Error> {
        let least = response.body().size_hint().lower();
        let is_compressed = self.takes_gzip && compression::is_worth_it(response.headers(), least);
        if !is_tagged && !is_compressed {
            return Ok(response);
        }
        let (mut parts, body) = response.into_parts();
        // A handler made the body of the answer, so the body is in memory already.
        let body = to_bytes(body, usize::MAX).await?;
        if is_tagged {
            entity_tag::add(&mut parts.headers, &body);
        }
        if is_compressed {
            compression::label(&mut parts.headers);
        }
        if is_tagged && self.keeps(parts.headers.get(header::ETAG)) {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.remove(header::CONTENT_ENCODING);
            return Ok(Response::from_parts(parts, Body::empty()));
        }
        if !is_compressed {
            return Ok(Response::from_parts(parts, Body::from(body)));
        }
        let body = compression::gzip(&body).map_err(axum::Error::new)?;
        Ok(Response::from_parts(parts, Body::from(body)))
    }

    /// Returns whether the request's `If-None-Match` header shows that the caller already has the answer with this `tag`.
    fn keeps(&self, tag: Option<&HeaderValue>) -> bool {
        let kept = self.kept.as_ref().and_then(|kept| kept.to_str().ok());
        kept.zip(tag)
            .is_some_and(|(kept, tag)| entity_tag::names(kept, tag))
    }
}
