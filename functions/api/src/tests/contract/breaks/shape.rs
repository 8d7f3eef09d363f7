//! The shape of a schema, in which references and compositions are resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::document::resolved;

/// The values that a schema allows. Only the keywords that clients rely on are included.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The types that the schema allows. If the set is empty, every type is allowed.
    pub(super) types: BTreeSet<String>,
    pub(super) format: Option<Value>,
    /// The values that the schema allows, if the schema lists them.
    pub(super) values: Option<BTreeSet<String>>,
    pub(super) properties: BTreeMap<String, Value>,
    pub(super) required: BTreeSet<String>,
    /// The schema of the array's items, if the schema is for an array.
    pub(super) items: Option<Value>,
    /// The schema of members that are not in `properties`.
    pub(super) members: Option<Value>,
    /// The limits of values by keyword, for example `maxLength`.
    pub(super) limits: BTreeMap<&'static str, Value>,
}

/// The keywords of lower limits (`LEAST`) and of upper limits (`MOST`). A schema allows fewer values if a lower limit is raised
/// or an upper limit is lowered.
pub(super) const LEAST: [&str; 4] = ["minimum", "exclusiveMinimum", "minLength", "minItems"];
pub(super) const MOST: [&str; 4] = ["maximum", "exclusiveMaximum", "maxLength", "maxItems"];

impl Shape {
    /// Returns the shape of `schema`, which may refer to schemas in `components`.
    pub(super) fn of(components: &Value, schema: &Value) -> Self {
        let schema = resolved(components, schema);
        let parts = |key: &str| {
            let parts = schema[key].as_array().into_iter().flatten();
            parts.map(|part| Self::of(components, part))
        };
        let own = Self::alone(schema);
        let alternatives = parts("oneOf").chain(parts("anyOf")).reduce(Self::or);
        parts("allOf").chain(alternatives).fold(own, Self::and)
    }

    /// Returns the shape that follows from the schema's own keywords, without references and compositions.
    fn alone(schema: &Value) -> Self {
        let texts = |value: &Value| match value {
            Value::Array(all) => all.iter().map(plain).collect(),
            Value::Null => BTreeSet::new(),
            one => BTreeSet::from([plain(one)]),
        };
        let given = |key: &str| Some(schema[key].clone()).filter(|value| !value.is_null());
        let limits = LEAST.into_iter().chain(MOST).chain(["pattern"]);
        Self {
            types: texts(&schema["type"]),
            format: given("format"),
            values: given("enum").or_else(|| given("const")).as_ref().map(texts),
            properties: schema["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, property)| (name.clone(), property.clone()))
                .collect(),
            required: texts(&schema["required"]),
            items: given("items"),
            members: given("additionalProperties").filter(|members| !members.is_boolean()),
            limits: limits.filter_map(|key| Some((key, given(key)?))).collect(),
        }
    }

    /// Returns the shape of the values that both shapes allow.
    fn and(mut self, other: Self) -> Self {
        self.types = match (self.types.is_empty(), other.types.is_empty()) {
            (true, _) => other.types,
            (_, true) => self.types,
            _ => &self.types & &other.types,
        };
        self.values = match (self.values, other.values) {
            (Some(mine), Some(theirs)) => Some(&mine & &theirs),
            (mine, theirs) => mine.or(theirs),
        };
        self.required.extend(other.required);
        self.rest(other.properties, other.limits, "allOf");
        self.format = self.format.or(other.format);
        self.items = self.items.or(other.items);
        self.members = self.members.or(other.members);
        self
    }

    /// Returns the shape of the values that at least one of the shapes allows.
    fn or(mut self, other: Self) -> Self {
        let is_null = |shape: &Self| shape.types.iter().all(|name| name == "null");
        let nulls = [is_null(&self), is_null(&other)];
        // If only one of the two shapes is an object, every object has the required fields of that shape.
        let both = [&self, &other].map(|shape| shape.types.contains("object"));
        self.required = match both {
            [true, true] => &self.required & &other.required,
            [false, true] => other.required,
            _ => self.required,
        };
        self.values = match (self.values, other.values, nulls) {
            (Some(mine), Some(theirs), _) => Some(&mine | &theirs),
            (values, None, [_, true]) | (None, values, [true, _]) => values,
            _ => None,
        };
        self.types.extend(other.types);
        self.rest(other.properties, other.limits, "oneOf");
        self.format = self.format.or(other.format);
        self.items = self.items.or(other.items);
        self.members = self.members.or(other.members);
        self
    }

    fn rest(
        &mut self,
        properties: BTreeMap<String, Value>,
        limits: BTreeMap<&'static str, Value>,
        how: &str,
    ) {
        for (name, property) in properties {
            let mine = self.properties.remove(&name);
            let both = match mine {
                Some(mine) if mine != property => json!({how: [mine, property]}),
                _ => property,
            };
            self.properties.insert(name, both);
        }
        self.limits.extend(limits);
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
