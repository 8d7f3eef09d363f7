//! The kinds of problems that the contract explains: their status, their meaning, and the members that only some of them have.
//!
//! The statuses are written here and not read from `ApiError`. The black-box suite compares them with real answers.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A kind of problem, as the contract explains it.
pub(super) struct Kind {
    /// The name of the kind, which follows `/problems/`.
    pub(super) name: &'static str,
    pub(super) status: u16,
    /// The meaning of the kind, in one sentence.
    pub(super) meaning: &'static str,
    /// The members that only problem documents of this kind have.
    members: &'static [&'static str],
}

const fn kind(status: u16, name: &'static str, meaning: &'static str) -> Kind {
    with(&[], status, name, meaning)
}

const fn with(
    members: &'static [&'static str],
    status: u16,
    name: &'static str,
    meaning: &'static str,
) -> Kind {
    Kind {
        name,
        status,
        meaning,
        members,
    }
}

/// All kinds that an operation may name.
pub(super) const KINDS: &[Kind] = &[
    kind(
        400,
        "invalid-code",
        "The code is wrong, spent, replaced or expired, or was tried too often.",
    ),
    kind(
        400,
        "invalid-cursor",
        "The cursor was not given by this list.",
    ),
    kind(400, "malformed-json", "The body is not JSON."),
    kind(
        401,
        "invalid-credentials",
        "The address or the password is wrong.",
    ),
    kind(401, "invalid-token", "The refresh token is not valid."),
    kind(
        401,
        "token-reused",
        "The refresh token was used before; its session has ended.",
    ),
    kind(
        401,
        "unauthorized",
        "The access token is missing, has expired or is not valid.",
    ),
    kind(
        403,
        "email-not-verified",
        "The deployment requires a verified address, and the caller's address is not verified.",
    ),
    kind(403, "forbidden", "The account may not do this."),
    kind(
        403,
        "foreign-origin",
        "The request does not come from a page of this address.",
    ),
    kind(
        404,
        "not-found",
        "There is nothing here, or nothing that the caller may see.",
    ),
    kind(
        405,
        "method-not-allowed",
        "The path does not take this method.",
    ),
    kind(
        409,
        "already-admitted",
        "The holder has come in with this ticket.",
    ),
    kind(409, "ticket-void", "The ticket is void."),
    with(
        &["registered"],
        409,
        "capacity-below-registered",
        "More people are registered than the new capacity allows.",
    ),
    kind(409, "email-taken", "An account with this address exists."),
    kind(409, "event-started", "The event has started."),
    with(
        &["events"],
        409,
        "has-published-events",
        "The caller runs events that are published.",
    ),
    with(
        &["from", "to"],
        409,
        "invalid-transition",
        "The event cannot change from its present status to the requested status.",
    ),
    kind(
        409,
        "last-admin",
        "The deployment would have no administrator left.",
    ),
    kind(
        409,
        "not-editable",
        "An event in this state cannot be changed.",
    ),
    kind(409, "not-published", "The event is a draft."),
    kind(
        409,
        "not-redrivable",
        "Records of the table's stream have no queue to go back to.",
    ),
    with(
        &["reason"],
        409,
        "registration-closed",
        "Nobody can register now.",
    ),
    kind(409, "seats-available", "Seats are free."),
    kind(409, "sold-out", "No seat is free."),
    kind(
        412,
        "precondition-failed",
        "`If-Match` does not name the current version.",
    ),
    kind(
        413,
        "payload-too-large",
        "The body has more than 65,536 bytes.",
    ),
    kind(
        415,
        "unsupported-media-type",
        "The body is not sent as JSON.",
    ),
    with(
        &["errors"],
        422,
        "invalid",
        "A field or a parameter cannot be accepted.",
    ),
    kind(428, "precondition-required", "`If-Match` is missing."),
    kind(
        429,
        "too-many-requests",
        "Too many requests of this kind were made.",
    ),
    kind(500, "internal", "The service has a fault."),
    kind(
        503,
        "busy",
        "Too many requests are changing the same data at this moment; nothing was changed.",
    ),
    kind(
        503,
        "unavailable",
        "A backing service is throttled or away.",
    ),
];

/// Returns the kind that has this name.
pub(super) fn of_name(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Returns the kinds that are named in backticks in `text`.
pub(super) fn named_in(text: &str) -> impl Iterator<Item = &'static str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter_map(|word| of_name(word).map(|kind| kind.name))
}

/// Converts the name of a kind for a type, for example `token-reused` to `TokenReused`.
pub(super) fn type_name(kind: &str) -> String {
    let words = kind.split('-').map(|word| word.split_at(1));
    words
        .map(|(first, rest)| first.to_ascii_uppercase() + rest)
        .collect()
}

/// Returns the schema of a problem that may be of any of these kinds. The schema contains only references to the schemas of
/// these kinds.
pub(super) fn schema_of(kinds: &BTreeSet<&str>) -> Value {
    let mut references = kinds
        .iter()
        .map(|kind| json!({"$ref": format!("#/components/schemas/{}Problem", type_name(kind))}));
    match (references.next(), references.next()) {
        (Some(only), None) => only,
        (first, second) => {
            let all: Vec<Value> = first.into_iter().chain(second).chain(references).collect();
            json!({"oneOf": all})
        }
    }
}

/// Returns a schema for each of these kinds. The schema describes a problem document whose `type` is this kind, with the
/// members that this kind has.
pub(super) fn schemas(kinds: &BTreeSet<&str>) -> Map<String, Value> {
    let of_kind = |kind: &Kind| {
        let mut required = vec!["type"];
        required.extend(kind.members);
        let only = json!({
            "type": "string",
            "description": "The kind of problem.",
            "enum": [format!("/problems/{}", kind.name)],
        });
        let schema = of_type(kind.meaning, &required, &only);
        (format!("{}Problem", type_name(kind.name)), schema)
    };
    let kinds = kinds.iter().filter_map(|name| of_name(name));
    kinds.map(of_kind).collect()
}

/// Splits the schema `Problem`. The members that all kinds have go into `ProblemMembers`, without `type`. So the schema of a
/// kind states its own `type`. Otherwise it would have to narrow a general `type`, and generators of clients cannot narrow a
/// member.
pub(super) fn split(schemas: &mut Map<String, Value>) {
    let Some(mut members) = schemas.remove("Problem") else {
        return;
    };
    let kind = members["properties"]
        .as_object_mut()
        .and_then(|properties| properties.remove("type"));
    if let Some(required) = members["required"].as_array_mut() {
        required.retain(|name| name != "type");
    }
    let description = members["description"].as_str().unwrap_or_default();
    let problem = of_type(description, &["type"], &kind.unwrap_or_default());
    members["description"] = "Members of a problem document (RFC 9457) except `type`.".into();
    schemas.insert("ProblemMembers".to_owned(), members);
    schemas.insert("Problem".to_owned(), problem);
}

fn of_type(description: &str, required: &[&str], kind: &Value) -> Value {
    let members = json!({"$ref": "#/components/schemas/ProblemMembers"});
    let own = json!({"type": "object", "required": required, "properties": {"type": kind}});
    json!({"description": description, "allOf": [members, own]})
}
