//! Requests that the suite sends to its own server outside the public contract. On a deployed stack the suite calls SQS and
//! `DynamoDB` instead. The program `em-connect-under-test` reads each request as a line of JSON on standard input, and writes
//! its answer as a line on standard output.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request to the program `em-connect-under-test`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Request {
    /// Puts messages on a queue, all of them in one call.
    Send {
        /// Name of the queue.
        queue: String,
        /// The messages to put on the queue.
        messages: Vec<Sent>,
    },
    /// Counts the messages of a queue that were received, but not deleted yet. The answer is a number.
    InFlight {
        /// Name of the queue.
        queue: String,
    },
    /// Inspects the available messages of a queue, and makes them available again. The answer is a list of [`Seen`].
    Look {
        /// Name of the queue.
        queue: String,
    },
    /// Reads items of one partition. The answer is a list of items, in the JSON of `DynamoDB`.
    Query {
        /// The partition key.
        pk: String,
        /// The prefix of the sort keys to read.
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
    /// The body of the message.
    pub body: String,
    /// The message group, if the queue is a FIFO queue.
    pub group: Option<String>,
}

/// A message that was inspected on a queue.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Seen {
    /// The id of the message.
    pub id: String,
    /// The body of the message.
    pub body: String,
    /// The reason why the message was set aside, or an empty text if there is none.
    pub reason: String,
}

/// The answer to a request: the requested value, or the reason why the request failed.
pub type Reply = Result<Value, String>;
