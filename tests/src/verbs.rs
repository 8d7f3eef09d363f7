//! The actions of users, one method for each action. A method that returns an [`Answer`] does not check the answer.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Answer, Client, NewEvent, PATIENCE, Seats, eventually};

/// An event, as the latest answer described it.
#[derive(Clone, Debug)]
pub struct Event {
    /// The id of the event, `evt_…`.
    pub id: String,
    /// The version of the event, for the header `If-Match`.
    pub etag: String,
    /// The whole event as JSON.
    pub json: Value,
}

impl Event {
    /// Returns the event that an answer contains.
    #[track_caller]
    pub fn from_answer(answer: &Answer) -> Self {
        let etag = answer.header("etag").to_owned();
        assert!(!etag.is_empty(), "expected an ETag with {answer}");
        Self {
            id: answer.text_of("id").to_owned(),
            etag,
            json: answer.json.clone(),
        }
    }

    /// Returns the path `/v1/events/{id}`.
    pub fn path(&self) -> String {
        format!("/v1/events/{}", self.id)
    }

    /// Returns the path `/v1/events/{id}/waitlist`.
    pub fn waitlist_path(&self) -> String {
        format!("/v1/events/{}/waitlist", self.id)
    }

    /// Returns the path `/v1/events/{id}/registrations`.
    pub fn registrations_path(&self) -> String {
        format!("/v1/events/{}/registrations", self.id)
    }
}

/// Actions on accounts.
impl Client {
    /// Sends `GET /v1/me`.
    pub async fn me(&self) -> Answer {
        self.get("/v1/me").await
    }

    /// Exchanges the refresh token for a new pair of tokens.
    pub async fn refresh(&self, refresh_token: &str) -> Answer {
        self.post("/v1/auth/refresh", json!({"refreshToken": refresh_token}))
            .await
    }

    /// Ends the session of this refresh token.
    pub async fn log_out(&self, refresh_token: &str) -> Answer {
        self.post("/v1/auth/logout", json!({"refreshToken": refresh_token}))
            .await
    }

    /// Gives a user another role.
    pub async fn grant_role(&self, user_id: &str, role: &str) -> Answer {
        self.put(
            &format!("/v1/users/{user_id}/role"),
            json!({ "role": role }),
        )
        .await
    }
}

/// Actions on events.
impl Client {
    /// Sends `POST /v1/events`.
    pub async fn create_event(&self, event: &NewEvent) -> Answer {
        self.post("/v1/events", event).await
    }

    /// Makes an event and leaves it a draft.
    pub async fn draft_event(&self, event: NewEvent) -> Event {
        Event::from_answer(&self.create_event(&event).await.expect(201))
    }

    /// Makes an event and publishes it.
    pub async fn published_event(&self, event: NewEvent) -> Event {
        let draft = self.draft_event(event).await;
        Event::from_answer(&self.publish(&draft).await.expect(200))
    }

    /// Sends `GET /v1/events/{id}`.
    pub async fn read_event(&self, event: &Event) -> Answer {
        self.get(&event.path()).await
    }

    /// Waits until `holds` returns true for the event, and returns the answer. The event's counts may come late.
    pub async fn event_once(&self, event: &Event, holds: impl Fn(&Answer) -> bool) -> Answer {
        eventually(PATIENCE, async || {
            self.read_event(event).await.when(200)?.once(&holds)
        })
        .await
    }

    /// Changes an event if its current version is still `etag`.
    pub async fn patch_event_at(&self, event: &Event, etag: &str, changes: Value) -> Answer {
        self.call(Method::PATCH, &event.path())
            .header("if-match", etag)
            .json(&changes)
            .send()
            .await
    }

    /// Reads the current version of an event, and changes the event at that version.
    pub async fn patch_event(&self, event: &Event, changes: Value) -> Answer {
        let now = Event::from_answer(&self.read_event(event).await.expect(200));
        self.patch_event_at(event, &now.etag, changes).await
    }

