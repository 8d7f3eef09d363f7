//! The errors with which a request for a page can end.

use answers::Failure;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use objects::ObjectError;
use store::StoreError;

/// The errors with which a request for a page can end. The layer around all handlers makes a page of each, in the visitor's
/// language.
#[derive(Debug)]
pub(crate) enum PageError {
    /// The public can see nothing at this address.
    NotFound,
    /// The address only supports reading.
    MethodNotAllowed,
    /// The table is unavailable for a short time, or has unexpected data.
    Store(StoreError),
    /// The files of pictures are unavailable.
    Pictures(ObjectError),
    /// An error in this program.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// The kinds of pages about errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorPage {
    NotFound,
    MethodNotAllowed,
    Unavailable,
    Internal,
}

impl ErrorPage {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ObjectError> for PageError {
    fn from(error: ObjectError) -> Self {
        Self::Pictures(error)
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (page, failure) = match self {
            Self::NotFound => (ErrorPage::NotFound, None),
            Self::MethodNotAllowed => (ErrorPage::MethodNotAllowed, None),
            Self::Store(error @ (StoreError::Unavailable(_) | StoreError::Contended(_))) => {
                (ErrorPage::Unavailable, Some(Failure::unavailable(&error)))
            }
            Self::Store(error @ (StoreError::Refused(_) | StoreError::Corrupt { .. })) => {
                (ErrorPage::Internal, Some(Failure::internal(&error)))
            }
            Self::Pictures(error) => (ErrorPage::Unavailable, Some(Failure::unavailable(&error))),
            Self::Internal(error) => (ErrorPage::Internal, Some(Failure::internal(error.as_ref()))),
        };
        let mut response = page.status().into_response();
        response.extensions_mut().insert(page);
        if let Some(failure) = failure {
            response.extensions_mut().insert(failure);
        }
        if page == ErrorPage::Unavailable {
            let second = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, second);
        }
        response
    }
}
