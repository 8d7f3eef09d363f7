//! Announcements of organizers, and the way to unsubscribe from them.

use serde_json::{Value, json};

use crate::{Answer, Client, Event};

impl Event {
    /// `/v1/events/{id}/announcements`
    pub fn announcements_path(&self) -> String {
        format!("{}/announcements", self.path())
    }
}

impl Client {
    /// Announces with this body.
    pub async fn announce(&self, event: &Event, body: Value) -> Answer {
        self.post(&event.announcements_path(), body).await
    }

    /// Announces by mail, too.
    pub async fn announce_by_mail(&self, event: &Event, message: &str) -> Answer {
        let body = json!({"message": message, "email": true});
        self.announce(event, body).await
    }
}
