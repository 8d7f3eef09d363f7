//! Reads and changes the document as JSON.

use serde_json::{Map, Value, json};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Every operation of the document: method and path, and what it says.
pub(super) fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                all.push((format!("{} {path}", method.to_ascii_uppercase()), operation));
            }
        }
    }
    all
}

/// Changes every operation of the document, which `change` gets with its path.
pub(super) fn each_operation(document: &mut Value, mut change: impl FnMut(&str, &mut Value)) {
    let Value::Object(paths) = &mut document["paths"] else {
        return;
    };
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                change(path, operation);
            }
        }
    }
}

/// Writes `additionalProperties: true` for a schema that says nothing of them: utoipa cannot read the latter.
pub(super) fn say_that_any_member_is_allowed(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "additionalProperties" && *member == json!({}) {
                    *member = Value::Bool(true);
                }
                say_that_any_member_is_allowed(member);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(say_that_any_member_is_allowed),
        _ => {}
    }
}

/// Returns the component that `value` refers to, or `value` itself.
pub(super) fn resolved<'a>(components: &'a Value, value: &'a Value) -> &'a Value {
    let component = value["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix("#/components"))
        .and_then(|pointer| components.pointer(pointer));
    component.unwrap_or(value)
}

/// Changes every object in `value`, the inner ones last.
pub(super) fn each_object_mut(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            change(members);
            for (name, member) in members {
                // An example is no part of the contract's own structure.
                if name != "example" && name != "examples" {
                    each_object_mut(member, change);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                each_object_mut(item, change);
            }
        }
        _ => {}
    }
}

/// Shows `see` every object in `value`, with its JSON pointer.
pub(super) fn each_object(at: &str, value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            see(at, value);
            for (name, member) in members {
                each_object(&format!("{at}/{name}"), member, see);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each_object(&format!("{at}/{index}"), item, see);
            }
        }
        _ => {}
    }
}
