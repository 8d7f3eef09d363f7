use std::{collections::BTreeSet, sync::Arc};

use super::*;

/// The values of one call of [`Writer::write`], and the id of the request that caused them.
type Written = (Vec<Noted>, Option<String>);

/// A writer that stores the metrics instead of writing them.
#[derive(Debug, Default, Clone)]
struct Kept(Arc<Mutex<Vec<Written>>>);

impl Writer for Kept {
    fn write(&self, noted: Vec<Noted>, request: Option<&str>) {
        let written = (noted, request.map(str::to_owned));
        self.0.lock().unwrap().push(written);
    }
}

#[test]
fn a_writer_gets_what_was_noted_as_numbers_once() {
    let kept = Kept::default();
    let metrics = Metrics::new(kept.clone());
    metrics.write(None);
    metrics.note(Metric::CheckIns { result: "admitted" }, 1);
    metrics.note(Metric::CheckIns { result: "refused" }, 2);
    metrics.note(Metric::CheckIns { result: "admitted" }, 3);
    metrics.note(Metric::TicketsIssued, 0);
    metrics.note(Metric::TicketAge, 40);
    metrics.note(Metric::TicketAge, 7);
    metrics.write(Some("r1"));
    metrics.write(Some("r2"));
    let noted = |metric, values: &[u64]| Noted {
        metric,
        values: values.to_vec(),
    };
    let expected = vec![
        noted(Metric::CheckIns { result: "admitted" }, &[4]),
        noted(Metric::CheckIns { result: "refused" }, &[2]),
        noted(Metric::TicketAge, &[40, 7]),
    ];
    let written = std::mem::take(&mut *kept.0.lock().unwrap());
    assert_eq!(written, [(expected, Some("r1".to_owned()))]);
}

/// Reads the table of metrics in `docs/aws.md`. Returns the name, unit and dimensions of each metric.
fn listed() -> BTreeSet<String> {
    let page = include_str!("../../../../docs/aws.md");
    let (_, section) = page.split_once("\n## Metrics\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let name = cells[1].trim_matches('`');
        // The cell contains the names of the dimensions, and after a full stop or a colon, the values that the dimensions may
        // have.
        let dimensions = cells[3].split(['.', ':']).next().unwrap();
        let words = |text: &str| {
            let words: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
            words.join("+")
        };
        let sets: Vec<String> = dimensions.split(';').map(words).collect();
        format!("{name} {} {}", cells[2], sets.join(" "))
    })
    .collect()
}

#[test]
fn the_page_lists_each_metric_as_it_is() {
    let ours: BTreeSet<String> = Metric::ALL
        .iter()
        .map(|(name, unit, dimensions)| {
            let unit = match unit {
                Unit::Count => "count",
                Unit::Milliseconds => "ms",
            };
            let also = if *name == "Mails" { " Outcome" } else { "" };
            format!("{name} {unit} {}{also}", dimensions.join("+"))
        })
        .collect();
    assert_eq!(ours.len(), 19);
    assert_eq!(ours, listed());
}
