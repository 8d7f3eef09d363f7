//! The writes that set the terms of buckets, at publication and after a change of the event.

use std::collections::BTreeSet;

use super::{BucketChange, BucketDemand, BucketWrite};
use crate::seats::bucket::{Bucket, BucketNo, Terms};

/// Creates a bucket at publication. The write puts the whole item if there is no bucket yet, or if the existing bucket meets
/// the conditions.
///
/// A write for a later version of the event replaces an existing bucket if nobody has written the bucket since its creation. A
/// write for the same or an earlier version never replaces a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LayoutWrite {
    /// The bucket as it is after the write.
    pub bucket: Bucket,
    /// The conditions on an existing bucket. The write replaces the bucket only if all of them are met.
    pub demands: Vec<BucketDemand>,
}

impl LayoutWrite {
    /// Returns the write that creates a bucket with `free` free seats and no guest.
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

    /// Whether the write may replace the stored bucket `standing`. `None` means that there is no bucket.
    #[must_use]
    pub fn holds(&self, standing: Option<&Bucket>) -> bool {
        standing.is_none_or(|bucket| self.demands.iter().all(|demand| demand.holds(bucket)))
    }
}

impl BucketWrite {
    /// Returns the write that replaces the bucket's terms with `terms`, if the bucket's terms are derived from an earlier
    /// version of the event.
    #[must_use]
    pub fn alignment(no: BucketNo, terms: Terms) -> Self {
        Self {
            no,
            demands: vec![BucketDemand::TermsBelow(terms.event_version)],
            changes: vec![BucketChange::SetTerms(terms)],
        }
    }
}
