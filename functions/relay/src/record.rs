//! What a record of the stream says beside its images.

use std::collections::BTreeSet;

use aws_lambda_events::dynamodb;
use jiff::Timestamp;
use store::stream;

use crate::batch::Source;

/// When it was written, to the second.
pub(crate) fn written_at(record: &dynamodb::EventRecord) -> Timestamp {
    let seconds = record.change.approximate_creation_date_time.timestamp();
    Timestamp::from_second(seconds).unwrap_or_default()
}

/// Where it comes from.
pub(crate) fn source(record: &dynamodb::EventRecord) -> Source {
    let key = |name: &str| match record.change.keys.get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    Source {
        event_id: record.event_id.clone(),
        sequence_number: record.change.sequence_number.clone().unwrap_or_default(),
        pk: key("pk"),
        sk: key("sk"),
        request: stream::request(&record.change.new_image)
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The requests whose writes a batch brings first, for its log entry: one that stood in the item before is not news.
pub(crate) fn requests(batch: &dynamodb::Event) -> String {
    let news = batch.records.iter().filter_map(|record| {
        let request = stream::request(&record.change.new_image)?;
        (stream::request(&record.change.old_image) != Some(request)).then_some(request)
    });
    let news: BTreeSet<&str> = news.collect();
    news.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn image(request: Option<&str>) -> Value {
        let mut image = json!({"pk": {"S": "EVENT#1"}});
        if let Some(request) = request {
            image["request"] = json!({"S": request});
        }
        image
    }

    fn batch(records: &[(Option<&str>, Option<&str>)]) -> dynamodb::Event {
        let record = |(old, new): &(Option<&str>, Option<&str>)| {
            json!({
                "awsRegion": "eu-central-1", "eventID": "e1", "eventName": "MODIFY",
                "eventSourceARN": "arn", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "ApproximateCreationDateTime": 1_809_194_400, "SequenceNumber": "7", "SizeBytes": 1,
                    "Keys": {"pk": {"S": "EVENT#1"}, "sk": {"S": "EVENT"}},
                    "OldImage": image(*old), "NewImage": image(*new),
                },
            })
        };
        let records: Vec<Value> = records.iter().map(record).collect();
        serde_json::from_value(json!({ "Records": records })).unwrap()
    }

    #[test]
    fn a_batch_names_each_request_once_and_none_that_is_no_news() {
        let batch = batch(&[
            (None, Some("r2")),
            (Some("r1"), Some("r1")),
            (Some("r1"), Some("r2")),
            (Some("r2"), Some("r3")),
            (Some("r4"), None),
        ]);
        assert_eq!(requests(&batch), "r2 r3");
    }

    #[test]
    fn a_record_tells_where_it_comes_from() {
        let batch = batch(&[(None, Some("r1")), (Some("r1"), None)]);
        let [made, unnamed] = &batch.records[..] else {
            panic!("two records");
        };
        let expected = Source {
            event_id: "e1".to_owned(),
            sequence_number: "7".to_owned(),
            pk: "EVENT#1".to_owned(),
            sk: "EVENT".to_owned(),
            request: "r1".to_owned(),
        };
        assert_eq!(source(made), expected);
        assert_eq!(source(unnamed).request, "");
        let at = "2027-05-01T18:00:00Z".parse().unwrap();
        assert_eq!(written_at(made), at);
    }
}
