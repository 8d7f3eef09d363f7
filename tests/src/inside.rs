//! Requests of the suite to a server of its own, behind the contract: on a deployed stack it calls SQS and `DynamoDB` instead. The
//! program `em-connect-under-test` reads each as a line of JSON on its standard input, and answers by a line on standard output.

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
    /// Counts the messages of a queue that were received and are not done with. The answer is a number.
    InFlight {
        /// Name of the queue.
        queue: String,
    },
    /// Looks at the messages of a queue that can be received, and puts them back. The answer is a list of [`Seen`].
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

/// A message to be put on a queue.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Sent {
    /// The message.
    pub body: String,
    /// Its group, on a queue that keeps an order.
    pub group: Option<String>,
}

/// A message on a queue.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Seen {
    /// Its id.
    pub id: String,
    /// The message.
    pub body: String,
    /// Why it was set aside; empty if no reason was given.
    pub reason: String,
}

/// An answer: what was asked for, or why it failed.
pub type Reply = Result<Value, String>;
