//! The kinds of problems: what each says.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::ApiError;

impl ApiError {
    /// Status, kind, title and detail.
    #[expect(clippy::too_many_lines, reason = "a table: one row a kind")]
    pub(super) fn parts(&self) -> (StatusCode, &'static str, &'static str, String) {
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
            Self::InvalidCode => (
                S::BAD_REQUEST,
                "invalid-code",
                "Invalid code",
                "The code is wrong, was spent or replaced, has expired, or was tried too often. Ask for a new one.",
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
            Self::WrongPassword => (
                S::UNAUTHORIZED,
                "invalid-credentials",
                "Invalid credentials",
                "The current password is wrong.",
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
            Self::NotPublished => (
                S::CONFLICT,
                "not-published",
                "The event is not published",
                "Publish the event first: nobody can see a draft.",
            ),
            Self::NotRedrivable => (
                S::CONFLICT,
                "not-redrivable",
                "Nowhere to go back to",
                "Records of the table's stream have no queue: see the samples for their reasons.",
            ),
            Self::SeatsAvailable => (
                S::CONFLICT,
                "seats-available",
                "Seats are available",
                "Seats are free: register instead of waiting.",
            ),
            Self::RegistrationClosed(reason) => (
                S::CONFLICT,
                "registration-closed",
                "Registration closed",
                reason.detail(),
            ),
            Self::AlreadyAdmitted => (
                S::CONFLICT,
                "already-admitted",
                "Already admitted",
                "You have come in with this ticket; the registration cannot be cancelled any more.",
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
            Self::TooManyFailures { .. } => (
                S::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many failures",
                "Too many attempts have failed. Wait as long as Retry-After says, then try again.",
            ),
            Self::Contended => (
                S::SERVICE_UNAVAILABLE,
                "busy",
                "Busy",
                "Many are writing the same at this moment. Try again in a second.",
            ),
            Self::Unavailable(_) | Self::QueueAway(_) => (
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
    pub(super) fn extensions(&self) -> Value {
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
