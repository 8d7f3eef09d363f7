//! Converts Lambda's batches into records of the stream.

use aws_lambda_events::dynamodb;
use jiff::Timestamp;
use serde_dynamo::AttributeValue;

use crate::Record;

/// Returns the stream records that a batch of AWS Lambda contains.
pub(super) fn records(batch: dynamodb::Event) -> Vec<Record> {
    batch.records.into_iter().map(record).collect()
}

fn record(record: dynamodb::EventRecord) -> Record {
    let change = record.change;
    let key = |name: &str| match change.keys.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    let seconds = change.approximate_creation_date_time.timestamp();
    Record {
        event_id: record.event_id,
        written_at: Timestamp::from_second(seconds).unwrap_or_default(),
        pk: key("pk"),
        sk: key("sk"),
        sequence_number: change.sequence_number.unwrap_or_default(),
        old: change.old_image,
        new: change.new_image,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_of_the_stream_is_read() {
        let batch = json!({"Records": [{
            "awsRegion": "eu-central-1", "eventID": "e1", "eventName": "MODIFY",
            "eventSourceARN": "arn", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_809_194_400, "SequenceNumber": "7", "SizeBytes": 1,
                "Keys": {"pk": {"S": "EVENT#1"}, "sk": {"S": "EVENT"}},
                "OldImage": {"pk": {"S": "EVENT#1"}},
                "NewImage": {"pk": {"S": "EVENT#1"}, "request": {"S": "r1"}},
            },
        }]});
        let [record] = &records(serde_json::from_value(batch).unwrap())[..] else {
            panic!("one record");
        };
        let texts = [
            &*record.event_id,
            &record.sequence_number,
            &record.pk,
            &record.sk,
        ];
        assert_eq!(texts, ["e1", "7", "EVENT#1", "EVENT"]);
        let at: Timestamp = "2027-05-01T18:00:00Z".parse().unwrap();
        assert_eq!(record.written_at, at);
        let requests = [&record.old, &record.new].map(store::stream::request);
        assert_eq!(requests, [None, Some("r1")]);
    }
}
