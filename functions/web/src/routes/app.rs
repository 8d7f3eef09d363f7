//! Handles `GET /app` and `GET /scan`, and all addresses below them: the page in which the app starts.

use std::path::Path;

use axum::{
    Extension,
    body::Body,
    http::{HeaderValue, StatusCode, Uri, header},
    response::Response,
};

use super::{Visited, problem::ProblemPage};
use crate::{
    assets::{self, App},
    error::PageError,
    headers::Policy,
    markup::escaped,
    reply,
    views::{Frame, Page},
    visit::Visit,
};

/// The placeholder in the shell for the address of the WebSocket.
const LIVE_URL: &str = "__LIVE_URL__";

/// The placeholder in the shell for what the requested page adds to the head.
const HEAD: &str = "<!-- head of this page -->";

/// The placeholder in the shell for what the requested page shows until its code starts.
const FIRST_PAINT: &str = "<!-- first paint of this page -->";

/// The pages that search engines may list. All other pages show nothing without an account.
pub(super) const LISTED: [&str; 3] = ["/app/sign-in", "/app/sign-up", "/scan"];

/// Returns the page in which the app starts.
pub(super) async fn app(Extension(visit): Visited, uri: Uri) -> Result<Response, PageError> {
    answer(&visit, &uri, Policy::App)
}

/// Returns the same page for the scanner, which may use the camera.
pub(super) async fn scan(Extension(visit): Visited, uri: Uri) -> Result<Response, PageError> {
    answer(&visit, &uri, Policy::Scan)
}

fn answer(visit: &Visit, uri: &Uri, policy: Policy) -> Result<Response, PageError> {
    let app = assets::app();
    let Some((app, shell)) = app.and_then(|app: &App| Some((app, app.file(app.shell)?))) else {
        return without_app(visit);
    };
    let html = String::from_utf8_lossy(shell.bytes)
        .replace(LIVE_URL, &escaped(&visit.site.live))
        .replace(HEAD, &head(app, visit))
        .replace(FIRST_PAINT, first_paint(app, visit, uri));
    let mut response = Response::new(Body::from(html));
    // The app says that nothing is there.
    if app.page(&visit.path).is_none() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(shell.content_type),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response.extensions_mut().insert(policy);
    Ok(response)
}

/// Returns what the requested page adds to the head. A page that search engines may not list says so. Links to the page's files let
/// the browser request them together with the files of the shell. The texts are in the language that the browser prefers. If the
/// visitor has chosen another one in the app, the app loads it.
fn head(app: &App, visit: &Visit) -> String {
    let mut head = String::new();
    if !LISTED.contains(&&*visit.path) {
        head.push_str("<meta name=\"robots\" content=\"noindex\">\n");
    }
    let page = app.page(&visit.path);
    for path in page.into_iter().flat_map(|page| page.files(visit.locale)) {
        let is_style = Path::new(path).extension().is_some_and(|end| end == "css");
        let rel = if is_style {
            "stylesheet"
        } else {
            "modulepreload"
        };
        head.extend(["<link rel=\"", rel, "\" href=\"/", path, "\">\n"]);
    }
    head
}

/// Returns what the requested page shows until its code starts. It is empty for a page that depends on the account, and for an
/// address with a query, on which the page's text may depend.
fn first_paint(app: &App, visit: &Visit, uri: &Uri) -> &'static str {
    if uri.query().is_some() {
        return "";
    }
    let page = app.page(&visit.path);
    page.map_or("", |page| page.first_paint(visit.locale))
}

/// Returns a page which explains that the program was built without Node.
fn without_app(visit: &Visit) -> Result<Response, PageError> {
    let m = visit.messages();
    let page = Page {
        title: m.problem_without_app.clone(),
        ..Page::default()
    };
    let page = ProblemPage {
        frame: Frame::new(visit, page),
        text: &m.problem_without_app_text,
        retry: None,
    };
    let mut response = reply::page(&page, Policy::Page)?;
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    response.headers_mut().remove(header::CACHE_CONTROL);
    Ok(response)
}
