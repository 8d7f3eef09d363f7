//! The types that describe problem documents in the contract. The API itself makes the documents without these types.

use domain::events::{ClosedReason, EventStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Kind, field_code::FieldCode};
use crate::views::words;

/// A problem document (RFC 9457). Some kinds have further members, named with the operations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    r#type: Kind,
    /// The kind of problem in a few words of English.
    #[schema(example = "Sold out")]
    title: String,
    /// The HTTP status of the answer.
    status: u16,
    /// An explanation of the problem, in English for a person: at most a few sentences.
    #[schema(example = "No seat is free.")]
    detail: String,
    /// With kind `invalid`: the refused fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    errors: Option<Vec<FieldProblem>>,
    /// With kind `registration-closed`: why nobody can register.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = words::ClosedReason)]
    reason: Option<ClosedReason>,
    /// With kind `capacity-below-registered`: number of people who are registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    registered: Option<u32>,
    /// With kind `has-published-events`: ids of the published events, `evt_` and 26 characters each.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    events: Option<Vec<String>>,
    /// With kind `invalid-transition`: the present status of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = words::EventStatus)]
    from: Option<EventStatus>,
    /// With kind `invalid-transition`: the requested status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = words::TransitionTarget)]
    to: Option<String>,
}

/// One refused field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// JSON Pointer (RFC 6901) to the field.
    #[schema(example = "/title")]
    pointer: String,
    code: FieldCode,
    /// The reason why the field was refused, in English for a person.
    #[schema(example = "must have at most 200 characters")]
    detail: String,
    /// With codes `length` and `out-of-range`: the smallest number, of characters or as the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    min: Option<u64>,
    /// With codes `too-long`, `length`, `too-many`, `out-of-range`, `over-layout` and `lasts-too-long`: the greatest number of
    /// characters, items or days, or the greatest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    max: Option<u64>,
}
