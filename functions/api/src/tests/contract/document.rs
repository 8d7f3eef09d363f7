//! Functions that read and change the `OpenAPI` document as JSON.

use serde_json::{Map, Value, json};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Returns every operation of the document: its method and path as one text, and its content.
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

/// Calls `change` with the path and the content of every operation in the document.
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

/// Writes `additionalProperties: true` instead of `additionalProperties: {}`. Both mean the same, but utoipa cannot read the
/// second form.
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

/// Returns the component that `value` refers to, or `value` itself if it is not a reference.
pub(super) fn resolved<'a>(components: &'a Value, value: &'a Value) -> &'a Value {
    let component = value["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix("#/components"))
        .and_then(|pointer| components.pointer(pointer));
    component.unwrap_or(value)
}

/// Calls `change` with every object in `value`. An outer object is changed before the objects in it.
pub(super) fn each_object_mut(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            change(members);
            for (name, member) in members {
                // Examples are left unchanged, because they are not part of the contract's structure.
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

/// Calls `see` with the JSON pointer and the value of every object in `value`.
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
