//! All routes of the pages.

mod app;
mod atom;
mod calendar;
mod embed;
mod event;
mod files;
mod list;
mod organizer;
mod picture;
mod preview;
mod problem;
mod robots;
mod share;
mod sitemap;

use std::sync::Arc;

use answers::{Identified, Wanted, compression};
use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use bootstrap::clock;

use crate::{
    error::{ErrorPage, PageError},
    headers::{self, Policy},
    pages::Shared,
    visit::Visit,
};

/// The visit to which a handler answers.
type Visited = Extension<Arc<Visit>>;

/// Returns all pages as a router without a fallback, so that a host can add its other routes.
pub fn router(pages: Shared) -> Router {
    Router::new()
        .route("/", get(list::list))
        .route("/events/{id}", get(event::event))
        .route("/events/{id}/preview/{code}", get(preview::preview))
        .route("/events/{id}/event.ics", get(calendar::event))
        .route("/events/{id}/share/{file}", get(share::picture))
        .route("/events.ics", get(calendar::list))
        .route("/events.atom", get(atom::list))
        .route("/organizers/{userId}", get(organizer::organizer))
        .route("/organizers/{userId}/events.ics", get(calendar::organizer))
        .route("/organizers/{userId}/events.atom", get(atom::organizer))
        .route("/embed/events/{id}", get(embed::embed))
        .route("/pictures/{id}/{file}", get(picture::picture))
        .route("/sitemap.xml", get(sitemap::sitemap))
        .route("/robots.txt", get(robots::robots))
        .route("/app", get(app::app))
        .route("/app/{*path}", get(app::app))
        .route("/scan", get(app::scan))
        .route("/scan/{*path}", get(app::scan))
        .route("/service-worker.js", get(files::file))
        .route("/app.webmanifest", get(files::file))
        .route("/assets/{*path}", get(files::file))
        .method_not_allowed_fallback(async || PageError::MethodNotAllowed)
        .layer(middleware::from_fn_with_state(pages.clone(), around))
        .with_state(pages)
}

/// Answers requests to addresses that no route has, for hosts that have no other routes.
#[cfg(feature = "lambda")]
pub(crate) fn with_fallback(pages: Shared) -> Router {
    let around = middleware::from_fn_with_state(pages.clone(), around);
    let nothing = Router::new()
        .fallback(async || PageError::NotFound)
        .layer(around);
    router(pages).fallback_service(nothing)
}

/// Runs before and after the handler of every request.
async fn around(State(pages): State<Shared>, mut request: Request, next: Next) -> Response {
    let identified = Identified::begin(&mut request);
    let visit = Arc::new(Visit::of(&request, &pages.settings, clock::now()));
    request.extensions_mut().insert(visit.clone());
    let wanted = Wanted::by(request.headers());
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<ErrorPage>() {
        response = problem::explained(&visit, error, response);
    }
    let policy = response.extensions_mut().remove::<Policy>();
    let policy = policy.unwrap_or(Policy::File);
    headers::add(&mut response, policy, &visit);
    if let Some(varies) = vary(policy, &response) {
        response.headers_mut().insert(header::VARY, varies);
    }
    let is_tagged = reads && response.status() == StatusCode::OK;
    let formed = wanted.form(response, is_tagged).await;
    let response = formed.unwrap_or_else(|error| PageError::Internal(error.into()).into_response());
    identified.end(response)
}

/// Returns the request headers on which an answer depends. Files and feeds are in one language.
fn vary(policy: Policy, response: &Response) -> Option<HeaderValue> {
    let is_compressed = response.headers().contains_key(header::CONTENT_ENCODING);
    let is_compressible = is_compressed || compression::is_compressible(response.headers());
    let is_translated = ![Policy::File, Policy::Script].contains(&policy);
    let varies = match (is_compressible, is_translated) {
        (true, true) => "accept-encoding, accept-language",
        (true, false) => "accept-encoding",
        (false, true) => "accept-language",
        (false, false) => return None,
    };
    Some(HeaderValue::from_static(varies))
}
