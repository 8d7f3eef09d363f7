//! The state of a bucket before the sale begins.

use domain::seats::{
    bucket::{Bucket, BucketNo, BucketState, Terms},
    writes::LayoutWrite,
};

/// Returns a bucket that has `free` free seats and has not been written since it was laid out.
pub(super) fn untouched(no: BucketNo, free: u32) -> Bucket {
    let terms = Terms {
        state: BucketState::Open,
        opens_at: 0,
        closes_at: i64::MAX,
        event_version: 1,
    };
    LayoutWrite::new(no, free, terms).bucket
}
