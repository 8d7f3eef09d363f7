//! Handles `GET /robots.txt` (RFC 9309).

use axum::{Extension, response::Response};

use super::{Visited, app::LISTED};
use crate::reply;

/// Returns the paths that robots should not read, because only people and programs with an account use them. The longest path
/// that matches decides.
pub(super) async fn robots(Extension(visit): Visited) -> Response {
    let sitemap = visit.site.at("/sitemap.xml");
    let listed = LISTED.map(|path| format!("Allow: {path}$\n")).concat();
    let text = format!(
        "User-agent: *\n{listed}Disallow: /app\nDisallow: /scan\nDisallow: /v1\nDisallow: /live\nSitemap: {sitemap}\n"
    );
    reply::feed("text/plain; charset=utf-8", text)
}
