//! The API with an embedded table, and with a clock that only the test advances.

use std::{cell::Cell, time::Instant};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue},
};
use domain::text::Description;
use embedded::{Changed, Database, Observer, Options};

use super::{super::*, noted::Noted};
use crate::{
    Generations,
    public::{Moment, PublicCache},
};

thread_local! {
    /// The second that the cache's clock shows. Each test runs on a thread of its own.
    static SECOND: Cell<i64> = const { Cell::new(0) };
    static BEGUN: Instant = Instant::now();
}

/// Returns the time of the cache's clock. The clock stands still, so no answer becomes outdated by time.
fn standing() -> Moment {
    Moment {
        second: SECOND.get(),
        at: BEGUN.with(|begun| *begun),
    }
}

/// Advances the cache's clock by a second. Then no answer that was cached before is current.
pub(super) fn a_second_passes() {
    SECOND.set(SECOND.get() + 1);
}

/// Reports the changes of the table to the cache, as the host on one machine does.
#[derive(Debug)]
struct Reports(Arc<Generations>);

impl Observer for Reports {
    fn committed(&self, changes: &[Changed]) {
        for change in changes {
            self.0.changed(&change.pk, &change.sk);
        }
    }
}

/// The API with an embedded table that no other test uses.
pub(in crate::tests) struct Host {
    pub(in crate::tests) app: Shared,
    router: Router,
    pub(in crate::tests) table: Arc<Noted>,
    _folder: tempfile::TempDir,
}

impl Host {
    /// Makes a host whose table reports its changes, as on one machine.
    pub(in crate::tests) fn reporting() -> Self {
        let generations: Arc<Generations> = Arc::default();
        Self::new(Some(Arc::new(Reports(generations.clone()))), generations)
    }

    /// Makes a host whose table reports no changes, as on Lambda. Cached answers become invalid only when the second of the
    /// cache's clock ends.
    pub(super) fn silent() -> Self {
        Self::new(None, Arc::default())
    }

    fn new(observer: Option<Arc<dyn Observer>>, generations: Arc<Generations>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            observer,
            ..Options::default()
        };
        let database = Database::open(folder.path().join("test.db"), options).unwrap();
        let table = Arc::new(Noted::new(database.clone()));
        let settings = Settings {
            stage: "test".to_owned(),
            first_admin: None,
            limits: limits(),
            queues: "{}".parse().unwrap(),
            mail_is_on: false,
        };
        let mut app = App::with_generations(
            Store::new(table.clone()),
            Arc::new(database),
            fixtures::pictures(),
            bootstrap::keys::Keys::fixed(&SECRET.to_owned().into()).unwrap(),
            Metrics::new(Emf::new("test")),
            settings,
            generations.clone(),
        );
        Arc::get_mut(&mut app).unwrap().public = PublicCache::new(generations, standing);
        Self {
            router: router(app.clone()),
            app,
            table,
            _folder: folder,
        }
    }

    /// Makes a published event whose answer is long enough to be compressed.
    pub(super) async fn published(&self) -> Event {
        let mut event = fixtures::event(10);
        event.details.description = Description::parse(&"A long evening. ".repeat(200)).unwrap();
        publish(&self.app, &event).await;
        event
    }

    /// Sends a request. Returns its answer, with the body in the form in which it is sent.
    pub(super) async fn sent(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, bytes)
    }

    /// Requests a path without a token, and returns the answer.
    pub(super) async fn get(&self, path: &str) -> Answer {
        send(self.router.clone(), asking(path)).await
    }

    /// Sends a request as the organizer of the event.
    pub(in crate::tests) async fn by_organizer(
        &self,
        event: &Event,
        request: Request<Body>,
    ) -> Answer {
        let token = token_of(&self.app, event.organizer.id, Role::Organizer);
        self.with_token(&token, request).await
    }

    pub(super) async fn with_token(&self, token: &str, mut request: Request<Body>) -> Answer {
        let value = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
        request.headers_mut().insert(header::AUTHORIZATION, value);
        send(self.router.clone(), request).await
    }

    pub(super) async fn rename(&self, event: &Event, title: &str) {
        let request = Request::patch(path_of(event))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::IF_MATCH, "*")
            .body(serde_json::json!({"title": title}).to_string().into());
        let renamed = self.by_organizer(event, request.unwrap()).await;
        assert_eq!(renamed.status, StatusCode::OK, "{}", renamed.body);
    }
}

pub(super) fn path_of(event: &Event) -> String {
    format!("/v1/events/{}", event.id)
}

pub(super) fn asking(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}