    /// Publishes a draft.
    pub async fn publish(&self, event: &Event) -> Answer {
        self.transition(event, "publish").await
    }

    /// Cancels a published event.
    pub async fn cancel(&self, event: &Event) -> Answer {
        self.post(
            &format!("{}/cancel", event.path()),
            json!({"reason": "The hall is flooded."}),
        )
        .await
    }

    /// Completes a published event.
    pub async fn complete(&self, event: &Event) -> Answer {
        self.transition(event, "complete").await
    }

    /// Deletes a draft.
    pub async fn delete_event(&self, event: &Event) -> Answer {
        self.delete(&event.path()).await
    }

    /// Hands an event over to another organizer. Only an administrator may do this.
    pub async fn hand_over(&self, event: &Event, user_id: &str) -> Answer {
        let path = format!("{}/organizer", event.path());
        self.put(&path, json!({ "userId": user_id })).await
    }

    /// Returns the ids of the events that the caller owns.
    pub async fn own_event_ids(&self) -> Vec<Value> {
        let events = self.every_item("/v1/me/events", 100).await;
        events
            .into_iter()
            .map(|mut event| event["id"].take())
            .collect()
    }

    /// Sends `GET /v1/admin/events/{id}/invariants`, which checks whether the event's records are consistent. Only an
    /// administrator may do this.
    pub async fn invariants_of(&self, event: &Event) -> Answer {
        self.get(&format!("/v1/admin/events/{}/invariants", event.id))
            .await
    }

    /// Reads the counts of the event's seats. Only an administrator may do this.
    pub async fn seats_of(&self, event: &Event) -> Seats {
        let answer = self.invariants_of(event).await.expect(200);
        match Seats::deserialize(&answer.json) {
            Ok(seats) => seats,
            Err(error) => panic!("no invariants ({error}) in {answer}"),
        }
    }

    async fn transition(&self, event: &Event, verb: &str) -> Answer {
        let path = format!("{}/{verb}", event.path());
        self.call(Method::POST, &path).send().await
    }
}

/// Actions on registrations.
impl Client {
    /// Requests a seat at the event.
    pub async fn register_for(&self, event: &Event) -> Answer {
        self.call(Method::POST, &event.registrations_path())
            .send()
            .await
    }

    /// Requests a place on the event's waitlist.
    pub async fn wait_for(&self, event: &Event) -> Answer {
        self.call(Method::POST, &event.waitlist_path()).send().await
    }

    /// Reads the caller's own registration for the event.
    pub async fn registration_for(&self, event: &Event) -> Answer {
        self.get(&format!("{}/me", event.registrations_path()))
            .await
    }

    /// Cancels the caller's own registration, which returns the seat.
    pub async fn cancel_registration_for(&self, event: &Event) -> Answer {
        self.delete(&format!("{}/me", event.registrations_path()))
            .await
    }

    /// Cancels the registration of another user. The caller is the organizer or an administrator.
    pub async fn remove_registrant(&self, event: &Event, user_id: &str) -> Answer {
        self.delete(&format!("{}/{user_id}", event.registrations_path()))
            .await
    }

    /// Cancels the registration of another user, and gives a reason.
    pub async fn remove_because(&self, event: &Event, user_id: &str, reason: &str) -> Answer {
        let path = format!("{}/{user_id}/cancel", event.registrations_path());
        self.post(&path, json!({"reason": reason})).await
    }

    /// Returns the statuses of those registrations in `GET /v1/me/registrations` that are for this event.
    pub async fn listed_statuses_for(&self, event: &Event) -> Vec<Value> {
        let all = self.every_item("/v1/me/registrations", 100).await;
        all.into_iter()
            .filter(|registration| registration["event"]["id"] == event.id)
            .map(|registration| registration["status"].clone())
            .collect()
    }
}
