//! Handles `GET /pictures/{id}/{file}`.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use domain::id::PictureId;

use super::files::A_YEAR;
use crate::{error::PageError, pages::Shared};

/// Returns the file of one size of a picture. Its address has the id of the upload, so the file never changes.
pub(super) async fn picture(
    State(pages): State<Shared>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let id: PictureId = id.parse().map_err(|_| PageError::NotFound)?;
    let width = width_of(&file).ok_or(PageError::NotFound)?;
    let jpeg = pages.pictures.file(id, width).await?;
    let jpeg = jpeg.ok_or(PageError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, A_YEAR),
    ];
    Ok((headers, jpeg).into_response())
}

/// Returns the width in the name of a file, such as `960.jpg`. A file has only one name.
fn width_of(file: &str) -> Option<u32> {
    let width: u32 = file.strip_suffix(".jpg")?.parse().ok()?;
    (file == format!("{width}.jpg")).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name() {
        assert_eq!(width_of("960.jpg"), Some(960));
        for other in [
            "",
            "960",
            "960.png",
            "0960.jpg",
            "+960.jpg",
            "-1.jpg",
            "960.jpg.jpg",
        ] {
            assert_eq!(width_of(other), None, "{other}");
        }
    }
}
