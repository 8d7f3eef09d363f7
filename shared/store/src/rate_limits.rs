//! Requests of a window of time, counted.

use domain::rate_limit::{RateLimit, Requests};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, n},
    condition::old_item,
    key,
};

const COUNT: &str = "requests";

impl Store {
    /// Counts a request that is made at `now`: one write. Whether it is within the limit; one that is not is not counted.
    /// Should the answer of the table be lost, the request may be counted twice.
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
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::requests(requests, window)))
            .update_expression("ADD #count :one SET #expires = :ends")
            .condition_expression("attribute_not_exists(#count) OR #count < :most")
            .expression_attribute_names("#count", COUNT)
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":most", n(limit.most))
            .expression_attribute_values(":ends", n(window.ends_at))
            .send()
            .await;
        match counted {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
    }
}
