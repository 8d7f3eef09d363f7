//! Problem documents (RFC 9457), which describe errors to callers. Only this module makes them.

use std::time::Duration;

use answers::Failure;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    events::{ClosedReason, InvalidTransition},
    invalid::Invalid,
    keys::keyring::KeyringError,
};
use objects::ObjectError;
use queues::QueueError;
use serde_json::{Value, json};
use store::StoreError;

#[cfg(test)]
mod document;
mod field_code;
mod kind;
mod kinds;

#[cfg(test)]
pub(crate) use document::{FieldProblem, Problem};
use kind::Kind;

/// All errors that a request can end with.
#[derive(Debug)]
pub(crate) enum ApiError {
    MalformedJson,
    InvalidCursor,
    InvalidCode,
    Unauthorized,
    InvalidCredentials,
    WrongPassword,
    InvalidRefreshToken,
    TokenReused,
    Forbidden,
    /// A page of another origin sent a request that takes a cookie.
    ForeignOrigin,
    /// The caller organizes the event, but no longer has the role of an organizer.
    RoleTaken,
    EmailNotVerified,
    NotFound,
    MethodNotAllowed,
    EmailTaken,
    LastAdmin,
    /// The account cannot be erased, because it still has published events.
    HasPublishedEvents {
        events: Vec<String>,
    },
    InvalidTransition {
        from: &'static str,
        to: &'static str,
    },
    NotEditable {
        status: &'static str,
    },
    CapacityBelowRegistered {
        registered: u32,
    },
    SoldOut,
    SeatsAvailable,
    RegistrationClosed(ClosedReason),
    EventStarted,
    NotPublished,
    NotRedrivable,
    AlreadyAdmitted,
    TicketVoid,
    PreconditionFailed,
    PayloadTooLarge,
    /// The file of a picture has too many bytes.
    PictureTooLarge,
    /// Too many logins have failed for the email address or the source. The caller may try to log in after `wait`.
    TooManyFailures {
        wait: Duration,
    },
    /// The caller, or the caller's source, has sent too many requests of this kind. The next request is possible after `wait`.
    TooManyRequests {
        wait: Duration,
    },
    UnsupportedMediaType,
    /// The body must be a picture, but its header or its content is not that of a picture.
    NoPicture,
    Invalid(Vec<Invalid>),
    PreconditionRequired,
    /// Writes of other requests conflicted with this request's write too often. The same request may succeed a second later.
    Contended,
    Unavailable(StoreError),
    QueueAway(QueueError),
    PicturesAway(ObjectError),
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// Makes an internal error (status 500) from an unexpected `error`.
    pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// Returns the failure with all its causes; `None` if the API is not responsible for the error.
    fn failure(&self) -> Option<Failure> {
        match self {
            Self::Unavailable(error) => Some(Failure::unavailable(error)),
            Self::QueueAway(error) => Some(Failure::unavailable(error)),
            Self::PicturesAway(error) => Some(Failure::unavailable(error)),
            Self::Internal(error) => Some(Failure::internal(error.as_ref())),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let failure = self.failure();
        let (status, kind, title, detail) = self.parts();
        let mut document =
            json!({"type": kind, "title": title, "status": status.as_u16(), "detail": detail});
        if let (Value::Object(document), Value::Object(more)) = (&mut document, self.extensions()) {
            document.extend(more);
        }
        let mut response = (status, Json(document)).into_response();
        if let Some(failure) = failure {
            response.extensions_mut().insert(failure);
        }
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Self::TooManyFailures { wait } | Self::TooManyRequests { wait } = self {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Contended(_) => Self::Unavailable(error),
            StoreError::Refused(_) | StoreError::Corrupt { .. } => Self::internal(error),
        }
    }
}

impl From<QueueError> for ApiError {
    fn from(error: QueueError) -> Self {
        Self::QueueAway(error)
    }
}

impl From<ObjectError> for ApiError {
    fn from(error: ObjectError) -> Self {
        Self::PicturesAway(error)
    }
}

impl From<InvalidTransition> for ApiError {
    fn from(step: InvalidTransition) -> Self {
        Self::InvalidTransition {
            from: step.from.as_str(),
            to: step.to.as_str(),
        }
    }
}

impl From<KeyringError> for ApiError {
    fn from(error: KeyringError) -> Self {
        Self::internal(error)
    }
}

impl From<Vec<Invalid>> for ApiError {
    fn from(errors: Vec<Invalid>) -> Self {
        Self::Invalid(errors)
    }
}
