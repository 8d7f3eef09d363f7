//! A cached public answer.

use std::sync::OnceLock;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::{
    compression, entity_tag,
    problem::{ApiError, Failure},
};

/// An answer in memory, in the forms in which it is sent.
#[derive(Debug)]
pub(super) struct Kept {
    status: StatusCode,
    /// The form that is not compressed.
    plain: Form,
    /// The compressed form, made when a caller first requests it; `None` within: compression is not worth it.
    compressed: OnceLock<Option<Form>>,
    /// The reason for a 5xx. Every request that gets this answer logs it.
    failure: Option<Failure>,
}

/// A form of an answer.
#[derive(Debug)]
struct Form {
    headers: HeaderMap,
    body: Bytes,
}

impl Kept {
    /// Reads the answer of a handler.
    pub(super) async fn read(response: Response) -> Self {
        let (mut parts, body) = match whole(response).await {
            Ok(whole) => whole,
            // No handler of a public route streams its body, so this does not happen.
            Err(error) => (error.into_response().into_parts().0, Bytes::new()),
        };
        if parts.status == StatusCode::OK {
            entity_tag::add(&mut parts.headers, &body);
        }
        Self {
            status: parts.status,
            compressed: OnceLock::new(),
            failure: parts.extensions.remove(),
            plain: Form {
                headers: parts.headers,
                body,
            },
        }
    }

    /// Returns whether later requests may get it. A failure is only for the requests that have waited for it.
    pub(super) fn is_good(&self) -> bool {
        self.status == StatusCode::OK
    }

    /// Returns the most bytes that the bodies of both forms take.
    pub(super) fn bytes(&self) -> usize {
        2 * self.plain.body.len()
    }

    /// Returns the answer for one request.
    pub(super) fn response(&self, takes_gzip: bool) -> Response {
        let form = if takes_gzip {
            self.compressed()
        } else {
            &self.plain
        };
        let mut response = Response::new(Body::from(form.body.clone()));
        *response.status_mut() = self.status;
        response.headers_mut().clone_from(&form.headers);
        if let Some(failure) = &self.failure {
            response.extensions_mut().insert(failure.clone());
        }
        response
    }

    /// Returns the compressed form; the plain one if compressing is not worth it, or failed.
    fn compressed(&self) -> &Form {
        let form = self.compressed.get_or_init(|| {
            let Form { headers, body } = &self.plain;
            let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
            if !compression::is_worth_it(headers, bytes) {
                return None;
            }
            let body = compression::gzip(body).ok()?;
            let mut headers = headers.clone();
            compression::label(&mut headers);
            let body = body.into();
            Some(Form { headers, body })
        });
        form.as_ref().unwrap_or(&self.plain)
    }
}

/// Takes an answer apart, with its whole body.
async fn whole(response: Response) -> Result<(axum::http::response::Parts, Bytes), ApiError> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await;
    Ok((parts, body.map_err(ApiError::internal)?))
}
