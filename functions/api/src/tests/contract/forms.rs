//! Adds the form of texts and numbers to the contract as `format` or `pattern`, so that programs can read it. The descriptions
//! explain the form to people.

use serde_json::Value;

use super::document::each_object_mut;

/// The prefixes of all ids, see `domain::id`.
pub(super) const PREFIXES: [&str; 6] = ["ann", "aud", "evt", "pic", "ses", "usr"];

/// The words in a description that show that the field is a ticket's code in its usual spelling. A code that a person typed may
/// have other spellings.
pub(super) const CODE: &str = "12 characters of Crockford base32 in groups of four";

/// Adds the forms of all fields, parameters and headers to the document.
pub(super) fn complete(document: &mut Value) {
    each_object_mut(document, &mut |object| {
        for (name, property) in object
            .get_mut("properties")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            let text = property["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            write(name, &text, property);
            if let Some(items) = property.get_mut("items") {
                write("", &text, items);
            }
        }
        let is_parameter = object.contains_key("in") && object.contains_key("schema");
        if is_parameter {
            let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
            let (name, description) = (text("name"), text("description"));
            write(&name, &description, &mut object["schema"]);
        }
        // Schemas of headers contain no name.
        if let Some(schema) = object.get_mut("schema") {
            write("", "", schema);
        }
    });
}

/// Adds the form of a value to its schema, unless the schema already states one. The form follows from the name and the
/// description.
fn write(name: &str, description: &str, schema: &mut Value) {
    let has_form = ["format", "pattern", "enum", "$ref"]
        .iter()
        .any(|key| !schema[*key].is_null());
    if has_form {
        return;
    }
    if is_of(schema, "integer") {
        schema["format"] = "int32".into();
    }
    if !is_of(schema, "string") {
        return;
    }
    if let Some((key, form)) = form(name, description) {
        schema[key] = form.into();
    }
}

fn form(name: &str, description: &str) -> Option<(&'static str, String)> {
    if let Some(prefix) = named_prefix(description) {
        return Some(("pattern", id_pattern(prefix)));
    }
    let format = |format: &str| Some(("format", format.to_owned()));
    let pattern = |pattern: &str| Some(("pattern", pattern.to_owned()));
    match name {
        _ if description.contains(CODE) => {
            pattern("^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$")
        }
        _ if description.contains("4 bytes in hexadecimal") => pattern("^[0-9a-f]{8}$"),
        _ if description.contains("32 bytes in base64url") => pattern("^[0-9A-Za-z_-]{43}$"),
        _ if description.contains("as `object.deed`") => pattern(r"^[a-z-]+\.[a-z-]+$"),
        _ if description.contains("RFC 3339") => format("date-time"),
        // The domain of an email address may be Unicode, in answers and in requests. The format `email` allows only ASCII.
        "email" if description.contains("empty if") => pattern("^(.+@.+)?$"),
        "email" | "newEmail" => format("idn-email"),
        "to" if description.contains("address") => format("idn-email"),
        "password" | "currentPassword" | "newPassword" => format("password"),
        _ => None,
    }
}

/// Returns the prefix of the id that a description explains with words such as "`evt_` and 26 characters".
fn named_prefix(description: &str) -> Option<&'static str> {
    PREFIXES
        .into_iter()
        .find(|prefix| description.contains(&format!("`{prefix}_` and 26 characters")))
}

/// Returns the pattern of an id: the prefix, then a `UUIDv7` in base32 in the form of `TypeID`.
fn id_pattern(prefix: &str) -> String {
    format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$")
}

/// Returns whether `name` is the type of a schema, or one of its types.
pub(super) fn is_of(schema: &Value, name: &str) -> bool {
    let types = &schema["type"];
    types == name
        || types
            .as_array()
            .is_some_and(|types| types.contains(&name.into()))
}

#[test]
fn the_pattern_of_an_id_is_what_the_parser_takes() {
    use domain::id::{EventId, UserId};

    assert_eq!(id_pattern("usr"), "^usr_[0-7][0-9a-hjkmnp-tv-z]{25}$");
    for c in ' '..='~' {
        let is_in_class =
            matches!(c, '0'..='9' | 'a'..='h' | 'j' | 'k' | 'm' | 'n' | 'p'..='t' | 'v'..='z');
        let id = format!("usr_01h455vb4pex5vsknk084sn02{c}");
        assert_eq!(id.parse::<UserId>().is_ok(), is_in_class, "{id}");
    }
    for first in '0'..='9' {
        let id = format!("evt_{first}1h455vb4pex5vsknk084sn02q");
        assert_eq!(id.parse::<EventId>().is_ok(), first <= '7', "{id}");
    }
}
