//! The codes of the reasons why fields are refused.

use domain::invalid::{Invalid, Reason};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// The reason why a field was refused, for a program that shows its own text. More codes may be added: show `detail` for a code
/// that you do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = FieldCode)]
pub(crate) enum FieldCode {
    Animation,
    ClosesAfterEnd,
    CommonPassword,
    Damaged,
    DoorsAfterEnd,
    Empty,
    EndNotAfterStart,
    FixedEmail,
    ForbiddenCharacter,
    Invisible,
    LastsTooLong,
    Length,
    LostCharacter,
    NoAccount,
    NotAChoice,
    NotATime,
    NotAZone,
    NotAnEmail,
    NotAnId,
    NotAnOrganizer,
    NotInFuture,
    Null,
    OpensAfterClosing,
    OutOfRange,
    OverLayout,
    Pattern,
    Repeated,
    Required,
    SameEmail,
    TooLong,
    TooMany,
    TooManyPixels,
    UndeliverableEmail,
    Unknown,
    WrongType,
}

impl From<Reason> for FieldCode {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Required => Self::Required,
            Reason::Null => Self::Null,
            Reason::Unknown => Self::Unknown,
            Reason::Repeated => Self::Repeated,
            Reason::WrongType => Self::WrongType,
            Reason::Empty => Self::Empty,
            Reason::Invisible => Self::Invisible,
            Reason::TooLong { .. } => Self::TooLong,
            Reason::Length { .. } => Self::Length,
            Reason::TooMany { .. } => Self::TooMany,
            Reason::ForbiddenCharacter => Self::ForbiddenCharacter,
            Reason::LostCharacter => Self::LostCharacter,
            Reason::NotAnEmail => Self::NotAnEmail,
            Reason::UndeliverableEmail => Self::UndeliverableEmail,
            Reason::SameEmail => Self::SameEmail,
            Reason::FixedEmail => Self::FixedEmail,
            Reason::CommonPassword => Self::CommonPassword,
            Reason::OutOfRange { .. } => Self::OutOfRange,
            Reason::OverLayout { .. } => Self::OverLayout,
            Reason::NotATime => Self::NotATime,
            Reason::NotAZone => Self::NotAZone,
            Reason::NotAnId => Self::NotAnId,
            Reason::NotAChoice => Self::NotAChoice,
            Reason::Pattern => Self::Pattern,
            Reason::NoAccount => Self::NoAccount,
            Reason::NotAnOrganizer => Self::NotAnOrganizer,
            Reason::NotInFuture => Self::NotInFuture,
            Reason::EndNotAfterStart => Self::EndNotAfterStart,
            Reason::LastsTooLong { .. } => Self::LastsTooLong,
            Reason::OpensAfterClosing => Self::OpensAfterClosing,
            Reason::ClosesAfterEnd => Self::ClosesAfterEnd,
            Reason::DoorsAfterEnd => Self::DoorsAfterEnd,
            Reason::Animation => Self::Animation,
            Reason::TooManyPixels { .. } => Self::TooManyPixels,
            Reason::Damaged => Self::Damaged,
        }
    }
}

/// Returns the limits that a reason names: `min` and `max`.
fn limits(reason: Reason) -> (Option<u64>, Option<u64>) {
    let wide = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    match reason {
        Reason::TooLong { max } | Reason::TooMany { max } => (None, Some(wide(max))),
        Reason::Length { min, max } => (Some(wide(min)), Some(wide(max))),
        Reason::OutOfRange { min, max } => (Some(min.into()), Some(max.into())),
        Reason::OverLayout { max }
        | Reason::LastsTooLong { max }
        | Reason::TooManyPixels { max } => (None, Some(max.into())),
        _ => (None, None),
    }
}

/// Returns a refused field as a problem document shows it.
pub(super) fn shown(invalid: &Invalid) -> Value {
    let mut shown = json!({
        "pointer": invalid.pointer,
        "code": FieldCode::from(invalid.reason),
        "detail": invalid.detail,
    });
    let (min, max) = limits(invalid.reason);
    if let Value::Object(members) = &mut shown {
        let limits = [("min", min), ("max", max)];
        let named = limits.map(|(name, limit)| limit.map(|limit| (name.to_owned(), json!(limit))));
        members.extend(named.into_iter().flatten());
    }
    shown
}
