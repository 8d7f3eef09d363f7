//! A cached public answer.

use std::sync::OnceLock;

use answers::{Failure, compression, entity_tag};
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::problem::ApiError;

/// A cached answer, which is sent to some callers in compressed form, and to others uncompressed.
#[derive(Debug)]
pub(super) struct Kept {
    status: StatusCode,
    /// The form of the answer that is not compressed.
    plain: Form,
    /// The compressed form. It is made when a caller first requests it. The inner `None` means that compression is not worth
    /// it.
    compressed: OnceLock<Option<Form>>,
    /// The reason for a 5xx answer; `None` for other answers. Every request that gets a 5xx answer logs the reason.
    failure: Option<Failure>,
}

/// The headers and the body of an answer, compressed or not.
#[derive(Debug)]
struct Form {
    headers: HeaderMap,
    body: Bytes,
}

impl Kept {
    /// Reads the whole answer of a handler into memory.
    pub(super) async fn read(response: Response) -> Self {
        let (mut parts, body) = match whole(response).await {
            Ok(whole) => whole,
            // Reading the answer does not fail, because no handler of a public route streams its body.
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

    /// Returns whether later requests may get this answer. A failure is returned only to the requests that were waiting for it.
    pub(super) fn is_good(&self) -> bool {
        self.status == StatusCode::OK
    }

    /// Returns the largest number of bytes that the bodies of both forms can take together.
    pub(super) fn bytes(&self) -> usize {
        2 * self.plain.body.len()
    }

    /// Returns a copy of the answer for one request.
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

    /// Returns the compressed form. If compression failed or is not worth it, returns the plain form.
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

/// Splits an answer into its status and headers, and its whole body.
async fn whole(response: Response) -> Result<(axum::http::response::Parts, Bytes), ApiError> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await;
    Ok((parts, body.map_err(ApiError::internal)?))
}
