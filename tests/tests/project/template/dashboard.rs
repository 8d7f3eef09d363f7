//! Rules for the dashboard. It is JSON in a string, so a mistake would be seen only when somebody needs the dashboard.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::document::{Template, assert_holds};
use tests::project_folder;

const BODY: &str = "/Resources/Dashboard/Properties/DashboardBody/Fn::Sub";
/// Number of columns of a dashboard in `CloudWatch`.
const COLUMNS: u64 = 24;

/// Returns the parsed body of the dashboard, with `x` in place of each value that the deployment inserts.
fn body(template: &Template) -> Result<Value, String> {
    let mut text = String::new();
    let mut rest = template.at(BODY).as_str().unwrap_or_default();
    while let Some((before, after)) = rest.split_once("${") {
        let (_, after) = after.split_once('}').ok_or("an open ${")?;
        text.push_str(before);
        text.push('x');
        rest = after;
    }
    text.push_str(rest);
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

fn widgets(body: &Value) -> &[Value] {
    body["widgets"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// Returns the metrics of em-connect that a widget shows. In a row of metrics, `.` stands for the value at the same position in
/// the previous row.
fn own_metrics(widget: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut before: Vec<&str> = Vec::new();
    for row in widget["properties"]["metrics"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if let Some(search) = row[0]["expression"].as_str() {
            let sought = search
                .split_once("{em-connect,")
                .and_then(|(_, terms)| terms.split_once("MetricName=\"")?.1.split_once('"'));
            names.extend(sought.map(|(name, _)| name.to_owned()));
            continue;
        }
        let cells = row
            .as_array()
            .into_iter()
            .flatten()
            .map_while(Value::as_str);
        let row: Vec<&str> = cells
            .enumerate()
            .map(|(place, cell)| match cell {
                "." => before.get(place).copied().unwrap_or_default(),
                cell => cell,
            })
            .collect();
        if row.first() == Some(&"em-connect") {
            names.extend(row.get(1).map(|name| (*name).to_owned()));
        }
        before = row;
    }
    names
}

/// Returns the metrics that docs/aws.md lists: the first cell of each row in its section *Metrics*.
fn documented_metrics() -> BTreeSet<String> {
    let page = fs::read_to_string(project_folder().join("docs/aws.md")).unwrap();
    let (_, section) = page
        .split_once("\n## Metrics\n")
        .expect("a section Metrics");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Checks that the dashboard shows exactly the metrics that docs/aws.md lists, and that no widget extends beyond the last of
/// the dashboard's columns.
fn the_dashboard_shows_what_is_listed(template: &Template) -> Vec<String> {
    let body = match body(template) {
        Ok(body) => body,
        Err(error) => return vec![error],
    };
    let shown: BTreeSet<String> = widgets(&body).iter().flat_map(own_metrics).collect();
    let listed = documented_metrics();
    let unlisted = shown.difference(&listed);
    let unseen = listed.difference(&shown);
    let mut faults: Vec<String> = unlisted
        .map(|name| format!("{name} is not listed"))
        .chain(unseen.map(|name| format!("{name} is not shown")))
        .collect();
    for widget in widgets(&body) {
        let number = |key: &str| widget[key].as_u64().unwrap_or(COLUMNS);
        if number("x") + number("width") > COLUMNS {
            faults.push(format!("{} is too wide", widget["properties"]["title"]));
        }
    }
    faults
}

#[test]
fn the_dashboard_shows_all_metrics() {
    let ours = Template::ours();
    let text = ours.at(BODY).as_str().unwrap();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Template::ours().with(BODY, json!(text.replacen(from, to, 1)))
    };
    assert_holds(
        the_dashboard_shows_what_is_listed,
        &[
            changed("\"widgets\": [", "\"widgets\": [,"),
            changed("\"MailRetries\"", "\"MailRetry\""),
            changed("\"TicketsVoided\"", "\"TicketsIssued\""),
            changed("\"x\": 12,", "\"x\": 20,"),
        ],
    );
}
