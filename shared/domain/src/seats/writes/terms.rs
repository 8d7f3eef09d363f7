//! The terms of buckets: what publication and a change of the event write.

use std::collections::BTreeSet;

use super::{BucketChange, BucketDemand, BucketWrite};
use crate::seats::bucket::{Bucket, BucketNo, Terms};

/// Lays a bucket out. The write puts the whole item if there is no bucket yet, or if the demands hold.
///
/// A layout of a later version of the event replaces a bucket that nobody has written since it was laid out. A layout of an
/// earlier version never does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LayoutWrite {
    /// The bucket after the write.
    pub bucket: Bucket,
    /// The demands on an existing bucket. All must hold.
    pub demands: Vec<BucketDemand>,
}

impl LayoutWrite {
    /// Returns the write of a bucket with `free` seats and no guest.
    #[must_use]
    pub fn new(no: BucketNo, free: u32, terms: Terms) -> Self {
        Self {
            bucket: Bucket {
                no,
                free,
                held: 0,
                guests: BTreeSet::new(),
                rev: 0,
                terms,
            },
            demands: vec![
                BucketDemand::Revision(0),
                BucketDemand::TermsBelow(terms.event_version),
            ],
        }
    }

    /// Whether the bucket may be put over `standing`; `None`: there is no bucket.
    #[must_use]
    pub fn holds(&self, standing: Option<&Bucket>) -> bool {
        standing.is_none_or(|bucket| self.demands.iter().all(|demand| demand.holds(bucket)))
    }
}

impl BucketWrite {
    /// Returns the write that replaces older terms by `terms`.
    #[must_use]
    pub fn alignment(no: BucketNo, terms: Terms) -> Self {
        Self {
            no,
            demands: vec![BucketDemand::TermsBelow(terms.event_version)],
            changes: vec![BucketChange::SetTerms(terms)],
        }
    }
}
