//! Errors as their callers see them: problem documents (RFC 9457), made in this one place.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bootstrap::error_chain::ErrorChain;
use domain::{
    event::InvalidTransition, invalid::Invalid, keyring::KeyringError, registration::ClosedReason,
};
use serde::Serialize;
use serde_json::{Value, json};
use store::StoreError;
use utoipa::ToSchema;

/// Everything that a request can fail with.
#[derive(Debug)]
pub(crate) enum ApiError {
    MalformedJson,
    InvalidCursor,
    Unauthorized,
    InvalidCredentials,
    InvalidRefreshToken,
    TokenReused,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    EmailTaken,
    LastAdmin,
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
    RegistrationClosed(ClosedReason),
    EventStarted,
    PreconditionFailed,
    PayloadTooLarge,
    UnsupportedMediaType,
    Invalid(Vec<Invalid>),
    PreconditionRequired,
    /// Others were faster too often; the same request may succeed in a second.
    Contended,
    Unavailable(StoreError),
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// A failure that is nobody's fault but ours.
    pub(crate) fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }

    /// Status, kind, title and detail.
    fn parts(&self) -> (StatusCode, &'static str, &'static str, String) {
        use StatusCode as S;
        let (status, kind, title, detail) = match self {
            Self::MalformedJson => (
                S::BAD_REQUEST,
                "malformed-json",
                "Malformed JSON",
                "The body is not valid JSON.",
            ),
            Self::InvalidCursor => (
                S::BAD_REQUEST,
                "invalid-cursor",
                "Invalid cursor",
                "The cursor is not one that this list gave. Begin again without it.",
            ),
            Self::Unauthorized => (
                S::UNAUTHORIZED,
                "unauthorized",
                "Not signed in",
                "A valid access token is needed: `Authorization: Bearer …`.",
            ),
            Self::InvalidCredentials => (
                S::UNAUTHORIZED,
                "invalid-credentials",
                "Invalid credentials",
                "The address or the password is wrong.",
            ),
            Self::InvalidRefreshToken => (
                S::UNAUTHORIZED,
                "invalid-token",
                "Invalid refresh token",
                "The refresh token is not valid. Sign in again.",
            ),
            Self::TokenReused => (
                S::UNAUTHORIZED,
                "token-reused",
                "Refresh token used twice",
                "The refresh token was spent before. All tokens of its session are revoked; sign in again.",
            ),
            Self::Forbidden => (
                S::FORBIDDEN,
                "forbidden",
                "Not allowed",
                "Your account may not do this.",
            ),
            Self::NotFound => (
                S::NOT_FOUND,
                "not-found",
                "Not found",
                "There is nothing here, or nothing that you may see.",
            ),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Method not allowed",
                "This path does not take this method; the Allow header lists those that it takes.",
            ),
            Self::EmailTaken => (
                S::CONFLICT,
                "email-taken",
                "Address taken",
                "An account with this address exists.",
            ),
            Self::LastAdmin => (
                S::CONFLICT,
                "last-admin",
                "Last administrator",
                "Nobody would be left to administer the system.",
            ),
            Self::InvalidTransition { from, to } => {
                return (
                    S::CONFLICT,
                    "invalid-transition",
                    "Invalid transition",
                    format!("An event that is {from} cannot become {to}."),
                );
            }
            Self::NotEditable { status } => {
                return (
                    S::CONFLICT,
                    "not-editable",
                    "Not editable",
                    format!("An event that is {status} cannot be changed."),
                );
            }
            Self::CapacityBelowRegistered { registered } => {
                return (
                    S::CONFLICT,
                    "capacity-below-registered",
                    "Capacity below registrations",
                    format!("{registered} are registered; the capacity cannot be lower."),
                );
            }
            Self::SoldOut => (S::CONFLICT, "sold-out", "Sold out", "No seat is free."),
            Self::RegistrationClosed(reason) => (
                S::CONFLICT,
                "registration-closed",
                "Registration closed",
                reason.detail(),
            ),
            Self::EventStarted => (
                S::CONFLICT,
                "event-started",
                "Event has started",
                "The event has started; registrations cannot be cancelled any more.",
            ),
            Self::PreconditionFailed => (
                S::PRECONDITION_FAILED,
                "precondition-failed",
                "Changed meanwhile",
                "If-Match does not name the current version. Read it again, then repeat the change.",
            ),
            Self::PayloadTooLarge => (
                S::PAYLOAD_TOO_LARGE,
                "payload-too-large",
                "Body too large",
                "The body must have at most 65,536 bytes.",
            ),
            Self::UnsupportedMediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "Unsupported media type",
                "The body must be JSON: `Content-Type: application/json`.",
            ),
            Self::Invalid(_) => (
                S::UNPROCESSABLE_ENTITY,
                "invalid",
                "Invalid input",
                "Some fields cannot be accepted; `errors` names them.",
            ),
            Self::PreconditionRequired => (
                S::PRECONDITION_REQUIRED,
                "precondition-required",
                "If-Match missing",
                "Say which version you are changing: `If-Match: <ETag of the event>`.",
            ),
            Self::Contended => (
                S::SERVICE_UNAVAILABLE,
                "busy",
                "Busy",
                "Many are writing the same at this moment. Try again in a second.",
            ),
            Self::Unavailable(_) => (
                S::SERVICE_UNAVAILABLE,
                "unavailable",
                "Temporarily unavailable",
                "A backing service is throttled or away. Try again in a moment; repeating the request does no harm.",
            ),
            Self::Internal(_) => (
                S::INTERNAL_SERVER_ERROR,
                "internal",
                "Internal error",
                "Something went wrong on our side. The request id finds it in the logs.",
            ),
        };
        (status, kind, title, detail.to_owned())
    }

    /// Members beyond those of RFC 9457.
    fn extensions(&self) -> Value {
        match self {
            Self::InvalidTransition { from, to } => json!({"from": from, "to": to}),
            Self::CapacityBelowRegistered { registered } => json!({"registered": registered}),
            Self::RegistrationClosed(reason) => json!({"reason": reason}),
            Self::Invalid(errors) => {
                json!({"errors": errors.iter().map(|e| json!({"pointer": e.pointer, "detail": e.detail})).collect::<Vec<_>>()})
            }
            _ => json!({}),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match &self {
            Self::Unavailable(error) => {
                tracing::warn!(error = %ErrorChain(error), "service_unavailable")
            }
            Self::Internal(error) => {
                tracing::error!(error = %ErrorChain(error.as_ref()), "internal_error")
            }
            _ => {}
        }
        let (status, kind, title, detail) = self.parts();
        let mut document = json!({"type": format!("/problems/{kind}"), "title": title, "status": status.as_u16(), "detail": detail});
        if let (Value::Object(document), Value::Object(more)) = (&mut document, self.extensions()) {
            document.extend(more);
        }
        let mut response = (status, Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
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

/// A problem document (RFC 9457). Some kinds have further members, named with the operations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `/problems/<kind>`.
    #[schema(example = "/problems/sold-out")]
    r#type: String,
    /// The kind in words.
    title: String,
    /// The HTTP status again.
    status: u16,
    /// What happened, for a person.
    detail: String,
    /// With kind `invalid`: the refused fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    errors: Option<Vec<FieldProblem>>,
    /// With kind `registration-closed`: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// With kind `capacity-below-registered`: how many are registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    registered: Option<u32>,
    /// With kind `invalid-transition`: the state that the event is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<String>,
    /// With kind `invalid-transition`: the state that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<String>,
}

/// One refused field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// JSON Pointer (RFC 6901) to the field.
    #[schema(example = "/title")]
    pointer: String,
    /// What is wrong with it.
    #[schema(example = "must have at most 200 characters")]
    detail: String,
}
