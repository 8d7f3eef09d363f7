//! Adds facts to statistics.

use futures::future::try_join_all;

use crate::{
    batch::Facts,
    relay::{Relay, RelayError},
};

impl Relay {
    /// Adds the facts to their statistics, except those that were added before. Returns the number of added facts.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn count_facts(&self, facts: &Facts) -> Result<usize, RelayError> {
        let counts = facts.0.iter().map(async |(of, (facts, source))| {
            let mut new = 0;
            let counted = self.store.count_facts(*of, facts).await;
            let counted = counted.map(|count| new = count);
            self.settle(counted, source).await.map(|()| new)
        });
        Ok(try_join_all(counts).await?.into_iter().sum())
    }
}
