//! The type of bodies that are a file and not text, such as a QR code as PNG.

use utoipa::ToSchema;

/// The bytes of the file that is the body.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct Bytes(());
