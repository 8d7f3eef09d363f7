//! Bodies that are no text.

use utoipa::ToSchema;

/// The bytes of the file.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct Bytes(());
