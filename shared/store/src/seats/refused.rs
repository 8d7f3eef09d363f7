//! Reads, from a cancelled transaction, the buckets whose conditions failed.

use domain::seats::bucket::Bucket;

use super::buckets::bucket;
use crate::{StoreError, transaction::Refusal};

impl Refusal {
    /// Returns the stored bucket that did not meet the condition of this write; `None` if the condition did not fail.
    pub(crate) fn bucket(&self) -> Result<Option<Bucket>, StoreError> {
        match self {
            Self::Failed(Some(item)) => Ok(Some(bucket(item)?.1)),
            Self::Failed(None) => Err(StoreError::corrupt("a bucket that should be there")),
            Self::None => Ok(None),
        }
    }
}
