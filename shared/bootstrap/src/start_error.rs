//! The error with which a function fails if it cannot start.

use std::{error::Error, fmt};

use crate::error_chain::ErrorChain;

/// The error that `main` returns if a function cannot start. Rust's runtime prints its `Debug` text before the process ends, so
/// this text contains all causes.
pub struct StartError(Box<dyn Error + Send + Sync>);

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the function cannot start: {}",
            ErrorChain(self.0.as_ref())
        )
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for StartError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}
