//! Announcements that organizers make, and the path of an event's announcements.

use serde_json::{Value, json};

use crate::{Answer, Client, Event};

impl Event {
    /// Returns the path `/v1/events/{id}/announcements`.
    pub fn announcements_path(&self) -> String {
        format!("{}/announcements", self.path())
    }
}

impl Client {
    /// Makes an announcement with this request body.
    pub async fn announce(&self, event: &Event, body: Value) -> Answer {
        self.post(&event.announcements_path(), body).await
    }

    /// Makes an announcement that is also sent by mail.
    pub async fn announce_by_mail(&self, event: &Event, message: &str) -> Answer {
        let body = json!({"message": message, "email": true});
        self.announce(event, body).await
    }
}
