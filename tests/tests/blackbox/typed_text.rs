//! Text that people type: what shows nothing is refused by every operation, what people write is kept as typed.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{
    Call, Client, Event, Method, NewEvent, OfflineScan, Stack, assert_invalid, check_invalid,
    in_seconds, unique,
};

/// Texts without a visible character.
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

/// Texts that people write.
const KEPT: [&str; 6] = [
    "👩\u{200d}👩\u{200d}👧 Nguyễn",
    "می\u{200c}خواهم",
    "שלום",
    "O’Brien-Núñez",
    "I ❤\u{fe0f}",
    "辻\u{e0101}",
];

/// Names of members that are no text: addresses, secrets, codes, tokens, and names of things that exist.
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

/// Calls with a good body for each operation in which somebody types text.
struct Calls {
    organizer: Client,
    draft: Event,
    event: Event,
    ticket: String,
}

impl Calls {
    async fn new(stack: &Stack) -> Self {
        let organizer = stack.register_organizer().await;
        let guest = stack.register_user().await;
        let draft = organizer.draft_event(NewEvent::default()).await;
        let event = NewEvent::with_open_doors(2);
        let event = organizer.published_event(event).await;
        guest.register_for(&event).await.expect(201);
        Self {
            ticket: guest.ticket_of(&event).await.code,
            organizer: (*organizer).clone(),
            draft,
            event,
        }
    }

    /// A good body of the operation; `None` if this list does not have it.
    fn body(&self, operation: &str) -> Option<Value> {
        let mut event = serde_json::to_value(NewEvent::default()).unwrap_or_default();
        event["description"] = "About it".into();
        event["category"] = "music".into();
        event["tags"] = json!(["rock"]);
        let scan = OfflineScan::at("North", &self.ticket, in_seconds(-60));
        Some(match operation {
            "POST /v1/auth/register" => json!({
                "email": format!("kim.{}@example.com", unique()), "password": "a long enough pass", "name": "Kim",
            }),
            "PATCH /v1/me" => json!({"name": "Kim"}),
            "POST /v1/events" | "PATCH /v1/events/{id}" => event,
            "POST /v1/events/{id}/announcements" => json!({"message": "The bar is open."}),
            "POST /v1/events/{id}/cancel" => json!({"reason": "The hall is flooded."}),
            "POST /v1/events/{id}/check-ins" => {
                json!({"ticket": self.ticket, "gate": "North", "deviceId": "d1"})
            }
            "POST /v1/events/{id}/check-ins/sync" => json!({ "scans": [scan] }),
            _ => return None,
        })
    }

    fn call(&self, operation: &str) -> Call {
        let (method, path) = operation.split_once(' ').unwrap_or_default();
        let event = if method == "PATCH" {
            &self.draft
        } else {
            &self.event
        };
        let method = match method.parse::<Method>() {
            Ok(method) => method,
            Err(error) => panic!("no method in {operation:?}: {error}"),
        };
        self.organizer
            .call(method, &path.replace("{id}", &event.id))
            .header("if-match", &event.etag)
    }
}

/// JSON pointers of the strings that a schema allows, but for times and names of a list.
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

/// Operations with the pointers of the texts in their bodies, by the contract.
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
        for text in BLANK.into_iter().chain(["Gr\u{fffd}\u{fffd}e"]) {
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
