//! Tests that `template.yaml` and the code have the same keys and attribute names.

use std::collections::BTreeSet;

use domain::mail::state::MailState;
use serde_json::{Value as Json, json};

use super::*;
use crate::{accounts::sessions, attribute::EXPIRES_AT, mail};

fn template() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    std::fs::read_to_string(path).unwrap()
}

/// Returns the patterns of the filter in `template.yaml` that selects which of the stream's records the relay gets.
fn patterns() -> Vec<Json> {
    let template = template();
    let filters = template.lines().filter_map(|line| {
        let pattern = line.trim().strip_prefix("- Pattern: '")?;
        let pattern = pattern.strip_suffix('\'')?;
        pattern
            .contains(r#""dynamodb""#)
            .then(|| serde_json::from_str(pattern).unwrap())
    });
    filters.collect()
}

#[test]
fn the_stream_is_filtered_by_sort_keys_of_the_code() {
    let wanted = patterns();
    let wanted = wanted
        .iter()
        .flat_map(|pattern| pattern["dynamodb"]["Keys"][SK]["S"].as_array().unwrap());
    let named: BTreeSet<String> = wanted.map(Json::to_string).collect();
    let whole = [SEATS, EVENT, TICKET, ACCOUNT, PING, MAIL, PICTURE].map(|key| json!(key));
    let prefixes =
        [WAIT, REG, ANNOUNCEMENT, SCAN, STAFF, SESSION].map(|prefix| json!({ "prefix": prefix }));
    let ours = whole.iter().chain(&prefixes).map(Json::to_string).collect();
    assert_eq!(named, ours);
}

#[test]
fn the_stream_is_filtered_by_attributes_of_the_code() {
    let sending = MailState::Sending.as_str();
    let named: Vec<Json> = patterns()
        .iter()
        .filter_map(|pattern| pattern["dynamodb"].get("NewImage").cloned())
        .collect();
    assert_eq!(
        named,
        [
            json!({mail::STATE: {"S": [{"anything-but": [sending]}]}}),
            json!({sessions::REVOKED: {"N": [{"exists": true}]}}),
        ]
    );
}

#[test]
fn the_table_has_the_key_attributes_of_the_code() {
    let template = template();
    let named = template
        .split("AttributeName: ")
        .skip(1)
        .filter_map(|rest| rest.split([',', ' ', '\n']).next());
    let named: BTreeSet<&str> = named.collect();
    assert_eq!(named, BTreeSet::from([PK, SK, GSI1PK, GSI1SK, EXPIRES_AT]));
}

/// The template must not have an IAM permission with a condition on partition keys (`dynamodb:LeadingKeys`). Such a condition
/// would repeat partition keys, and a test would have to compare them with the code.
#[test]
fn no_permission_names_partition_keys() {
    assert!(!template().contains("LeadingKeys"));
}
