//! Makes a valid call of every operation that accepts free text, and reads the text that the service stored.

use serde_json::{Value, json};
use tests::{
    Answer, Call, Client, Event, Method, NewEvent, OfflineScan, Stack, User, in_seconds, unique,
};

use crate::pictures::png;

/// Makes valid calls of every operation that accepts free text. The fields are the caller and the things that the calls name.
pub(super) struct Calls {
    stack: Stack,
    organizer: Client,
    guest: User,
    draft: Event,
    event: Event,
    ticket: String,
}

impl Calls {
    /// Makes an organizer, who sends the calls, with a draft and a published event. The draft has a picture. The event has open doors, and one guest
    /// with a ticket.
    pub(super) async fn new(stack: &Stack) -> Self {
        let organizer = stack.register_organizer().await;
        let guest = stack.register_user().await;
        let draft = organizer.draft_event(NewEvent::default()).await;
        let pictured = organizer
            .set_picture(&draft, "image/png", &png(2, 1))
            .await
            .expect(200);
        let draft = Event::from_answer(&pictured);
        let event = NewEvent::with_open_doors(2);
        let event = organizer.published_event(event).await;
        guest.register_for(&event).await.expect(201);
        Self {
            stack: stack.clone(),
            ticket: guest.ticket_of(&event).await.code,
            guest,
            organizer: (*organizer).clone(),
            draft,
            event,
        }
    }

    /// Returns a valid body for the operation, or `None` if this method does not list the operation.
    pub(super) fn body(&self, operation: &str) -> Option<Value> {
        let mut event = serde_json::to_value(NewEvent::default()).unwrap_or_default();
        event["description"] = "About it".into();
        event["category"] = "music".into();
        event["tags"] = json!(["rock"]);
        let scan = OfflineScan::at("North", &self.ticket, in_seconds(-60));
        Some(match operation {
            "POST /v1/auth/register" | "POST /v1/auth/browser/register" => json!({
                "email": format!("kim.{}@example.com", unique()), "password": "a long enough pass", "name": "Kim",
            }),
            "PATCH /v1/me" => json!({"name": "Kim"}),
            "POST /v1/events" | "PATCH /v1/events/{id}" => event,
            "PATCH /v1/events/{id}/picture" => json!({"description": "A choir"}),
            "POST /v1/events/{id}/announcements" => json!({"message": "The bar is open."}),
            "POST /v1/events/{id}/cancel"
            | "POST /v1/events/{id}/registrations/{userId}/cancel" => {
                json!({"reason": "The hall is flooded."})
            }
            "POST /v1/events/{id}/check-ins" => {
                json!({"ticket": self.ticket, "gate": "North", "deviceId": "d1"})
            }
            "POST /v1/events/{id}/check-ins/sync" => json!({ "scans": [scan] }),
            _ => return None,
        })
    }

    /// Returns a call of the operation without a body. The test adds the body.
    pub(super) fn call(&self, operation: &str) -> Call {
        let (method, path) = operation.split_once(' ').unwrap_or_default();
        let event = if method == "PATCH" {
            &self.draft
        } else {
            &self.event
        };
        let method = match method.parse::<Method>() {
            Ok(method) => method,
            Err(error) => panic!("no method in {operation:?}: {error}"),
        };
        self.organizer
            .call(
                method,
                &path
                    .replace("{id}", &event.id)
                    .replace("{userId}", self.guest.id()),
            )
            .header("if-match", &event.etag)
            // The operations for browsers require this header. The others ignore it.
            .header("sec-fetch-site", "same-origin")
    }

    /// Reads the stored text after a call with the body `sent` got `answer`. Returns the text in the structure of `sent`, or
    /// null if this method does not list the operation.
    pub(super) async fn shown(&self, operation: &str, sent: &Value, answer: &Answer) -> Value {
        match operation {
            "POST /v1/auth/register" | "POST /v1/auth/browser/register" => {
                let token = answer.text_of("accessToken");
                self.stack.anyone().with_token(token).me().await.json
            }
            "PATCH /v1/me" => self.organizer.me().await.json,
            "POST /v1/events" | "PATCH /v1/events/{id}" => {
                let event = Event::from_answer(answer);
                self.organizer.read_event(&event).await.json
            }
            "PATCH /v1/events/{id}/picture" => answer["picture"].clone(),
            "POST /v1/events/{id}/announcements" => {
                let path = self.event.announcements_path();
                self.organizer.get(&path).await["items"][0].clone()
            }
            "POST /v1/events/{id}/cancel" => {
                let mail = self.stack.mail_to(&self.guest, "was cancelled").await;
                let mut lines = mail.text.lines();
                json!({"reason": lines.find_map(|line| line.strip_prefix("> "))})
            }
            "POST /v1/events/{id}/registrations/{userId}/cancel" => {
                json!({"reason": answer["cancelReason"]})
            }
            "POST /v1/events/{id}/check-ins" => self.logged("deviceId", &sent["deviceId"]).await,
            "POST /v1/events/{id}/check-ins/sync" => {
                let scan_id = &sent["scans"][0]["scanId"];
                json!({"scans": [self.logged("scanId", scan_id).await]})
            }
            _ => Value::Null,
        }
    }

    /// Returns the newest entry of the scan log in which `member` has the value `value`, or null if there is none.
    async fn logged(&self, member: &str, value: &Value) -> Value {
        let log = self.organizer.every_scan(&self.event).await;
        let mut found = log.into_iter().filter(|scan| scan[member] == *value);
        found.next().unwrap_or_default()
    }
}
