//! Objects: bytes under a name, which are written whole and read whole. They hold what is too large for an item of the table.
//!
//! Architecture invariant: nothing in this crate depends on events, accounts or any other part of the product.

use std::fmt::Debug;

use futures::future::BoxFuture;

#[cfg(feature = "s3")]
pub mod s3;

/// A store of objects. On AWS, it is a bucket of S3. Other hosts have their own stores.
pub trait Objects: Debug + Send + Sync {
    /// Writes the object `name`. It replaces an object with the same name.
    ///
    /// # Errors
    /// The store is unavailable, or refuses the object.
    fn put<'a>(&'a self, name: &'a str, content: Vec<u8>)
    -> BoxFuture<'a, Result<(), ObjectError>>;

    /// Reads the object `name`; `None` if it does not exist.
    ///
    /// # Errors
    /// The store is unavailable.
    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, ObjectError>>;

    /// Deletes the object `name`. Succeeds if the object does not exist.
    ///
    /// # Errors
    /// The store is unavailable.
    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), ObjectError>>;
}

/// The error of a call to a store of objects.
#[derive(Debug, thiserror::Error)]
#[error("the store of objects is not available")]
pub struct ObjectError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl ObjectError {
    /// Returns an error with the cause `error`.
    pub fn of(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}
