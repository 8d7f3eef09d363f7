//! Records of the stream.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_dynamo::Item;
use store::stream;

/// A record of the stream, which reports the write of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The id of the record. It is used in logs and for parked records.
    pub event_id: String,
    /// The position of the record among the records of the same item. No two records of an item have the same position, and the
    /// position stays the same if the record is delivered again.
    pub sequence_number: String,
    /// The time at which the item was written, to the second.
    pub written_at: Timestamp,
    /// The partition key of the item.
    pub pk: String,
    /// The sort key of the item.
    pub sk: String,
    /// The item before the write. It is empty if the write created the item.
    pub old: Item,
    /// The item after the write. It is empty if the write deleted the item.
    pub new: Item,
}

/// The known facts about the record that causes an effect. They are used in logs, for parked records, and for the names of
/// messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// The id of the record.
    pub(crate) event_id: String,
    /// The position of the record among the records of the same item.
    pub(crate) sequence_number: String,
    /// The partition key of the item.
    pub(crate) pk: String,
    /// The sort key of the item.
    pub(crate) sk: String,
    /// The id of the request that wrote the item. It is empty if the item contains no such id.
    pub(crate) request: String,
}

impl Source {
    /// Returns the source of the effects of `record`.
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            event_id: record.event_id.clone(),
            sequence_number: record.sequence_number.clone(),
            pk: record.pk.clone(),
            sk: record.sk.clone(),
            request: stream::request(&record.new).unwrap_or_default().to_owned(),
        }
    }
}

/// Returns the ids of the requests that caused the records of a batch, for a log entry. If a record's old item and new item
/// have the same request id, the record is left out, because an earlier record has reported that request.
pub(crate) fn requests(batch: &[Record]) -> String {
    let news = batch.iter().filter_map(|record| {
        let request = stream::request(&record.new)?;
        (stream::request(&record.old) != Some(request)).then_some(request)
    });
    let news: BTreeSet<&str> = news.collect();
    news.into_iter().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_dynamo::AttributeValue;

    use super::*;

    fn image(request: Option<&str>) -> Item {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let request = request.map(|id| ("request".to_owned(), text(id)));
        let all = [("pk".to_owned(), text("EVENT#1"))]
            .into_iter()
            .chain(request);
        all.collect::<HashMap<_, _>>().into()
    }

    fn record((old, new): (Option<&str>, Option<&str>)) -> Record {
        Record {
            event_id: "e1".to_owned(),
            sequence_number: "7".to_owned(),
            written_at: "2027-05-01T18:00:00Z".parse().unwrap(),
            pk: "EVENT#1".to_owned(),
            sk: "EVENT".to_owned(),
            old: image(old),
            new: image(new),
        }
    }

    #[test]
    fn a_batch_names_each_request_once_and_none_that_is_no_news() {
        let batch = [
            (None, Some("r2")),
            (Some("r1"), Some("r1")),
            (Some("r1"), Some("r2")),
            (Some("r2"), Some("r3")),
            (Some("r4"), None),
        ];
        assert_eq!(requests(&batch.map(record)), "r2 r3");
    }

    #[test]
    fn a_record_tells_where_it_comes_from() {
        let expected = Source {
            event_id: "e1".to_owned(),
            sequence_number: "7".to_owned(),
            pk: "EVENT#1".to_owned(),
            sk: "EVENT".to_owned(),
            request: "r1".to_owned(),
        };
        assert_eq!(Source::of(&record((None, Some("r1")))), expected);
        assert_eq!(Source::of(&record((Some("r1"), None))).request, "");
    }
}
