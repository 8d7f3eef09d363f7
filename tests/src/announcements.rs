//! What organizers say, and how somebody hears no more of it.

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

    /// What became of the mail with a registrant's ticket, as the organizer sees it; `null` where nothing did.
    pub async fn ticket_mail_of(&self, event: &Event, user_id: &str) -> Value {
        let registrants = self.every_item(&event.registrations_path(), 100).await;
        let registrant = registrants.iter().find(|item| item["userId"] == user_id);
        match registrant.and_then(|item| item.get("ticketMail")) {
            Some(state) => state.clone(),
            None => panic!("no `ticketMail` of {user_id} in {registrants:?}"),
        }
    }
}
