//! Tests which query parameters are accepted, and which query strings are refused.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::openapi;

/// Parses a query for an operation with the parameters `limit`, `tag` and `q`. Returns the JSON pointer and the text of each
/// error in the query.
fn faults(query: &str) -> Vec<(String, String)> {
    let errors = parse(query, &["limit", "tag", "q"]).unwrap_err();
    let pair = |error: Invalid| (error.pointer, error.detail);
    errors.into_iter().map(pair).collect()
}

fn pointers(query: &str) -> Vec<String> {
    let pointer = |(pointer, _)| pointer;
    faults(query).into_iter().map(pointer).collect()
}

/// Compares the query parameters of every operation in the contract with the parameters that the API accepts.
#[test]
fn the_contract_declares_the_parameters_that_are_taken() {
    let document: Value = serde_json::from_str(openapi::COMMITTED).unwrap();
    let mut declared = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array();
            let names: Vec<&str> = parameters
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            if !names.is_empty() {
                declared.insert((method.to_ascii_uppercase(), path.clone(), sorted(&names)));
            }
        }
    }
    let taken = OPERATIONS.iter().map(|(method, route, names)| {
        let names = sorted(names);
        ((*method).to_owned(), (*route).to_owned(), names)
    });
    assert_eq!(taken.collect::<BTreeSet<_>>(), declared);
    assert_eq!(OPERATIONS.len(), declared.len(), "an operation twice");
}

fn sorted(names: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort_unstable();
    names
}

#[test]
fn names_and_values_are_decoded() {
    for (query, name, value) in [
        ("tag=alpha", "tag", "alpha"),
        ("t%61g=alpha", "tag", "alpha"),
        ("&&tag=alpha&", "tag", "alpha"),
        ("tag", "tag", ""),
        ("tag=", "tag", ""),
        ("tag=a=b", "tag", "a=b"),
        ("q=a+b%20c%2Bd", "q", "a b c+d"),
        ("q=Gr%C3%BC%C3%9Fe", "q", "Grüße"),
        ("q=%zz%", "q", "%zz%"),
        ("q=a;tag=b", "q", "a;tag=b"),
    ] {
        let parameters = parse(query, &["limit", "tag", "q"]).unwrap();
        assert_eq!(parameters.get(name), Some(value), "{query}");
        assert_eq!(parameters.0.len(), 1, "{query}");
    }
    assert_eq!(parse("&", &[]).unwrap(), Parameters::default());
}

#[test]
fn every_parameter_that_is_unknown_is_named_once() {
    assert_eq!(
        faults("tags=a&limit=1&Tag=b&tags=c"),
        ["/tags", "/Tag"].map(|pointer| (
            pointer.into(),
            "is not a parameter of this operation".into()
        ))
    );
    for (query, pointer) in [
        ("=x", "/"),
        ("+tag=x", "/ tag"),
        ("tag%00=x", "/tag\0"),
        ("tag[]=x", "/tag[]"),
        ("a/b~c=x", "/a~1b~0c"),
        ("%ff=x", "/\u{fffd}"),
        ("q.tag", "/q.tag"),
    ] {
        assert_eq!(pointers(query), [pointer], "{query}");
    }
}

#[test]
fn a_parameter_that_is_given_twice_is_named_once() {
    let once = |pointer: &str| (pointer.to_owned(), "must be given once".to_owned());
    assert_eq!(faults("tag=alpha&tag=zzz"), [once("/tag")]);
    assert_eq!(faults("tag=a&limit=1&t%61g=a&tag=b"), [once("/tag")]);
    assert_eq!(faults("q&q=&tag=1&tag"), [once("/q"), once("/tag")]);
}

#[test]
fn a_value_that_is_no_utf_8_is_refused() {
    for query in ["q=Gr%FC%DFe", "q=%ED%A0%80", "q=%C0%AF"] {
        let expected = "must be UTF-8, percent-encoded".to_owned();
        assert_eq!(faults(query), [("/q".to_owned(), expected)], "{query}");
    }
}
