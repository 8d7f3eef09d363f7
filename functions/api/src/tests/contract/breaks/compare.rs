//! Compares two versions of the contract. A new version may allow more in a request, and may add members to an answer.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    super::document::{operations, resolved},
    shape::{LEAST, MOST, Shape},
};

/// Whether the client or the service sends a value. This decides which changes of the value's schema break clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// The client sends the value, and the service reads it.
    Request,
    /// The service sends the value, and the client reads it.
    Answer,
}

/// Compares two documents and collects the breaks.
pub(super) struct Comparison<'a> {
    before: &'a Value,
    now: &'a Value,
    /// The formats and patterns of requests that the service enforced before the contract stated them.
    enforced: BTreeSet<String>,
    seen: BTreeSet<(Way, String)>,
    breaks: BTreeSet<String>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(before: &'a Value, now: &'a Value, enforced: BTreeSet<String>) -> Self {
        Self {
            before,
            now,
            enforced,
            seen: BTreeSet::new(),
            breaks: BTreeSet::new(),
        }
    }

    pub(super) fn into_breaks(self) -> BTreeSet<String> {
        self.breaks
    }

    fn broken(&mut self, at: &str, what: impl std::fmt::Display) {
        self.breaks.insert(format!("{at}: {what}"));
    }

    /// Compares all operations. Also compares the names of schemas, because generated clients use them.
    pub(super) fn operations(&mut self) {
        let now = operations(self.now);
        for (at, before) in operations(self.before) {
            match now.iter().find(|(other, _)| *other == at) {
                Some((_, now)) => self.operation(&at, before, now),
                None => self.broken(&at, "is gone"),
            }
        }
        let schemas = &self.before["components"]["schemas"];
        for name in schemas
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            if self.now["components"]["schemas"][name].is_null() {
                self.broken(name, "is gone");
            }
        }
    }

    fn operation(&mut self, at: &str, before: &Value, now: &Value) {
        if before["operationId"] != now["operationId"] {
            let id = before["operationId"].as_str().unwrap_or_default();
            self.broken(at, format!("is not called {id} any more"));
        }
        let needs_token = |operation: &Value| {
            let schemes = operation["security"].as_array();
            schemes.is_some_and(|schemes| {
                !schemes.is_empty()
                    && schemes
                        .iter()
                        .all(|scheme| scheme.as_object().is_some_and(|scheme| !scheme.is_empty()))
            })
        };
        if needs_token(now) && !needs_token(before) {
            self.broken(at, "needs a token");
        }
        self.parameters(at, before, now);
        self.body(at, &before["requestBody"], &now["requestBody"]);
        self.answers(at, &before["responses"], &now["responses"]);
    }

    fn parameters(&mut self, at: &str, before: &Value, now: &Value) {
        let all = |operation: &Value| {
            operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        };
        let same = |one: &Value, other: &Value| {
            let name = |parameter: &Value| {
                let name = parameter["name"].as_str().unwrap_or_default();
                // The names of headers are not case-sensitive.
                if parameter["in"] == "header" {
                    name.to_lowercase()
                } else {
                    name.to_owned()
                }
            };
            one["in"] == other["in"] && name(one) == name(other)
        };
        let (before, now) = (all(before), all(now));
        for parameter in &before {
            let name = parameter["name"].as_str().unwrap_or_default();
            let at = format!("{at}, parameter {name}");
            let Some(other) = now.iter().find(|other| same(parameter, other)) else {
                self.broken(&at, "is gone");
                continue;
            };
            if other["required"] == true && parameter["required"] != true {
                self.broken(&at, "is required");
            }
            self.schema(Way::Request, &at, &parameter["schema"], &other["schema"]);
        }
        for parameter in now.iter().filter(|parameter| parameter["required"] == true) {
            if !before.iter().any(|other| same(parameter, other)) {
                let name = parameter["name"].as_str().unwrap_or_default();
                self.broken(&format!("{at}, parameter {name}"), "is new and required");
            }
        }
    }

    fn body(&mut self, at: &str, before: &Value, now: &Value) {
        let at = format!("{at}, body");
        if now["required"] == true && before["required"] != true {
            self.broken(&at, "is required");
        }
        for (kind, content) in before["content"].as_object().into_iter().flatten() {
            match &now["content"][kind] {
                Value::Null => self.broken(&at, format!("cannot be {kind} any more")),
                other => self.schema(Way::Request, &at, &content["schema"], &other["schema"]),
            }
        }
    }

    fn answers(&mut self, at: &str, before: &Value, now: &Value) {
        for (status, answer) in before.as_object().into_iter().flatten() {
            let at = format!("{at}, {status}");
            if now[status].is_null() {
                self.broken(&at, "is gone");
                continue;
            }
            let answer = resolved(&self.before["components"], answer);
            let other = resolved(&self.now["components"], &now[status]);
            for (kind, content) in answer["content"].as_object().into_iter().flatten() {
                match &other["content"][kind] {
                    Value::Null => self.broken(&at, format!("is not {kind} any more")),
                    other => self.schema(Way::Answer, &at, &content["schema"], &other["schema"]),
                }
            }
            for (name, header) in answer["headers"].as_object().into_iter().flatten() {
                match &other["headers"][name] {
                    Value::Null => self.broken(&at, format!("has no header {name} any more")),
                    other => self.schema(
                        Way::Answer,
                        &format!("{at}, header {name}"),
                        &header["schema"],
                        &other["schema"],
                    ),
                }
            }
        }
    }

    fn schema(&mut self, way: Way, at: &str, before: &Value, now: &Value) {
        // Each component is compared only once, and is reported by its own name.
        let name = before["$ref"]
            .as_str()
            .filter(|_| before["$ref"] == now["$ref"]);
        let component = name.and_then(|name| name.rsplit('/').next());
        let at = match (component, way) {
            (Some(name), Way::Request) => format!("{name} in requests"),
            (Some(name), Way::Answer) => format!("{name} in answers"),
            (None, _) => at.to_owned(),
        };
        if component.is_some() && !self.seen.insert((way, at.clone())) {
            return;
        }
        let before = Shape::of(&self.before["components"], before);
        let now = Shape::of(&self.now["components"], now);
        match way {
            Way::Request => self.request(&at, &before, &now),
            Way::Answer => self.answer(&at, &before, &now),
        }
        let nested = [
            ("an item", &before.items, &now.items),
            ("a member", &before.members, &now.members),
        ];
        for (what, before, now) in nested {
            if let (Some(before), Some(now)) = (before, now) {
                self.schema(way, &format!("{at}, {what}"), before, now);
            }
        }
        for (name, property) in &before.properties {
            let at = format!("{at}, field {name}");
            match now.properties.get(name) {
                None => self.broken(&at, "is gone"),
                Some(other) => self.schema(way, &at, property, other),
            }
        }
    }

    /// Records a break for each value that the service accepted before and refuses now.
    fn request(&mut self, at: &str, before: &Shape, now: &Shape) {
        for name in now.required.difference(&before.required) {
            self.broken(&format!("{at}, field {name}"), "is required");
        }
        self.types(at, &before.types, &now.types, "cannot be");
        let enforced = self.enforced.clone();
        let was_enforced = |value: &Value| {
            let value = value.as_str();
            value.is_some_and(|value| enforced.contains(value))
        };
        let is_new = |format: &&Value| before.format.is_some() || !was_enforced(format);
        let other = now.format.as_ref().filter(is_new);
        if other.is_some() && now.format != before.format {
            self.broken(at, "has another format");
        }
        match (&before.values, &now.values) {
            (None, Some(_)) => self.broken(at, "takes listed values only"),
            (Some(before), Some(now)) => {
                for value in before.difference(now) {
                    self.broken(at, format!("cannot be {value} any more"));
                }
            }
            (_, None) => {}
        }
        for (key, limit) in &now.limits {
            let former = before.limits.get(key);
            let number = |value: &Value| value.as_f64().unwrap_or_default();
            let is_tighter = match former {
                None => !was_enforced(limit),
                Some(former) if LEAST.contains(key) => number(limit) > number(former),
                Some(former) if MOST.contains(key) => number(limit) < number(former),
                Some(former) => limit != former,
            };
            if is_tighter {
                self.broken(at, format!("has a tighter {key}"));
            }
        }
    }

    /// Records a break for each value that a client of the former version does not expect.
    fn answer(&mut self, at: &str, before: &Shape, now: &Shape) {
        for name in before.required.difference(&now.required) {
            if now.properties.contains_key(name) {
                self.broken(&format!("{at}, field {name}"), "may be missing");
            }
        }
        self.types(at, &now.types, &before.types, "may be");
        if before.format.is_some() && now.format != before.format {
            self.broken(at, "has another format");
        }
        match (&before.values, &now.values) {
            (Some(_), None) => self.broken(at, "may be any value"),
            (Some(before), Some(now)) => {
                // New kinds of problems are allowed, because the contract states that more kinds may come.
                let new = now.difference(before);
                for value in new.filter(|value| !value.starts_with("/problems/")) {
                    self.broken(at, format!("may be {value}"));
                }
            }
            (None, _) => {}
        }
    }

    /// Records a break for each type in `narrow` that is not in `wide`. An empty set means that every type is allowed.
    fn types(&mut self, at: &str, narrow: &BTreeSet<String>, wide: &BTreeSet<String>, what: &str) {
        if wide.is_empty() {
            return;
        }
        if narrow.is_empty() {
            self.broken(at, format!("{what} of any type"));
        }
        for kind in narrow {
            let is_whole_number = kind == "integer" && wide.contains("number");
            if !wide.contains(kind) && !is_whole_number {
                self.broken(at, format!("{what} of the type {kind}"));
            }
        }
    }
}
