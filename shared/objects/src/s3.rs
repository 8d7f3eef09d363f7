//! Objects in a bucket of S3.

use std::sync::LazyLock;

use aws_sdk_s3::{Client, error::SdkError, operation::get_object::GetObjectError};
use futures::future::{BoxFuture, FutureExt as _};

use crate::{ObjectError, Objects};

/// Makes the client when the first call needs it.
type MakeClient = Box<dyn FnOnce() -> Client + Send>;

/// The objects in one bucket of S3.
#[derive(Debug)]
pub struct S3 {
    client: LazyLock<Client, MakeClient>,
    bucket: String,
}

impl S3 {
    /// Returns the objects in `bucket`. `make_client` is called when the first call needs a client, because most processes never
    /// need one.
    pub fn lazy(
        make_client: impl FnOnce() -> Client + Send + 'static,
        bucket: impl Into<String>,
    ) -> Self {
        Self {
            client: LazyLock::new(Box::new(make_client)),
            bucket: bucket.into(),
        }
    }
}

impl Objects for S3 {
    fn put<'a>(
        &'a self,
        name: &'a str,
        content: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), ObjectError>> {
        async move {
            let put = self.client.put_object().bucket(&self.bucket).key(name);
            let sent = put.body(content.into()).send().await;
            sent.map_err(ObjectError::of)?;
            Ok(())
        }
        .boxed()
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, ObjectError>> {
        async move {
            let get = self.client.get_object().bucket(&self.bucket).key(name);
            let found = match get.send().await {
                Ok(found) => found,
                Err(SdkError::ServiceError(error))
                    if matches!(error.err(), GetObjectError::NoSuchKey(_)) =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(ObjectError::of(error)),
            };
            let content = found.body.collect().await.map_err(ObjectError::of)?;
            Ok(Some(content.to_vec()))
        }
        .boxed()
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), ObjectError>> {
        async move {
            let delete = self.client.delete_object().bucket(&self.bucket).key(name);
            delete.send().await.map_err(ObjectError::of)?;
            Ok(())
        }
        .boxed()
    }
}
