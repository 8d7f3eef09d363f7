//! The names of the kinds of problems.

use serde::Serialize;
use utoipa::ToSchema;

/// `/problems/<kind>`: what went wrong, for a program to decide on. More kinds may be added: decide by `status` about a kind
/// that you do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProblemType)]
pub(crate) enum Kind {
    #[serde(rename = "/problems/already-admitted")]
    AlreadyAdmitted,
    #[serde(rename = "/problems/busy")]
    Busy,
    #[serde(rename = "/problems/capacity-below-registered")]
    CapacityBelowRegistered,
    #[serde(rename = "/problems/email-not-verified")]
    EmailNotVerified,
    #[serde(rename = "/problems/email-taken")]
    EmailTaken,
    #[serde(rename = "/problems/event-started")]
    EventStarted,
    #[serde(rename = "/problems/forbidden")]
    Forbidden,
    #[serde(rename = "/problems/foreign-origin")]
    ForeignOrigin,
    #[serde(rename = "/problems/has-published-events")]
    HasPublishedEvents,
    #[serde(rename = "/problems/internal")]
    Internal,
    #[serde(rename = "/problems/invalid")]
    Invalid,
    #[serde(rename = "/problems/invalid-code")]
    InvalidCode,
    #[serde(rename = "/problems/invalid-credentials")]
    InvalidCredentials,
    #[serde(rename = "/problems/invalid-cursor")]
    InvalidCursor,
    #[serde(rename = "/problems/invalid-token")]
    InvalidToken,
    #[serde(rename = "/problems/invalid-transition")]
    InvalidTransition,
    #[serde(rename = "/problems/last-admin")]
    LastAdmin,
    #[serde(rename = "/problems/malformed-json")]
    MalformedJson,
    #[serde(rename = "/problems/method-not-allowed")]
    MethodNotAllowed,
    #[serde(rename = "/problems/not-editable")]
    NotEditable,
    #[serde(rename = "/problems/not-found")]
    NotFound,
    #[serde(rename = "/problems/not-published")]
    NotPublished,
    #[serde(rename = "/problems/not-redrivable")]
    NotRedrivable,
    #[serde(rename = "/problems/payload-too-large")]
    PayloadTooLarge,
    #[serde(rename = "/problems/precondition-failed")]
    PreconditionFailed,
    #[serde(rename = "/problems/precondition-required")]
    PreconditionRequired,
    #[serde(rename = "/problems/registration-closed")]
    RegistrationClosed,
    #[serde(rename = "/problems/seats-available")]
    SeatsAvailable,
    #[serde(rename = "/problems/sold-out")]
    SoldOut,
    #[serde(rename = "/problems/ticket-void")]
    TicketVoid,
    #[serde(rename = "/problems/token-reused")]
    TokenReused,
    #[serde(rename = "/problems/too-many-requests")]
    TooManyRequests,
    #[serde(rename = "/problems/unauthorized")]
    Unauthorized,
    #[serde(rename = "/problems/unavailable")]
    Unavailable,
    #[serde(rename = "/problems/unsupported-media-type")]
    UnsupportedMediaType,
}
