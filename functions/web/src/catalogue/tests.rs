//! Tests that all catalogues have the same keys and placeholders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;

/// The keys of a catalogue with the placeholders of their texts.
type Shape = BTreeMap<String, BTreeSet<String>>;

fn placeholders(text: &str) -> BTreeSet<String> {
    let parts = text.split('{').skip(1);
    parts
        .map(|part| part.split_once('}').unwrap().0.to_owned())
        .collect()
}

/// Returns the texts of an entry. An entry with plurals, which only the script has, is an object of texts.
fn texts(entry: &Value) -> Vec<&str> {
    match entry {
        Value::Object(plurals) => plurals
            .values()
            .map(|text| text.as_str().unwrap())
            .collect(),
        entry => vec![entry.as_str().unwrap()],
    }
}

fn shape(locale: Locale) -> Shape {
    let catalogue: BTreeMap<String, Value> = serde_json::from_str(source(locale)).unwrap();
    let shape = catalogue.iter().map(|(key, entry)| {
        let texts = texts(entry);
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{key}");
        let names = texts.into_iter().flat_map(placeholders);
        (key.clone(), names.collect())
    });
    shape.collect()
}

#[test]
fn every_catalogue_has_the_same_keys_and_placeholders() {
    let english = shape(Locale::English);
    for locale in Locale::ALL {
        messages(locale);
        assert_eq!(shape(locale), english, "{locale:?}");
    }
}

#[test]
fn every_language_has_its_months_and_days() {
    for locale in Locale::ALL {
        let messages = messages(locale);
        assert_eq!(messages.dates_months.split('|').count(), 12, "{locale:?}");
        assert_eq!(
            messages.dates_short_months.split('|').count(),
            12,
            "{locale:?}"
        );
        assert_eq!(messages.dates_weekdays.split('|').count(), 7, "{locale:?}");
        assert!(messages.numbers_sample.starts_with('1'), "{locale:?}");
        assert!(messages.numbers_sample.ends_with("000"), "{locale:?}");
    }
}

#[test]
fn a_value_is_never_read_as_a_placeholder() {
    let values = [("name", "{other} {"), ("other", "!")];
    assert_eq!(
        filled("a {name} b {other}{none}", &values),
        "a {other} { b !"
    );
    assert_eq!(filled("{name", &values), "{name");
    assert_eq!(filled("none", &values), "none");
}
