//! The buckets whose conditions cancelled a transaction.

use domain::seats::bucket::Bucket;

use super::buckets::bucket;
use crate::{StoreError, transaction::Refusal};

impl Refusal {
    /// Returns the bucket whose condition failed; `None` if the condition of this write did not fail.
    pub(crate) fn bucket(&self) -> Result<Option<Bucket>, StoreError> {
        match self {
            Self::Failed(Some(item)) => Ok(Some(bucket(item)?.1)),
            Self::Failed(None) => Err(StoreError::corrupt("a bucket that should be there")),
            Self::None => Ok(None),
        }
    }
}
