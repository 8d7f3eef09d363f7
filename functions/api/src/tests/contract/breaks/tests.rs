//! Tests that each kind of break is found, and that an addition is not reported as a break.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{between, promises};

/// Returns a small contract that has an example of each part.
fn contract() -> Value {
    json!({
        "paths": {"/things/{id}": {
            "get": {
                "operationId": "getThing",
                "security": [{}, {"bearer": []}],
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                    {"name": "If-Match", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "A thing.",
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    },
                    "404": {"$ref": "#/components/responses/NotFound"},
                },
            },
            "post": {
                "operationId": "changeThing",
                "security": [{"bearer": []}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Change"}}}},
                "responses": {"204": {"description": "Changed."}},
            },
        }},
        "components": {
            "responses": {"NotFound": {
                "description": "Nothing.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
            "schemas": {
                "Problem": {"type": "object", "required": ["type"], "properties": {
                    "type": {"type": "string", "enum": ["/problems/not-found"]},
                }},
                "Thing": {
                    "type": "object",
                    "required": ["description", "state"],
                    "properties": {
                        "description": {"type": "string"},
                        "state": {"type": "string", "enum": ["on", "off"]},
                        "size": {"type": ["integer", "null"]},
                        "at": {"type": "string", "format": "date-time"},
                        "owner": {"oneOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
                        "parts": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}},
                    },
                },
                "Owner": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
                "Change": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string", "maxLength": 100},
                        "note": {"type": ["string", "null"]},
                        "state": {"type": "string", "enum": ["on", "off"]},
                    },
                },
            },
        },
    })
}

/// Returns the breaks after the value at `pointer` is replaced by `value`, or removed if `value` is `null`.
fn breaks(pointer: &str, value: &Value) -> Vec<String> {
    let mut now = contract();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = now.pointer_mut(parent).unwrap();
    match parent {
        Value::Object(members) if value.is_null() => {
            members.remove(&name.replace("~1", "/")).unwrap();
        }
        Value::Object(members) => {
            members.insert(name.replace("~1", "/"), value.clone());
        }
        Value::Array(items) if value.is_null() => {
            items.remove(name.parse().unwrap());
        }
        Value::Array(items) => items.push(value.clone()),
        other => panic!("{other}"),
    }
    let breaks = between(&promises(&contract()), &promises(&now), BTreeSet::new());
    breaks.into_iter().collect()
}

const GET: &str = "/paths/~1things~1{id}/get";
const POST: &str = "/paths/~1things~1{id}/post";
const THING: &str = "/components/schemas/Thing";
const CHANGE: &str = "/components/schemas/Change";

#[test]
#[expect(clippy::too_many_lines, reason = "a table: one row a break")]
fn whatever_takes_something_from_a_client_has_a_name() {
    let gone = Value::Null;
    for (base, rest, value, expected) in [
        (GET, "", gone.clone(), "GET /things/{id}: is gone"),
        (
            GET,
            "/operationId",
            json!("readThing"),
            "GET /things/{id}: is not called getThing any more",
        ),
        (
            GET,
            "/security",
            json!([{"bearer": []}]),
            "GET /things/{id}: needs a token",
        ),
        (
            GET,
            "/parameters/0",
            gone.clone(),
            "GET /things/{id}, parameter limit: is gone",
        ),
        (
            GET,
            "/parameters/0/required",
            json!(true),
            "GET /things/{id}, parameter limit: is required",
        ),
        (
            GET,
            "/parameters/0/schema/maximum",
            json!(50),
            "GET /things/{id}, parameter limit: has a tighter maximum",
        ),
        (
            GET,
            "/parameters/0/schema/minimum",
            json!(1),
            "GET /things/{id}, parameter limit: has a tighter minimum",
        ),
        (
            GET,
            "/parameters/1/schema/pattern",
            json!("^a$"),
            "GET /things/{id}, parameter If-Match: has a tighter pattern",
        ),
        (
            GET,
            "/parameters/-",
            json!({"name": "q", "in": "query", "required": true}),
            "GET /things/{id}, parameter q: is new and required",
        ),
        (
            GET,
            "/responses/404",
            gone.clone(),
            "GET /things/{id}, 404: is gone",
        ),
        (
            GET,
            "/responses/200/headers/ETag",
            gone.clone(),
            "GET /things/{id}, 200: has no header ETag any more",
        ),
        (
            GET,
            "/responses/200/content",
            json!({"text/csv": {}}),
            "GET /things/{id}, 200: is not application/json any more",
        ),
        (
            POST,
            "/requestBody/required",
            json!(true),
            "POST /things/{id}, body: is required",
        ),
        (
            POST,
            "/requestBody/content",
            json!({"text/csv": {}}),
            "POST /things/{id}, body: cannot be application/json any more",
        ),
        (
            THING,
            "/properties/description",
            gone.clone(),
            "Thing in answers, field description: is gone",
        ),
        (
            THING,
            "/required",
            json!(["state"]),
            "Thing in answers, field description: may be missing",
        ),
        (
            THING,
            "/properties/state/enum/-",
            json!("broken"),
            "Thing in answers, field state: may be broken",
        ),
        (
            THING,
            "/properties/state/enum",
            gone.clone(),
            "Thing in answers, field state: may be any value",
        ),
        (
            THING,
            "/properties/description/type",
            json!(["string", "null"]),
            "Thing in answers, field description: may be of the type null",
        ),
        (
            THING,
            "/properties/size/type",
            json!("number"),
            "Thing in answers, field size: may be of the type number",
        ),
        (
            THING,
            "/properties/at/format",
            gone.clone(),
            "Thing in answers, field at: has another format",
        ),
        (
            THING,
            "/properties/parts/items/properties/name",
            gone.clone(),
            "Thing in answers, field parts, an item, field name: is gone",
        ),
        (
            "/components/schemas/Owner",
            "/properties/name/type",
            json!("integer"),
            "Thing in answers, field owner, field name: may be of the type integer",
        ),
        (
            CHANGE,
            "/required/-",
            json!("note"),
            "Change in requests, field note: is required",
        ),
        (
            CHANGE,
            "/properties/note",
            gone.clone(),
            "Change in requests, field note: is gone",
        ),
        (
            CHANGE,
            "/properties/note/type",
            json!("string"),
            "Change in requests, field note: cannot be of the type null",
        ),
        (
            CHANGE,
            "/properties/note/format",
            json!("uri"),
            "Change in requests, field note: has another format",
        ),
        (
            CHANGE,
            "/properties/name/maxLength",
            json!(50),
            "Change in requests, field name: has a tighter maxLength",
        ),
        (
            CHANGE,
            "/properties/state/enum/0",
            gone.clone(),
            "Change in requests, field state: cannot be on any more",
        ),
        (
            CHANGE,
            "/properties/name/enum",
            json!(["a"]),
            "Change in requests, field name: takes listed values only",
        ),
    ] {
        let found = breaks(&format!("{base}{rest}"), &value);
        assert!(
            found.iter().any(|name| name == expected),
            "{base}{rest}: expected {expected:?}, found {found:?}"
        );
    }
}

