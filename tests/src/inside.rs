//! Requests of the suite to its own server, bypassing the contract; on a deployed stack the suite calls SQS and `DynamoDB`
//! instead. The program `em-connect-under-test` reads each request as a line of JSON on its standard input, and answers with
//! a line on standard output.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Request {
    /// Puts messages on a queue, in one call.
    Send {
        /// Name of the queue.
        queue: String,
        /// The messages.
        messages: Vec<Sent>,
    },
    /// Counts the messages of a queue that were received and not deleted. The answer is a number.
    InFlight {
        /// Name of the queue.
        queue: String,
    },
    /// Inspects the available messages of a queue, and puts them back. The answer is a list of [`Seen`].
    Look {
        /// Name of the queue.
        queue: String,
    },
    /// Reads the items of a partition. The answer is a list of items, in the JSON of `DynamoDB`.
    Query {
        /// The partition key.
        pk: String,
        /// The prefix of the sort keys.
        sk: String,
    },
    /// Writes an item.
    Put {
        /// The item, in the JSON of `DynamoDB`.
        item: Value,
    },
    /// Deletes an item.
    Delete {
        /// The partition key.
        pk: String,
        /// The sort key.
        sk: String,
    },
}

/// A message to put on a queue.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Sent {
    /// The message.
    pub body: String,
    /// The group of the message, on a queue that keeps an order.
    pub group: Option<String>,
}

/// A message on a queue.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Seen {
    /// The id of the message.
    pub id: String,
    /// The message.
    pub body: String,
    /// The reason for which it was set aside; empty if there is none.
    pub reason: String,
}

/// An answer: the requested value, or the reason of a failure.
pub type Reply = Result<Value, String>;
