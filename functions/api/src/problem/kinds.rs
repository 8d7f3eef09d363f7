//! The status, the title and the detail of each kind of problem.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{ApiError, Kind, field_code};

impl ApiError {
    /// Returns the status, the kind, the title and the detail of the problem.
    #[expect(clippy::too_many_lines, reason = "a table: one row a kind")]
    pub(super) fn parts(&self) -> (StatusCode, Kind, &'static str, String) {
        use StatusCode as S;
        let (status, kind, title, detail) = match self {
            Self::MalformedJson => (
                S::BAD_REQUEST,
                Kind::MalformedJson,
                "Malformed JSON",
                "The body is not valid JSON in UTF-8, or names a key of an object twice.",
            ),
            Self::InvalidCursor => (
                S::BAD_REQUEST,
                Kind::InvalidCursor,
                "Invalid cursor",
                "The cursor was not given by this list. Begin again without a cursor.",
            ),
            Self::InvalidCode => (
                S::BAD_REQUEST,
                Kind::InvalidCode,
                "Invalid code",
                "The code is wrong, was spent or replaced, has expired, or was tried too often. Ask for a new one.",
            ),
            Self::Unauthorized => (
                S::UNAUTHORIZED,
                Kind::Unauthorized,
                "Not signed in",
                "A valid access token is needed: `Authorization: Bearer …`.",
            ),
            Self::InvalidCredentials => (
                S::UNAUTHORIZED,
                Kind::InvalidCredentials,
                "Invalid credentials",
                "The address or the password is wrong.",
            ),
            Self::WrongPassword => (
                S::UNAUTHORIZED,
                Kind::InvalidCredentials,
                "Invalid credentials",
                "The current password is wrong.",
            ),
            Self::InvalidRefreshToken => (
                S::UNAUTHORIZED,
                Kind::InvalidToken,
                "Invalid refresh token",
                "The refresh token is not valid. Sign in again.",
            ),
            Self::TokenReused => (
                S::UNAUTHORIZED,
                Kind::TokenReused,
                "Refresh token used twice",
                "The refresh token was spent before. All tokens of its session are revoked; sign in again.",
            ),
            Self::Forbidden => (
                S::FORBIDDEN,
                Kind::Forbidden,
                "Not allowed",
                "Your account may not do this.",
            ),
            Self::ForeignOrigin => (
                S::FORBIDDEN,
                Kind::ForeignOrigin,
                "Another origin",
                "Only pages of this address may use this operation. Programs use `/v1/auth/login` and `/v1/auth/refresh`.",
            ),
            Self::RoleTaken => (
                S::FORBIDDEN,
                Kind::Forbidden,
                "Not an organizer any more",
                "The role of organizer was taken from your account. You can still read this event and its numbers. Ask an administrator for the role, or to hand the event over to another organizer.",
            ),
            Self::EmailNotVerified => (
                S::FORBIDDEN,
                Kind::EmailNotVerified,
                "Address not verified",
                "Verify your address first, with the code that was mailed to it; you can have another one sent.",
            ),
            Self::NotFound => (
                S::NOT_FOUND,
                Kind::NotFound,
                "Not found",
                "There is nothing here, or nothing that you may see.",
            ),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                Kind::MethodNotAllowed,
                "Method not allowed",
                "This path does not take this method; the Allow header lists those that it takes.",
            ),
            Self::EmailTaken => (
                S::CONFLICT,
                Kind::EmailTaken,
                "Address taken",
                "An account with this address exists.",
            ),
            Self::LastAdmin => (
                S::CONFLICT,
                Kind::LastAdmin,
                "Last administrator",
                "Nobody would be left to administer the system.",
            ),
            Self::HasPublishedEvents { .. } => (
                S::CONFLICT,
                Kind::HasPublishedEvents,
                "Published events",
                "You organize events that are published; `events` names them. Cancel or complete them first, or ask an administrator to hand them over to another organizer.",
            ),
            Self::InvalidTransition { from, to } => {
                return (
                    S::CONFLICT,
                    Kind::InvalidTransition,
                    "Invalid transition",
                    format!("An event that is {from} cannot become {to}."),
                );
            }
            Self::NotEditable { status } => {
                return (
                    S::CONFLICT,
                    Kind::NotEditable,
                    "Not editable",
                    format!("An event that is {status} cannot be changed."),
                );
            }
            Self::CapacityBelowRegistered { registered } => {
                return (
                    S::CONFLICT,
                    Kind::CapacityBelowRegistered,
                    "Capacity below registrations",
                    format!(
                        "The number of people who are registered is {registered}; the capacity cannot be lower."
                    ),
                );
            }
            Self::SoldOut => (S::CONFLICT, Kind::SoldOut, "Sold out", "No seat is free."),
            Self::NotPublished => (
                S::CONFLICT,
                Kind::NotPublished,
                "The event is not published",
                "Publish the event first: nobody can see a draft.",
            ),
            Self::NotRedrivable => (
                S::CONFLICT,
                Kind::NotRedrivable,
                "Nowhere to go back to",
                "Records of the table's stream have no queue to go back to. The samples give the reasons.",
            ),
            Self::SeatsAvailable => (
                S::CONFLICT,
                Kind::SeatsAvailable,
                "Seats are available",
                "Seats are free: register instead of waiting.",
            ),
            Self::RegistrationClosed(reason) => (
                S::CONFLICT,
                Kind::RegistrationClosed,
                "Registration closed",
                reason.detail(),
            ),
            Self::TicketVoid => (
                S::CONFLICT,
                Kind::TicketVoid,
                "Void ticket",
                "The ticket is void, because its registration was cancelled.",
            ),
            Self::AlreadyAdmitted => (
                S::CONFLICT,
                Kind::AlreadyAdmitted,
                "Already admitted",
                "You have come in with this ticket; the registration cannot be cancelled any more.",
            ),
            Self::EventStarted => (
                S::CONFLICT,
                Kind::EventStarted,
                "Event has started",
                "The event has started; registrations cannot be cancelled any more.",
            ),
            Self::PreconditionFailed => (
                S::PRECONDITION_FAILED,
                Kind::PreconditionFailed,
                "Changed meanwhile",
                "If-Match does not name the current version. Read the event again, then repeat the change.",
            ),
            Self::PayloadTooLarge => (
                S::PAYLOAD_TOO_LARGE,
                Kind::PayloadTooLarge,
                "Body too large",
                "The body must have at most 65,536 bytes.",
            ),
            Self::PictureTooLarge => (
                S::PAYLOAD_TOO_LARGE,
                Kind::PayloadTooLarge,
                "Picture too large",
                "The file must have at most 4,194,304 bytes.",
            ),
            Self::NoPicture => (
                S::UNSUPPORTED_MEDIA_TYPE,
                Kind::UnsupportedMediaType,
                "Unsupported picture format",
                "The body must be a JPEG, PNG or WebP file: `Content-Type: image/jpeg`, `image/png` or `image/webp`.",
            ),
            Self::UnsupportedMediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                Kind::UnsupportedMediaType,
                "Unsupported media type",
                "The body must be JSON in UTF-8: `Content-Type: application/json`.",
            ),
            Self::Invalid(_) => (
                S::UNPROCESSABLE_ENTITY,
                Kind::Invalid,
                "Invalid input",
                "Some fields cannot be accepted; `errors` names them.",
            ),
            Self::PreconditionRequired => (
                S::PRECONDITION_REQUIRED,
                Kind::PreconditionRequired,
                "If-Match missing",
                "Say which version you are changing: `If-Match: <ETag of the event>`.",
            ),
            Self::TooManyFailures { .. } => (
                S::TOO_MANY_REQUESTS,
                Kind::TooManyRequests,
                "Too many failures",
                "Too many attempts have failed. Wait as long as Retry-After says, then try again.",
            ),
            Self::TooManyRequests { .. } => (
                S::TOO_MANY_REQUESTS,
                Kind::TooManyRequests,
                "Too many requests",
                "Too many requests of this kind were made. Wait as long as Retry-After says, then try again.",
            ),
            Self::Contended => (
                S::SERVICE_UNAVAILABLE,
                Kind::Busy,
                "Busy",
                "Many requests are changing the same data at this moment. Try again in a second.",
            ),
            Self::Unavailable(_) | Self::QueueAway(_) | Self::PicturesAway(_) => (
                S::SERVICE_UNAVAILABLE,
                Kind::Unavailable,
                "Temporarily unavailable",
                "A backing service is throttled or away. Try again in a moment; repeating the request does no harm.",
            ),
            Self::Internal(_) => (
                S::INTERNAL_SERVER_ERROR,
                Kind::Internal,
                "Internal error",
                "Something went wrong on our side. The request id finds it in the logs.",
            ),
        };
        (status, kind, title, detail.to_owned())
    }

    /// Returns the members of the problem document that RFC 9457 does not define.
    pub(super) fn extensions(&self) -> Value {
        match self {
            Self::InvalidTransition { from, to } => json!({"from": from, "to": to}),
            Self::HasPublishedEvents { events } => json!({"events": events}),
            Self::CapacityBelowRegistered { registered } => json!({"registered": registered}),
            Self::RegistrationClosed(reason) => json!({"reason": reason}),
            Self::Invalid(errors) => {
                json!({"errors": errors.iter().map(field_code::shown).collect::<Vec<_>>()})
            }
            _ => json!({}),
        }
    }
}