#[test]
fn what_only_adds_breaks_nothing() {
    for (base, rest, value) in [
        (GET, "/responses/429", json!({"description": "Later."})),
        (GET, "/responses/200/description", json!("One thing.")),
        (
            GET,
            "/parameters/-",
            json!({"name": "q", "in": "query", "schema": {"type": "string"}}),
        ),
        (GET, "/parameters/0/schema/maximum", json!(200)),
        (GET, "/security", json!([])),
        (POST, "/security", json!([{}, {"bearer": []}])),
        (
            "/paths/~1things~1{id}",
            "/delete",
            json!({"operationId": "deleteThing", "responses": {}}),
        ),
        (THING, "/properties/color", json!({"type": "string"})),
        (THING, "/required/-", json!("size")),
        (THING, "/properties/size/type", json!("integer")),
        (THING, "/properties/state/enum/0", Value::Null),
        (CHANGE, "/properties/color", json!({"type": "string"})),
        (CHANGE, "/required", json!([])),
        (CHANGE, "/properties/name/maxLength", json!(200)),
        (CHANGE, "/properties/state/enum/-", json!("dimmed")),
        (
            "/components/schemas/Problem",
            "/properties/type/enum/-",
            json!("/problems/gone"),
        ),
    ] {
        let found = breaks(&format!("{base}{rest}"), &value);
        assert!(found.is_empty(), "{base}{rest}: {found:?}");
    }
}

/// If a schema is split into several schemas with the same fields, clients see no difference.
#[test]
fn a_composition_of_the_same_fields_is_the_same() {
    let composed = json!({"allOf": [
        {"type": "object", "required": ["description"], "properties": contract()["components"]["schemas"]["Thing"]["properties"]},
        {"type": "object", "required": ["state"], "properties": {"state": {"$ref": "#/components/schemas/State"}}},
    ]});
    let mut now = contract();
    now["components"]["schemas"]["Thing"] = composed;
    now["components"]["schemas"]["State"] = json!({"type": "string", "enum": ["on", "off"]});
    let found = between(&promises(&contract()), &promises(&now), BTreeSet::new());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_form_that_was_enforced_before_it_was_written_down_breaks_nothing() {
    let with = |form: Value| {
        json!({"paths": {"/things": {"get": {
            "operationId": "listThings",
            "parameters": [{"in": "query", "name": "from", "schema": form}],
            "responses": {},
        }}}})
    };
    let enforced = || BTreeSet::from(["date-time".to_owned(), "^[0-9]$".to_owned()]);
    let plain = with(json!({"type": "string"}));
    for form in [
        json!({"type": "string", "format": "date-time"}),
        json!({"type": "string", "pattern": "^[0-9]$"}),
    ] {
        let now = with(form);
        assert_eq!(between(&plain, &now, enforced()), BTreeSet::new());
        assert_eq!(between(&plain, &now, BTreeSet::new()).len(), 1, "{now}");
    }
    // If the member had the format `date` before, the new format `date-time` is a break.
    let date = with(json!({"type": "string", "format": "date"}));
    let now = with(json!({"type": "string", "format": "date-time"}));
    assert_eq!(between(&date, &now, enforced()).len(), 1);
}
