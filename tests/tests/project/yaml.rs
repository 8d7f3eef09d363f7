//! Reads YAML files of the project as JSON values.

use std::fs;
use std::path::Path;

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// Reads a YAML 1.2 file with one document. The short forms of `CloudFormation` are expanded: `!Ref A` becomes `{"Ref": "A"}`,
/// and `!GetAtt A.Arn` becomes `{"Fn::GetAtt": ["A", "Arn"]}`.
///
/// # Panics
/// If the file cannot be read, is not YAML, has several documents, or contains values that JSON does not have.
#[track_caller]
pub(crate) fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).map_err(|error| error.to_string());
    let parsed = text.and_then(|text| parse(&text));
    parsed.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse(text: &str) -> Result<Value, String> {
    let mut documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    let (Some(document), true) = (documents.pop(), documents.is_empty()) else {
        return Err("it has not exactly one document".to_owned());
    };
    to_json(document)
}

fn to_json(node: Yaml<'_>) -> Result<Value, String> {
    Ok(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => value.into(),
        Yaml::Value(Scalar::Integer(value)) => value.into(),
        Yaml::Value(Scalar::FloatingPoint(value)) => value.into_inner().into(),
        Yaml::Value(Scalar::String(value)) => value.into_owned().into(),
        Yaml::Sequence(items) => items
            .into_iter()
            .map(to_json)
            .collect::<Result<_, String>>()?,
        Yaml::Mapping(members) => {
            let mut object = Map::new();
            for (name, value) in members {
                let name = match to_json(name)? {
                    Value::String(name) => name,
                    // A key can be a number, such as `200:` in a list of statuses. In JSON, a key is a text.
                    other => other.to_string(),
                };
                object.insert(name, to_json(value)?);
            }
            Value::Object(object)
        }
        Yaml::Tagged(tag, value) => written_out(&tag.suffix, to_json(*value)?),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            return Err(format!("it has a value that JSON does not have: {node:?}"));
        }
    })
}

/// Expands a short form of `CloudFormation`, such as `!Ref A`. `name` is the tag without its exclamation mark.
fn written_out(name: &str, value: Value) -> Value {
    match (name, value) {
        ("Ref" | "Condition", value) => json!({ name: value }),
        ("GetAtt", Value::String(attribute)) => {
            let (resource, attribute) = attribute.split_once('.').unwrap_or((&attribute, ""));
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        (name, value) => json!({ format!("Fn::{name}"): value }),
    }
}

#[test]
fn short_forms_are_written_out() {
    let parsed = parse(
        "a: !Ref Table\nb: !GetAtt Table.Stream.Arn\nc: !Sub '${A}-x'\n\
         d: !If [IsLive, !Ref A, !Condition B]\n",
    );
    assert_eq!(
        parsed.unwrap(),
        json!({
            "a": {"Ref": "Table"},
            "b": {"Fn::GetAtt": ["Table", "Stream.Arn"]},
            "c": {"Fn::Sub": "${A}-x"},
            "d": {"Fn::If": ["IsLive", {"Ref": "A"}, {"Condition": "B"}]},
        })
    );
}

#[test]
fn scalars_are_those_of_yaml_1_2() {
    let parsed = parse("Version: 2012-10-17\non: yes\nn: 3\nf: 0.5\nb: true\nz: ~\n200: ok\n");
    assert_eq!(
        parsed.unwrap(),
        json!({"Version": "2012-10-17", "on": "yes", "n": 3, "f": 0.5, "b": true, "z": null, "200": "ok"})
    );
}

#[test]
fn a_file_of_two_documents_or_of_no_yaml_is_refused() {
    for text in ["a: 1\n---\nb: 2\n", "", "a: [1", "a: 'b"] {
        assert!(parse(text).is_err(), "{text}");
    }
}
