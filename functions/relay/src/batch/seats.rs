//! The seats that a batch changes, and the news that may make it possible to offer seats.

use std::{collections::BTreeMap, sync::Arc};

use domain::seats::{availability::BucketCounts, bucket::BucketNo};
use jiff::Timestamp;

use crate::{effect::SeatChange, record::Source};

/// A change of a seat, and the record that reports the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrittenSeatChange {
    /// The change.
    pub(crate) change: SeatChange,
    /// When the change of the seat was written, to the second.
    pub(crate) at: Timestamp,
    /// The record that reports the change.
    pub(crate) source: Arc<Source>,
}

/// The news about the seats and the waitlist of one event. After such news it may be possible to offer seats.
#[derive(Debug, Default)]
pub(crate) struct SeatOffer {
    /// The newest counts of each bucket, and the record that reports the counts.
    counts: BTreeMap<BucketNo, (BucketCounts, Arc<Source>)>,
    /// The last record that reports that a user joined or left the waitlist.
    pub(crate) waitlist: Option<Arc<Source>>,
}

impl SeatOffer {
    /// Stores the counts of a bucket, unless newer counts of the same bucket are stored already.
    pub(crate) fn note_counts(&mut self, no: BucketNo, counts: BucketCounts, source: &Arc<Source>) {
        let is_newer = |(known, _): &(BucketCounts, Arc<Source>)| known.rev > counts.rev;
        if !self.counts.get(&no).is_some_and(is_newer) {
            self.counts.insert(no, (counts, Arc::clone(source)));
        }
    }

    /// Returns the newest counts of each bucket.
    pub(crate) fn counts(&self) -> Vec<(BucketNo, BucketCounts)> {
        let counts = self.counts.iter();
        counts.map(|(no, (counts, _))| (*no, *counts)).collect()
    }

    /// Returns one of the records that report this news.
    pub(crate) fn source(&self) -> Option<&Source> {
        let of_bucket = self.counts.values().last().map(|(_, source)| source);
        of_bucket.or(self.waitlist.as_ref()).map(Arc::as_ref)
    }
}
