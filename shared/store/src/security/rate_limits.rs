//! Counters of requests in windows of time.

use domain::security::rate_limit::{RateLimit, Requests};
use jiff::Timestamp;
use table::{Update, attr};

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, n},
    key,
};

const COUNT: &str = "requests";

impl Store {
    /// Counts a request that arrived at `now`, if the limit of its window is not reached yet. Returns whether the request was
    /// within the limit. Costs one write. If the reply of the table is lost, the request may be counted twice.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn count_request(
        &self,
        requests: &Requests,
        limit: RateLimit,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let window = limit.window_at(now);
        let count = Update::of(key::requests(requests, window))
            .add(COUNT, n(1))
            .set(EXPIRES_AT, n(window.ends_at))
            .when(attr(COUNT).absent().or(attr(COUNT).less(n(limit.most))));
        self.try_write(count).await
    }
}
