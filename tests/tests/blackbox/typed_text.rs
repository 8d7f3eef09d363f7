//! Tests of text that people type. Every operation refuses a text that has no visible character, and a text that has a
//! forbidden character. It keeps any other text as typed.

mod calls;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tests::{NewEvent, Stack, assert_invalid, check_invalid, unique};

use self::calls::Calls;

/// Texts without any visible character, which the service refuses.
const BLANK: [&str; 8] = [
    "\u{200b}",
    "\u{2800}",
    "\u{3164}",
    "\u{ad}\u{2060}",
    "\u{feff}",
    "\u{fe0f}",
    "\u{e000}",
    " \u{301} ",
];

/// Texts with a character that is forbidden in every text, even in one that may have several lines.
const FORBIDDEN: [&str; 3] = ["Gr\u{fffd}\u{fffd}e", "a\u{202e}b", "a\u{0}b"];

/// Unusual texts that people really write, and that the service must store unchanged.
const KEPT: [&str; 6] = [
    "👩\u{200d}👩\u{200d}👧 Nguyễn",
    "می\u{200c}خواهم",
    "שלום",
    "O’Brien-Núñez",
    "I ❤\u{fe0f}",
    "辻\u{e0101}",
];

/// Members whose strings are not free text: e-mail addresses, passwords, codes, tokens, ids, and the names of roles and time
/// zones.
const NO_TEXT: [&str; 11] = [
    "code",
    "currentPassword",
    "email",
    "newEmail",
    "newPassword",
    "password",
    "refreshToken",
    "role",
    "ticket",
    "timezone",
    "userId",
];

/// Collects the JSON pointers of the strings in a body of this schema. Leaves out strings with a format, such as times, and
/// strings with enumerated values.
fn strings(contract: &Value, schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = contract.pointer(reference.trim_start_matches('#'));
        return strings(contract, schema.unwrap_or(&Value::Null), at, found);
    }
    let is_string = schema["type"] == "string"
        || matches!(&schema["type"], Value::Array(types) if types.contains(&"string".into()));
    if is_string && schema["format"].is_null() && schema["enum"].is_null() {
        found.insert(at.to_owned());
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        strings(contract, member, &format!("{at}/{name}"), found);
    }
    if schema["items"].is_object() {
        strings(contract, &schema["items"], &format!("{at}/0"), found);
    }
    for kind in ["oneOf", "anyOf", "allOf"] {
        for schema in schema[kind].as_array().into_iter().flatten() {
            strings(contract, schema, at, found);
        }
    }
}

fn is_text(pointer: &str) -> bool {
    let mut names = pointer.split('/').rev();
    let name = names.find(|name| *name != "0").unwrap_or_default();
    !NO_TEXT.contains(&name)
}

/// Returns pairs of an operation of the contract and the JSON pointer of a free text in the operation's body.
fn typed_texts(contract: &Value) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (path, members) in contract["paths"].as_object().into_iter().flatten() {
        for (method, operation) in members.as_object().into_iter().flatten() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let mut pointers = BTreeSet::new();
            strings(contract, schema, "", &mut pointers);
            let operation = format!("{} {path}", method.to_uppercase());
            let typed = pointers.into_iter().filter(|pointer| is_text(pointer));
            texts.extend(typed.map(|pointer| (operation.clone(), pointer)));
        }
    }
    texts
}

#[tokio::test]
async fn no_operation_takes_a_text_that_shows_nothing() {
    let stack = Stack::from_env();
    let contract = stack.anyone().get("/openapi.json").await.expect(200).json;
    let calls = Calls::new(&stack).await;
    let texts = typed_texts(&contract);
    assert!(texts.len() >= 19, "{texts:?}");
    let mut wrong = Vec::new();
    for (operation, pointer) in &texts {
        let Some(good) = calls.body(operation) else {
            wrong.push(format!("{operation}: a body is missing, with {pointer}"));
            continue;
        };
        for text in BLANK.into_iter().chain(FORBIDDEN) {
            let mut body = good.clone();
            match body.pointer_mut(pointer) {
                Some(member) => *member = text.into(),
                None => panic!("the body of {operation} has no {pointer}"),
            }
            let answer = calls.call(operation).json(&body).send().await;
            if let Err(found) = check_invalid(&answer, pointer) {
                wrong.push(format!("{operation}, {pointer} = {text:?}: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn every_operation_takes_what_people_write_and_shows_it_as_typed() {
    let stack = Stack::from_env();
    let contract = stack.anyone().get("/openapi.json").await.expect(200).json;
    let mut pointers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (operation, pointer) in typed_texts(&contract) {
        pointers.entry(operation).or_default().push(pointer);
    }
    let mut wrong = Vec::new();
    for text in KEPT {
        let calls = Calls::new(&stack).await;
        for (operation, pointers) in &pointers {
            let Some(mut body) = calls.body(operation) else {
                panic!("a body of {operation} is missing");
            };
            for pointer in pointers {
                match body.pointer_mut(pointer) {
                    Some(member) => *member = text.into(),
                    None => panic!("the body of {operation} has no {pointer}"),
                }
            }
            let answer = calls.call(operation).json(&body).send().await;
            if !(200..300).contains(&answer.status) {
                wrong.push(format!("{operation}, {text:?}: {answer}"));
                continue;
            }
            let shown = calls.shown(operation, &body, &answer).await;
            for pointer in pointers {
                if shown.pointer(pointer) != Some(&text.into()) {
                    wrong.push(format!("{operation}, {pointer} = {text:?}: {shown}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn the_refusal_says_that_nothing_is_visible() {
    let stack = Stack::from_env();
    let body = json!({
        "email": format!("kim.{}@example.com", unique()), "password": "a long enough pass", "name": "\u{2800}",
    });
    let answer = stack.anyone().post("/v1/auth/register", body).await;
    assert_invalid(&answer, "/name");
    assert_eq!(
        answer["errors"][0]["detail"],
        "must have at least one visible character"
    );
}

#[tokio::test]
async fn what_people_write_is_shown_as_typed() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    for text in KEPT {
        let user = stack.register_user_named(text).await;
        assert_eq!(user.me().await.expect(200)["name"], text);
        let typed = NewEvent {
            title: format!("\u{200b} {text} \u{3164}"),
            venue: text.to_owned(),
            description: Some(text.to_owned()),
            category: Some(text.to_owned()),
            tags: vec![text.to_owned()],
            ..NewEvent::default()
        };
        let event = organizer.published_event(typed).await;
        let shown = stack.anyone().read_event(&event).await.expect(200);
        for member in ["title", "venue", "description", "category"] {
            assert_eq!(shown[member], text, "{member}");
        }
        assert_eq!(shown["tags"], json!([text]));
    }
}

#[tokio::test]
async fn of_tags_that_a_filter_cannot_tell_apart_the_first_is_kept() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let typed = NewEvent {
        tags: ["Fête", "FETE", "rock", "Rock", "c++"]
            .map(str::to_owned)
            .to_vec(),
        ..NewEvent::default()
    };
    let draft = organizer.draft_event(typed).await;
    assert_eq!(draft.json["tags"], json!(["Fête", "rock", "c++"]));
}
