//! Converts messages to and from the API of SQS.

use aws_sdk_sqs::types::{
    Message as Received, MessageAttributeValue, MessageSystemAttributeName,
    SendMessageBatchRequestEntry, builders::SendMessageBatchRequestEntryBuilder,
};
use jiff::Timestamp;

use super::seconds;
use crate::{Message, Outgoing, SendError};

/// The name of the SQS message attribute that states why a dead letter was set aside.
pub const REASON: &str = "reason";

/// Returns the name of a queue, which is the end of its ARN.
#[must_use]
pub fn name_of_arn(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

/// Converts a message into an entry of an SQS batch. The id of the entry is not set yet.
pub(super) fn entry(message: Outgoing) -> Result<SendMessageBatchRequestEntryBuilder, SendError> {
    let mut entry = SendMessageBatchRequestEntry::builder()
        .message_body(message.body)
        .set_message_group_id(message.group)
        .set_message_deduplication_id(message.deduplication_id)
        .set_delay_seconds(message.delay.map(seconds));
    if let Some(reason) = message.reason {
        let reason = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(reason)
            .build()
            .map_err(SendError::of)?;
        entry = entry.message_attributes(REASON, reason);
    }
    Ok(entry)
}

/// Returns a message that contains only the data of its SQS system attributes. The function `attribute` returns the text of one
/// system attribute.
#[must_use]
pub fn noted(mut attribute: impl FnMut(MessageSystemAttributeName) -> Option<String>) -> Message {
    let time = |millis: Option<String>| {
        let millis = millis.and_then(|millis| millis.parse().ok());
        millis.and_then(|millis| Timestamp::from_millisecond(millis).ok())
    };
    let count = attribute(MessageSystemAttributeName::ApproximateReceiveCount);
    Message {
        group: attribute(MessageSystemAttributeName::MessageGroupId),
        deduplication_id: attribute(MessageSystemAttributeName::MessageDeduplicationId),
        receive_count: count.and_then(|count| count.parse().ok()).unwrap_or(1),
        sent_at: time(attribute(MessageSystemAttributeName::SentTimestamp)),
        first_received_at: time(attribute(
            MessageSystemAttributeName::ApproximateFirstReceiveTimestamp,
        )),
        ..Message::default()
    }
}

/// Converts a message that the SDK received from the queue at the URL `queue`.
pub(super) fn message(queue: &str, received: Received) -> Message {
    let mut attributes = received.attributes.unwrap_or_default();
    let mut named = received.message_attributes.unwrap_or_default();
    Message {
        id: received.message_id.unwrap_or_default(),
        receipt: received.receipt_handle.unwrap_or_default(),
        body: received.body.unwrap_or_default(),
        queue: queue.rsplit('/').next().unwrap_or_default().to_owned(),
        reason: named.remove(REASON).and_then(|reason| reason.string_value),
        ..noted(|name| attributes.remove(&name))
    }
}
