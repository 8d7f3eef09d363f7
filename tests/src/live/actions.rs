//! The actions that a viewer sends, one method for each action.
//!
//! A method that returns a [`Frame`] returns the server's answer, and does not check its content. A viewer sends one action at
//! a time.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Frame, Viewer};
use crate::{Event, PATIENCE, eventually, wait_until};

/// Maximum number of actions that a viewer sends in a [`SPAN`]. The contract allows more, but actions may accumulate on their
/// way to the server.
const ACTIONS_PER_SPAN: usize = 8;
/// The period for which [`ACTIONS_PER_SPAN`] limits the actions: a little more than one second.
const SPAN: Duration = Duration::from_millis(1_100);

impl Viewer {
    /// Subscribes to the public topic of an event.
    pub async fn subscribe(&self, event: &Event) -> Frame {
        self.subscribe_to_id(&event.id).await
    }

    /// Subscribes to the public topic of an event id, even if no event has this id.
    pub async fn subscribe_to_id(&self, event_id: &str) -> Frame {
        let action = json!({"action": "subscribe", "eventId": event_id});
        self.ask(&action).await
    }

    /// Subscribes to the door topic of an event.
    pub async fn subscribe_to_door(&self, event: &Event) -> Frame {
        let action = json!({"action": "subscribe", "eventId": event.id, "topic": "door"});
        self.ask(&action).await
    }

    /// Ends the subscription to the public topic of an event.
    pub async fn unsubscribe(&self, event: &Event) -> Frame {
        let action = json!({"action": "unsubscribe", "eventId": event.id});
        self.ask(&action).await
    }

    /// Ends the subscription to the door topic of an event.
    pub async fn unsubscribe_from_door(&self, event: &Event) -> Frame {
        let action = json!({"action": "unsubscribe", "eventId": event.id, "topic": "door"});
        self.ask(&action).await
    }

    /// Asserts that the server answers a ping on this connection.
    pub async fn ping(&self) {
        let pong = self.ask(&json!({"action": "ping"})).await;
        assert_eq!(pong.json, json!({"type": "pong"}));
    }

    /// Sends an action, and returns the server's answer.
    pub async fn ask(&self, action: &Value) -> Frame {
        self.ask_text(&action.to_string()).await
    }

    /// Sends a text, and returns the server's answer.
    pub async fn ask_text(&self, text: &str) -> Frame {
        let action: Value = serde_json::from_str(text).unwrap_or_default();
        let before = self.frame_count();
        self.send_text(text).await;
        eventually(PATIENCE, async || {
            let mut since = self.frames().into_iter().skip(before);
            since.find(|frame| frame.answers(&action)).ok_or_else(|| {
                let shown: String = text.chars().take(200).collect();
                format!("no answer to {shown:?} in {}", self.all_texts())
            })
        })
        .await
    }

    /// Sends a text as soon as the limit on actions allows it.
    pub async fn send_text(&self, text: &str) {
        let mut speech = self.speech.lock().await;
        if speech.sent.len() == ACTIONS_PER_SPAN
            && let Some(earlier) = speech.sent.pop_front()
        {
            wait_until(earlier + SPAN).await;
        }
        speech.sent.push_back(Timestamp::now());
        speech.send(text).await;
    }

    /// Sends a text many times without a pause, and ignores the limit on actions.
    pub async fn flood(&self, text: &str, times: usize) {
        let mut speech = self.speech.lock().await;
        for _ in 0..times {
            speech.send(text).await;
        }
    }
}
