//! A client that calls the HTTP API of a server under test.

use serde_json::{Value, json};
use ureq::{Agent, http::Request};

use crate::process::{Home, eventually};

/// The password of every person in the tests.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A person who calls the API, with or without a session.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false);
        Self {
            agent: config.build().into(),
            url: url.to_owned(),
            token: None,
        }
    }

    /// Calls the API. Returns the status and the body of the answer.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = if body.is_null() {
            self.agent.run(request.body(()).unwrap())
        } else {
            let request = request.header("content-type", "application/json");
            self.agent.run(request.body(body.to_string()).unwrap())
        };
        let mut answer = answer.unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (answer.status().as_u16(), body)
    }

    /// Calls the API, and asserts that the call succeeds. Returns the body of the answer.
    pub(crate) fn ok(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, body) = self.call(method, path, body);
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {body}"
        );
        body
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.ok("GET", path, &Value::Null)
    }

    /// Signs in a person who already has an account, and returns this person's client.
    pub(crate) fn signed_in(&self, email: &str) -> Self {
        let body = json!({"email": email, "password": PASSWORD});
        let session = self.ok("POST", "/v1/auth/login", &body);
        let token = session["accessToken"].as_str().unwrap().to_owned();
        Self {
            token: Some(token),
            ..self.clone()
        }
    }

    /// Makes an account. Returns a client that is signed in to the account, and the account's id.
    pub(crate) fn sign_up(&self, email: &str) -> (Self, String) {
        let body = json!({"email": email, "password": PASSWORD, "name": "Somebody"});
        let session = self.ok("POST", "/v1/auth/register", &body);
        let token = session["accessToken"].as_str().unwrap().to_owned();
        let client = Self {
            token: Some(token),
            ..self.clone()
        };
        (client, session["user"]["id"].as_str().unwrap().to_owned())
    }

    /// Makes an account with the role of an organizer. The command `admin` first makes an administrator, who then gives this
    /// role.
    pub(crate) fn organizer(&self, home: &Home) -> Self {
        home.says(&["admin", "--email", "admin@example.org"], PASSWORD);
        let (_, id) = self.sign_up("organizer@example.org");
        let admin = self.signed_in("admin@example.org");
        let role = json!({"role": "organizer"});
        admin.ok("PUT", &format!("/v1/users/{id}/role"), &role);
        self.signed_in("organizer@example.org")
    }

    /// Makes and publishes an event that begins in an hour. Returns the event's id.
    pub(crate) fn publish(&self, capacity: u32) -> String {
        let at = |hours: i64| {
            (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours)).to_string()
        };
        let event = json!({
            "title": "Rust meetup", "venue": "Town hall, Vienna", "timezone": "Europe/Vienna",
            "startsAt": at(1), "endsAt": at(3), "capacity": capacity,
        });
        let event = self.ok("POST", "/v1/events", &event);
        let id = event["id"].as_str().unwrap().to_owned();
        self.ok("POST", &format!("/v1/events/{id}/publish"), &Value::Null);
        id
    }

    /// Waits until the person has a ticket for an event, and returns the ticket's code.
    pub(crate) fn ticket(&self, event: &str) -> String {
        eventually("a ticket", || {
            let tickets = self.get("/v1/me/tickets");
            let tickets = tickets["items"].as_array()?;
            let ticket = tickets.iter().find(|ticket| ticket["eventId"] == event)?;
            ticket["code"].as_str().map(str::to_owned)
        })
    }
}
