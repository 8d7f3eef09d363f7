//! Completes the texts of the contract: summaries and descriptions of operations, and descriptions and examples of fields.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    answers::sentence,
    document::{each_object, each_operation, resolved},
    vocabulary::{FIELDS, Field, PARAMETERS},
};

/// Completes all texts of the document.
pub(super) fn complete(document: &mut Value) {
    let components = document["components"].clone();
    each_operation(document, |path, operation| {
        describe_operation(operation);
        describe_body(&components, operation);
        for parameter in operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            describe_parameter(path, parameter);
        }
    });
    let asked = asked_for(document);
    let Value::Object(schemas) = &mut document["components"]["schemas"] else {
        return;
    };
    for (name, schema) in schemas {
        if let Some(text) = schema["description"].as_str() {
            schema["description"] = sentence(text).into();
        }
        describe_fields(name, schema, asked.contains(name));
    }
}

/// If a handler's doc comment begins with one of these words, it names the result and has no verb. "Returns" is then added.
const NAMED: [&str; 12] = [
    "A",
    "All",
    "An",
    "Every",
    "Everything",
    "How",
    "Published",
    "The",
    "This",
    "What",
    "Whether",
    "Who",
];

/// Makes the description of an operation from the handler's doc comment. The first clause is the summary.
fn describe_operation(operation: &mut Value) {
    let text = ["summary", "description"].map(|key| operation[key].as_str().unwrap_or_default());
    let mut text = sentence(&text.join(" "));
    if let Some((first, rest)) = text.split_once(' ')
        && NAMED.contains(&first)
    {
        text = format!("Returns {} {rest}", first.to_lowercase());
    }
    let first = text.split_once(". ").map_or(&*text, |(first, _)| first);
    let summary = first.split([':', ';']).next().unwrap_or(first);
    let summary = summary.trim_end_matches('.').to_owned();
    let mut sentences = vec![text];
    let needs_token = !operation["security"].is_null();
    let takes_token =
        !operation["responses"]["401"].is_null() && operation["requestBody"].is_null();
    sentences.push(
        match (needs_token, takes_token) {
            (true, _) => "It needs an access token: `Authorization: Bearer …`.",
            (false, true) => "It needs no access token, and refuses one that is not valid.",
            (false, false) => "It needs no access token.",
        }
        .to_owned(),
    );
    let takes = |name: &str| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters
            .into_iter()
            .any(|parameter| parameter["name"] == name)
    };
    if takes("If-None-Match") {
        sentences
            .push("It answers 304, without a body, if the caller's copy is current.".to_owned());
    }
    if takes("If-Match") {
        sentences.push("It changes the version that `If-Match` names, and no other.".to_owned());
    }
    if !needs_token {
        // The list of security schemes is empty, but present. A generated client would require a token that is listed as
        // optional, so no token is listed.
        operation["security"] = json!([]);
    }
    operation["summary"] = summary.into();
    operation["description"] = sentences.join(" ").into();
}

fn describe_body(components: &Value, operation: &mut Value) {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let parts = schema["oneOf"].as_array().into_iter().flatten();
    let described = [schema]
        .into_iter()
        .chain(parts)
        .find_map(|part| resolved(components, part)["description"].as_str());
    if let Some(text) = described {
        operation["requestBody"]["description"] = sentence(text).into();
    }
}

fn describe_parameter(path: &str, parameter: &mut Value) {
    let name = parameter["name"].as_str().unwrap_or_default();
    let place = parameter["in"].as_str().unwrap_or_default();
    // The `id` in `/v1/events/{id}` has another meaning than the `id` in `/v1/users/{id}`.
    let before = path.split(&format!("/{{{name}}}")).next();
    let collection = before.and_then(|before| before.rsplit('/').next());
    let specific = format!("{}/{name}", collection.unwrap_or_default());
    let known = |key: &str| PARAMETERS.iter().find(|(name, ..)| *name == key);
    let field = if place == "path" {
        known(&specific).or_else(|| known(name))
    } else {
        known(name)
    };
    let said = parameter["description"].as_str().unwrap_or_default();
    // If the operation's own description of the parameter does not state the parameter's form, the text from the vocabulary
    // replaces the description.
    let says_form = said.contains(|c: char| c == '`' || c.is_ascii_digit());
    match field {
        Some((_, text, _)) if !says_form => parameter["description"] = (*text).into(),
        _ => parameter["description"] = sentence(said).into(),
    }
    if let Some((_, _, example)) = field
        && !example.is_empty()
        && parameter["example"].is_null()
    {
        parameter["example"] = (*example).into();
    }
}

/// Returns the names of all schemas that occur in request bodies.
fn asked_for(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut found = Vec::new();
    each_object("", document, &mut |_, object| {
        each_object("", &object["requestBody"], &mut |_, inner| {
            found.extend(inner["$ref"].as_str().map(str::to_owned));
        });
    });
    while let Some(reference) = found.pop() {
        let Some(name) = reference.strip_prefix("#/components/schemas/") else {
            continue;
        };
        if names.insert(name.to_owned()) {
            let schema = &document["components"]["schemas"][name];
            each_object("", schema, &mut |_, inner| {
                found.extend(inner["$ref"].as_str().map(str::to_owned));
            });
        }
    }
    names
}

/// Describes the properties of the schema `name`, and the properties of the schemas in its `allOf`.
fn describe_fields(name: &str, schema: &mut Value, is_asked_for: bool) {
    for part in schema
        .get_mut("allOf")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        describe_fields(name, part, is_asked_for);
    }
    for (field, property) in schema
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        hoist_description(property);
        let specific = format!("{name}.{field}");
        let known = |key: &str| FIELDS.iter().find(|(name, ..)| *name == key);
        let known = known(&specific).or_else(|| known(field));
        describe_field(property, known, is_asked_for);
    }
}

fn describe_field(property: &mut Value, known: Option<&Field>, is_asked_for: bool) {
    let said = property["description"].as_str();
    let Some(said) = said.or(known.map(|(_, text, _)| *text)) else {
        return;
    };
    let mut text = sentence(said);
    let is_time = property["format"] == "date-time";
    if is_time && !text.contains("RFC 3339") {
        text += if is_asked_for {
            " A time of RFC 3339, with any offset."
        } else {
            " A time of RFC 3339, in UTC."
        };
    }
    property["description"] = text.into();
    let has_example = ["example", "examples", "enum", "$ref", "oneOf"]
        .iter()
        .any(|key| !property[*key].is_null());
    if has_example {
        return;
    }
    let example = known.map(|(_, _, example)| *example).unwrap_or_default();
    // Most examples are texts. If an example is valid JSON, such as a number, it is used as that value.
    let value = serde_json::from_str(example).unwrap_or_else(|_| Value::from(example));
    if !example.is_empty() && is_of_type(&value, &property["type"]) {
        property["example"] = value;
    } else if is_time {
        property["example"] = "2029-05-01T18:00:00.000Z".into();
    }
}

/// Returns whether `value` has the type of a schema, or one of its types.
fn is_of_type(value: &Value, types: &Value) -> bool {
    let name = match value {
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        _ => return false,
    };
    types == name
        || types
            .as_array()
            .is_some_and(|types| types.contains(&name.into()))
}

/// Moves the description of a property that may be `null` to the property itself. utoipa writes this description into a part
/// of `oneOf`.
fn hoist_description(property: &mut Value) {
    if !property["description"].is_null() {
        return;
    }
    let mut parts = property
        .get_mut("oneOf")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten();
    let said = parts.find_map(|part| part.as_object_mut()?.remove("description"));
    if let Some(said) = said {
        property["description"] = said;
    }
}
