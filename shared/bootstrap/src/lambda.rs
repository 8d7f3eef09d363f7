//! Converts Lambda's SQS batches into messages, and the result of a batch into a reply to Lambda.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use queues::{
    Message,
    sqs::{name_of_arn, noted},
};

/// Returns the messages in the batch that Lambda has passed to the function.
#[must_use]
pub fn messages(batch: SqsEvent) -> Vec<Message> {
    batch.records.into_iter().map(message).collect()
}

/// Returns Lambda's reply to a batch. Only the messages with the ids `failed` will be retried (partial batch failure).
#[must_use]
pub fn answer(failed: Vec<String>) -> SqsBatchResponse {
    let failure = |id| {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        failure
    };
    let mut answer = SqsBatchResponse::default();
    answer.batch_item_failures = failed.into_iter().map(failure).collect();
    answer
}

fn message(received: SqsMessage) -> Message {
    let mut attributes = received.attributes;
    let arn = received.event_source_arn.unwrap_or_default();
    Message {
        id: received.message_id.unwrap_or_default(),
        receipt: received.receipt_handle.unwrap_or_default(),
        body: received.body.unwrap_or_default(),
        queue: name_of_arn(&arn).to_owned(),
        // No function reads a dead-letter queue, and only messages of dead-letter queues contain a reason.
        reason: None,
        ..noted(|name| attributes.remove(name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The batch is a shortened example from the AWS documentation ("Using Lambda with Amazon SQS", developer guide).
    #[test]
    fn a_batch_is_read_as_messages() {
        let batch = json!({"Records": [
            {
                "messageId": "059f36b4", "receiptHandle": "AQEB", "body": "{}",
                "attributes": {
                    "ApproximateReceiveCount": "3", "SentTimestamp": "1809194400007",
                    "ApproximateFirstReceiveTimestamp": "1809194400010",
                    "MessageGroupId": "a", "MessageDeduplicationId": "n",
                },
                "messageAttributes": {}, "md5OfBody": "e4e68fb7", "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:push.fifo", "awsRegion": "us-east-2",
            },
            {"attributes": {}, "messageAttributes": {}},
        ]});
        let [whole, empty] = &messages(serde_json::from_value(batch).unwrap())[..] else {
            panic!("two messages");
        };
        let expected = Message {
            id: "059f36b4".to_owned(),
            receipt: "AQEB".to_owned(),
            body: "{}".to_owned(),
            queue: "push.fifo".to_owned(),
            group: Some("a".to_owned()),
            deduplication_id: Some("n".to_owned()),
            receive_count: 3,
            sent_at: Some("2027-05-01T18:00:00.007Z".parse().unwrap()),
            first_received_at: Some("2027-05-01T18:00:00.010Z".parse().unwrap()),
            reason: None,
        };
        assert_eq!(*whole, expected);
        let first = Message {
            receive_count: 1,
            ..Message::default()
        };
        assert_eq!(*empty, first);
    }

    #[test]
    fn an_answer_names_what_failed() {
        let answer = answer(vec!["1".to_owned(), "3".to_owned()]);
        let answer = serde_json::to_value(answer).unwrap();
        let expected =
            json!({"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "3"}]});
        assert_eq!(answer, expected);
    }
}
