//! The queues, as an operator of em-connect sees them. On a deployed stack, tests use SQS's JSON protocol; on a server, they
//! send [`Request`]s.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::inside::{Request, Seen, Sent};
use crate::{Answer, Client, LONG_PATIENCE, Stack, eventually, unique};

/// Visibility timeout of a dead letter that a test inspects, in seconds.
const LOOK_SECONDS: u32 = 5;
/// Maximum number of messages that SQS accepts in one call.
const PER_CALL: usize = 10;
/// Maximum number of receive calls for one inspection of a dead-letter queue. A queue that needs more calls has more messages
/// than the tests cause. Something else is wrong then, and the inspection stops.
const MOST_CALLS: usize = 50;

/// A queue together with its dead-letter queue.
#[derive(Clone, Debug)]
pub struct Queue {
    stack: Stack,
    name: String,
}

/// The URLs of a queue, as `stack.json` lists them.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    url: Option<String>,
    dead_letter_url: String,
}

/// A message that could not be processed and is now in the dead-letter queue.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// The id of the message in the dead-letter queue.
    pub id: String,
    /// The body of the message.
    pub body: String,
    /// The reason why the message was set aside, or an empty text if there is none.
    pub reason: String,
}

impl Stack {
    /// Returns the queue with this name in the template, such as `tickets`.
    pub fn queue(&self, name: &str) -> Queue {
        Queue {
            stack: self.clone(),
            name: name.to_owned(),
        }
    }
}

impl Queue {
    /// Puts a message on the queue.
    pub async fn send(&self, body: &str) {
        self.send_all(&[body]).await;
    }

    /// Puts at most ten messages on the queue in one call, so that they may be received together.
    pub async fn send_all(&self, bodies: &[impl AsRef<str>]) {
        assert!(bodies.len() <= PER_CALL, "{} messages", bodies.len());
        let bodies = bodies.iter().map(|body| body.as_ref().to_owned());
        if self.stack.server().is_some() {
            let messages = bodies.map(|body| Sent { body, group: None });
            return self.send_to_server(self.name.clone(), messages.collect());
        }
        let entries = bodies.enumerate().map(|(at, body)| {
            let id = format!("m{at}");
            json!({"Id": id, "MessageBody": body})
        });
        let entries: Vec<Value> = entries.collect();
        let input = json!({"QueueUrl": self.listed().url, "Entries": entries});
        let sent = self.call("SendMessageBatch", &input).await;
        let failed = sent["Failed"].as_array().map_or(0, Vec::len);
        assert_eq!(failed, 0, "{sent}");
    }

    /// Puts a message on a FIFO queue, in this message group.
    pub async fn send_to_group(&self, group: &str, body: &str) {
        if self.stack.server().is_some() {
            let (body, group) = (body.to_owned(), Some(group.to_owned()));
            return self.send_to_server(self.name.clone(), vec![Sent { body, group }]);
        }
        let input = json!({
            "QueueUrl": self.listed().url, "MessageBody": body, "MessageGroupId": group,
            "MessageDeduplicationId": unique(),
        });
        self.call("SendMessage", &input).await;
    }

    /// Puts a message into the dead-letter queue, as if its last attempt had failed.
    pub async fn bury(&self, body: &str) {
        if self.stack.server().is_some() {
            let (body, group) = (body.to_owned(), None);
            return self.send_to_server(self.dead_letters_name(), vec![Sent { body, group }]);
        }
        let input = json!({"QueueUrl": self.listed().dead_letter_url, "MessageBody": body});
        self.call("SendMessage", &input).await;
    }

    /// Returns the number of messages that were received, but not deleted yet.
    pub async fn in_flight(&self) -> u32 {
        if let Some(server) = self.stack.server() {
            let queue = self.name.clone();
            let count = server.ask(&Request::InFlight { queue });
            return count
                .as_u64()
                .and_then(|count| count.try_into().ok())
                .unwrap_or(0);
        }
        let attribute = "ApproximateNumberOfMessagesNotVisible";
        let input = json!({"QueueUrl": self.listed().url, "AttributeNames": [attribute]});
        let attributes = self.call("GetQueueAttributes", &input).await;
        let count = attributes["Attributes"][attribute].as_str();
        count.and_then(|count| count.parse().ok()).unwrap_or(0)
    }

    /// Waits for a dead letter for whose body `is_one` returns true, and returns it. All inspected dead letters become
    /// available again.
    pub async fn dead_letter(&self, is_one: impl Fn(&str) -> bool) -> DeadLetter {
        eventually(LONG_PATIENCE, async || {
            let letters = self.dead_letters().await;
            let count = letters.len();
            let found = letters.into_iter().find(|letter| is_one(&letter.body));
            found.ok_or_else(|| format!("{count} others"))
        })
        .await
    }

    /// Returns all dead letters except those that another test is inspecting at this moment.
    pub async fn dead_letters(&self) -> Vec<DeadLetter> {
        if let Some(server) = self.stack.server() {
            let queue = self.dead_letters_name();
            let seen = serde_json::from_value::<Vec<Seen>>(server.ask(&Request::Look { queue }));
            let letter = |Seen { id, body, reason }| DeadLetter { id, body, reason };
            return seen.unwrap_or_default().into_iter().map(letter).collect();
        }
        let url = &self.listed().dead_letter_url;
        let mut letters = Vec::new();
        let mut handles = Vec::new();
        for _ in 0..MOST_CALLS {
            let input = json!({
                "QueueUrl": url, "MaxNumberOfMessages": PER_CALL, "VisibilityTimeout": LOOK_SECONDS,
                "MessageAttributeNames": ["All"], "WaitTimeSeconds": 0,
            });
            let received = self.call("ReceiveMessage", &input).await;
            let Some(messages) = received["Messages"]
                .as_array()
                .filter(|some| !some.is_empty())
            else {
                break;
            };
            for message in messages {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                letters.push(DeadLetter {
                    id: text(&message["MessageId"]),
                    body: text(&message["Body"]),
                    reason: text(&message["MessageAttributes"]["reason"]["StringValue"]),
                });
                handles.push(message["ReceiptHandle"].clone());
            }
        }
        for handles in handles.chunks(PER_CALL) {
            let entries = handles.iter().enumerate().map(|(at, handle)| {
                json!({"Id": format!("m{at}"), "ReceiptHandle": handle, "VisibilityTimeout": 0})
            });
            let entries: Vec<Value> = entries.collect();
            let input = json!({"QueueUrl": url, "Entries": entries});
            self.call("ChangeMessageVisibilityBatch", &input).await;
        }
        letters
    }

    fn send_to_server(&self, queue: String, messages: Vec<Sent>) {
        if let Some(server) = self.stack.server() {
            server.ask(&Request::Send { queue, messages });
        }
    }

    /// Returns the name that the dead-letter queue has on a server.
    fn dead_letters_name(&self) -> String {
        format!("{}-dead-letters", self.name)
    }

    fn listed(&self) -> Listed {
        self.stack.emulator().listed(&self.name)
    }

    fn sqs(&self) -> Client {
        self.stack.aws()
    }

    async fn call(&self, operation: &str, input: &Value) -> Answer {
        let call = self.sqs().call(reqwest::Method::POST, "/");
        let answer = call
            .header("authorization", &Stack::authorization("sqs"))
            .header("x-amz-target", &format!("AmazonSQS.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .body(input.to_string())
            .send()
            .await;
        assert_eq!(answer.status, 200, "{operation} {input}: {answer}");
        answer
    }
}
