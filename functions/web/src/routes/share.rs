//! Handles `GET /events/{id}/share/{file}`: the picture of a link to an event.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::Response,
};

use super::files::A_YEAR;
use crate::{
    error::PageError,
    events,
    headers::Policy,
    pages::Shared,
    reply::{self, A_MINUTE},
    share::{self, Picture},
};

/// Returns the picture of an event. The name of its file consists of the language and the version. A former or an invented
/// version leads to the present picture, so no address makes this function draw anything else.
pub(super) async fn picture(
    State(pages): State<Shared>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let locale = share::locale_of(&file).ok_or(PageError::NotFound)?;
    let event = events::event(&pages, &id).await?;
    let picture = Picture::of(&event, locale);
    let path = picture.path();
    if !path.ends_with(&format!("/{file}")) {
        return reply::found(path, Policy::File, Some(A_MINUTE));
    }
    let mut response = Response::new(Body::from(picture.png(&pages.share_images).await?));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    headers.insert(header::CACHE_CONTROL, A_YEAR);
    response.extensions_mut().insert(Policy::File);
    Ok(response)
}
