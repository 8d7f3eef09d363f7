//! Rules for alarms: each alarm describes its meaning, and names the page of the documentation that an operator should read.

use std::collections::HashSet;
use std::fs;

use serde_json::{Value, json};

use super::document::{Template, assert_holds};
use tests::project_folder;

const PAGE: &str = "docs/aws.md";
/// Maximum length of a description that `CloudWatch` accepts (`PutMetricAlarm`).
const MAX_DESCRIPTION: usize = 1024;

fn alarms(template: &Template) -> impl Iterator<Item = (&str, &Value)> {
    template.resources("AWS::CloudWatch::Alarm").into_iter()
}

/// Returns the anchors of a page's headings. The anchors are in lower case, with hyphens in place of spaces and without other
/// punctuation.
fn anchors(page: &str) -> HashSet<String> {
    let heading = |line: &str| {
        let text = line.trim_start_matches('#').strip_prefix(' ')?;
        line.starts_with('#').then(|| anchor(text))
    };
    page.lines().filter_map(heading).collect()
}

fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || "-_ ".contains(*c);
    let kept: String = heading.trim().chars().filter(kept).collect();
    kept.to_lowercase().replace(' ', "-")
}

#[test]
fn anchors_are_those_of_the_forges() {
    let page = "# Operations\ntext\n### p99 of `ws-push`, late\n#no heading\n";
    assert_eq!(
        anchors(page),
        HashSet::from(["operations".to_owned(), "p99-of-ws-push-late".to_owned()])
    );
}

fn every_description_leads_to_its_section(template: &Template) -> Vec<String> {
    let page = fs::read_to_string(project_folder().join(PAGE)).unwrap();
    let anchors = anchors(&page);
    let mut faults = Vec::new();
    for (name, alarm) in alarms(template) {
        let says = alarm["AlarmDescription"].as_str().unwrap_or_default();
        let parts = says
            .strip_suffix('.')
            .and_then(|says| says.split_once(&format!(" See {PAGE}#")));
        match parts {
            Some((meaning, anchor)) if meaning.ends_with('.') && anchors.contains(anchor) => {}
            _ => faults.push(format!("{name}: {says}")),
        }
        if says.len() > MAX_DESCRIPTION {
            faults.push(format!("{name} says too much"));
        }
    }
    faults
}

#[test]
fn descriptions_lead_to_sections() {
    let description = "/Resources/RelayAgeAlarm/Properties/AlarmDescription";
    let saying = |text: &str| Template::ours().with(description, json!(text));
    assert_holds(
        every_description_leads_to_its_section,
        &[
            Template::ours().without(description),
            saying("The relay is late."),
            saying("The relay is late. See docs/aws.md#no-such-section."),
            saying("See docs/aws.md#relay-behind."),
        ],
    );
}

/// Checks two properties of each alarm. If the parameters name an SNS topic, the alarm notifies that topic. And the alarm
/// states explicitly how it treats missing data.
fn every_alarm_is_told(template: &Template) -> Vec<String> {
    let to_topic =
        json!({"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]});
    let reported = |alarm: &Value| {
        ["AlarmActions", "OKActions"]
            .iter()
            .all(|actions| alarm[*actions] == to_topic)
            && ["notBreaching", "ignore"]
                .contains(&alarm["TreatMissingData"].as_str().unwrap_or(""))
    };
    alarms(template)
        .filter(|(_, alarm)| !reported(alarm))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn alarms_are_told() {
    let without =
        |key| Template::ours().without(&format!("/Resources/MailAgeAlarm/Properties/{key}"));
    assert_holds(
        every_alarm_is_told,
        &[
            without("AlarmActions"),
            without("OKActions"),
            without("TreatMissingData"),
        ],
    );
}
