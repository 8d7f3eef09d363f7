//! Tests of the router on an embedded table.

mod away;
mod feeds;
mod headers;
mod hostile;
mod pages;
mod preview;
mod share;
mod snapshot;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use domain::{
    accounts::{email::TypedEmail, role::Role, user::User},
    events::{Event, EventStatus},
    text::{Description, Title},
};
use fixtures::Embedded;
use pictures::Pictures;
use store::{Account, Store};
use tower::ServiceExt as _;

use crate::{Pages, Settings, router};

/// The pages on a table of their own.
struct World {
    store: Store,
    pictures: Pictures,
    router: Router,
}

/// An answer of the router.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl World {
    fn new() -> Self {
        let store = Store::new(Embedded::alone());
        let settings = Settings {
            public_url: Some("https://tickets.example.org".to_owned()),
            live_url: Some("wss://live.example.org/prod".to_owned()),
        };
        let pictures = fixtures::pictures();
        Self {
            router: router(Pages::new(store.clone(), pictures.clone(), settings)),
            store,
            pictures,
        }
    }

    /// Stores `event`. Its organizer gets an account.
    async fn store(&self, event: &Event) {
        let draft = Event {
            status: EventStatus::Draft,
            bucket_count: 0,
            version: 0,
            ..event.clone()
        };
        let user = User {
            role: Role::Organizer,
            ..fixtures::user(event.organizer.id)
        };
        let account = Account::new(user, "none".to_owned());
        let email = TypedEmail::from(&account.user.email);
        // The organizer of an earlier event has an account already.
        self.store
            .create_account(&account, &email, "test")
            .await
            .unwrap();
        assert!(self.store.create_event(&draft).await.unwrap());
        if event.status != EventStatus::Draft {
            self.store.lay_out(event).await.unwrap();
            self.store.init_availability(event).await.unwrap();
            self.store.update_event(event, "r1", None).await.unwrap();
        }
    }

    /// Sends `GET path`.
    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[]).await
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(&self.router, method, path, headers).await
    }
}

async fn send(router: &Router, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

impl Answer {
    #[track_caller]
    fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// Returns a header of the answer; an empty text if it has none.
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    fn assert_contains(&self, text: &str) {
        assert!(self.body.contains(text), "{text} is not in {}", self.body);
    }
}

/// Returns a published event with this title and description.
fn event(title: &str, description: &str) -> Event {
    let mut event = fixtures::event(200);
    event.details.title = Title::from_stored(title.to_owned());
    event.details.description = Description::from_stored(description.to_owned());
    event
}
