//! Extracts the file of a picture.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, Method, header},
};
use domain::events::picture::MAX_FILE_BYTES;
use mediatype::{MediaType, Name, names::IMAGE};

use super::body::MAX_BODY_BYTES;
use crate::{app::Shared, problem::ApiError};

/// The end of the paths of pictures.
const PICTURE: &str = "/picture";

/// Returns the number of bytes of a request's body that a host must give to the API. If the body is longer, the host may cut it
/// off there, and the API refuses it.
#[must_use]
pub fn needed_body_bytes(method: &Method, path: &str) -> usize {
    let most = if method == Method::PUT && path.ends_with(PICTURE) {
        MAX_FILE_BYTES
    } else {
        MAX_BODY_BYTES
    };
    most + 1
}

/// A request body that is the file of a picture. Only its `Content-Type` was checked.
#[derive(Debug)]
pub(crate) struct PictureBody(pub(crate) Bytes);

impl FromRequest<Shared> for PictureBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, MAX_FILE_BYTES)
            .await
            .map_err(|_| ApiError::PictureTooLarge)?;
        // API Gateway passes on the bytes of a file only if the header does not announce a text.
        if !announces_picture(&parts.headers) {
            return Err(ApiError::NoPicture);
        }
        Ok(Self(bytes))
    }
}

/// Returns whether the `Content-Type` is one of the formats of pictures. Which of them the file has, its content says.
fn announces_picture(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE);
    let said = said.and_then(|value| MediaType::parse(value.to_str().ok()?).ok());
    let formats = ["jpeg", "png", "webp"].map(Name::new);
    said.is_some_and(|said| said.ty == IMAGE && formats.contains(&Some(said.subty)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formats_of_pictures_are_announced() {
        let announces = |said: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, said.parse().unwrap());
            announces_picture(&headers)
        };
        for picture in ["image/jpeg", "image/png", "IMAGE/WebP", "image/png; q=1"] {
            assert!(announces(picture), "{picture}");
        }
        for other in [
            "",
            "image/gif",
            "image/svg+xml",
            "image/*",
            "text/png",
            "png",
        ] {
            assert!(!announces(other), "{other}");
        }
        assert!(!announces_picture(&HeaderMap::new()));
    }

    #[test]
    fn only_an_upload_of_a_picture_has_a_long_body() {
        let path = "/v1/events/evt_1/picture";
        assert_eq!(needed_body_bytes(&Method::PUT, path), MAX_FILE_BYTES + 1);
        assert_eq!(needed_body_bytes(&Method::POST, path), MAX_BODY_BYTES + 1);
        assert_eq!(
            needed_body_bytes(&Method::PUT, "/v1/me"),
            MAX_BODY_BYTES + 1
        );
    }
}
