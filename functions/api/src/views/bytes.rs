//! Bodies that are no text.

use utoipa::ToSchema;

/// Bytes.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct Bytes(());
