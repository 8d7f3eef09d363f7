use serde_json::{Value as Json, json};
use table::{n, s};

use super::*;
use crate::template;

/// Returns the pattern in the JSON format of template.yaml.
fn written(pattern: &Pattern) -> Json {
    let sort_key: Vec<Json> = pattern
        .sort_key
        .iter()
        .map(|wanted| match wanted {
            Is(text) => json!(text),
            BeginsWith(prefix) => json!({ "prefix": prefix }),
        })
        .collect();
    let mut written = json!({"dynamodb": {"Keys": {"sk": {"S": sort_key}}}});
    if let Some(event) = pattern.event {
        let name = match event {
            Event::Insert => "INSERT",
            Event::Modify => "MODIFY",
            Event::Remove => "REMOVE",
        };
        written["eventName"] = json!([name]);
    }
    if let Some(new) = &pattern.new {
        written["dynamodb"]["NewImage"] = match new {
            New::HasOtherThan(name, text) => json!({*name: {"S": [{"anything-but": [text]}]}}),
            New::HasNumber(name) => json!({*name: {"N": [{"exists": true}]}}),
        };
    }
    written
}

#[test]
fn the_stream_has_what_the_relay_gets_on_aws() {
    let block = template::resource("RelayFunctionStream");
    let patterns = block.iter().filter_map(|line| {
        let pattern = line.trim().strip_prefix("- Pattern: '")?;
        pattern.strip_suffix('\'')
    });
    let theirs: Vec<Json> = patterns
        .map(|pattern| serde_json::from_str(pattern).unwrap())
        .collect();
    let ours: Vec<Json> = FOLLOWED.iter().map(written).collect();
    assert_eq!(ours, theirs);
}

#[test]
fn changes_are_followed_or_not() {
    let sending = Item::from([("state".to_owned(), s("sending"))]);
    let sent = Item::from([("state".to_owned(), s("sent"))]);
    let revoked = Item::from([("revokedAt".to_owned(), n(7))]);
    let plain = Item::new();
    for (event, sort_key, new, followed) in [
        (Event::Insert, "MAIL", Some(&sending), false),
        (Event::Modify, "MAIL", Some(&sent), true),
        (Event::Modify, "MAIL", Some(&plain), false),
        (Event::Remove, "MAIL", None, false),
        (Event::Remove, "STAFF#usr_1", None, true),
        (Event::Insert, "STAFF#usr_1", Some(&plain), false),
        (Event::Insert, "SESSION#1", Some(&plain), true),
        (Event::Modify, "SESSION#1", Some(&plain), false),
        (Event::Modify, "SESSION#1", Some(&revoked), true),
        (Event::Remove, "SESSION#1", None, true),
        (Event::Modify, "SEATS", Some(&plain), true),
        (Event::Modify, "SEATS#1", Some(&plain), false),
        (Event::Remove, "REG#evt_1", None, true),
        (Event::Insert, "BUCKET#1", Some(&plain), false),
    ] {
        assert_eq!(
            is_followed(event, sort_key, new),
            followed,
            "{event:?} {sort_key}"
        );
    }
}
