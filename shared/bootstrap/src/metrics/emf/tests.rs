use super::*;
use crate::metrics::Metrics;

fn at() -> Timestamp {
    "2027-05-01T18:00:00Z".parse().unwrap()
}

fn metrics() -> Metrics {
    Metrics::new(Emf::new("dev"))
}

/// Returns the lines that are written for the stage `dev`.
fn lines(metrics: &Metrics, request: Option<&str>) -> Vec<Value> {
    let text = Emf::new("dev").lines(metrics.drain(), request, at());
    assert!(text.is_empty() || text.ends_with('\n'));
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

#[test]
fn what_was_noted_is_one_line_and_is_told_once() {
    let metrics = metrics();
    assert!(lines(&metrics, None).is_empty(), "nothing to tell");
    metrics.note(Metric::TicketsIssued, 2);
    metrics.note(Metric::TicketsIssued, 1);
    metrics.note(Metric::TicketsVoided, 0);
    metrics.note(Metric::TicketAge, 40);
    metrics.note(Metric::TicketAge, 0);
    let definition = |name, unit| json!({"Name": name, "Unit": unit});
    let expected = json!({
        "_aws": {"Timestamp": 1_809_194_400_000_u64, "CloudWatchMetrics": [{
            "Namespace": "em-connect",
            "Dimensions": [["Stage"]],
            "Metrics": [definition("TicketsIssued", "Count"), definition("TicketAge", "Milliseconds")],
        }]},
        "Stage": "dev",
        "request_id": "r1",
        "TicketsIssued": 3,
        "TicketAge": [40, 0],
    });
    assert_eq!(lines(&metrics, Some("r1")), [expected]);
    assert!(lines(&metrics, None).is_empty(), "it was reported");
}

#[test]
fn a_mail_counts_under_its_kind_and_under_all() {
    let metrics = metrics();
    for outcome in ["sent", "failed"] {
        let kind = "welcome";
        metrics.note(Metric::Mails { kind, outcome }, 1);
    }
    metrics.note(Metric::MailRetries, 1);
    let lines = lines(&metrics, None);
    assert_eq!(lines.len(), 3, "one for each combination of values");
    for line in lines.iter().filter(|line| line.get("Mails").is_some()) {
        let sets = &line["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
        assert_eq!(
            *sets,
            json!([["Stage", "Kind", "Outcome"], ["Stage", "Outcome"]])
        );
        assert_eq!(
            (&line["Kind"], &line["Mails"]),
            (&json!("welcome"), &json!(1))
        );
    }
}

#[test]
fn more_values_than_the_format_allows_are_more_lines() {
    let metrics = metrics();
    for age in 0..250 {
        metrics.note(Metric::RecordAge, age);
    }
    metrics.note(Metric::SeatsPromoted, 5);
    let lines = lines(&metrics, None);
    let ages: Vec<u64> = lines
        .iter()
        .inspect(|line| assert!(line["RecordAge"].as_array().unwrap().len() <= 100))
        .flat_map(|line| line["RecordAge"].as_array().unwrap())
        .map(|age| age.as_u64().unwrap())
        .collect();
    assert_eq!(ages, (0..250).collect::<Vec<_>>());
    let reported = lines.iter().filter_map(|line| line.get("SeatsPromoted"));
    assert_eq!(reported.collect::<Vec<_>>(), [&json!(5)]);
}

#[test]
fn a_clock_that_is_ahead_makes_no_age_negative() {
    let metrics = metrics();
    metrics.note_age(Metric::MailAge, Timestamp::MAX);
    assert_eq!(lines(&metrics, None)[0]["MailAge"], 0);
}
