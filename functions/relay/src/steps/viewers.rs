//! Publishes news to viewers, and requests checks of the viewers' rights.

use std::{collections::BTreeMap, sync::Arc};

use bootstrap::clock;
use domain::id::UserId;

use crate::{
    batch::{LiveNews, recheck_messages},
    record::Source,
    relay::{Relay, RelayError},
};

impl Relay {
    /// Requests that the push function checks the rights of these users on each of their open connections. Does nothing for
    /// users without an open connection.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn recheck_rights(
        &self,
        rights: &BTreeMap<UserId, Arc<Source>>,
    ) -> Result<(), RelayError> {
        for (user, source) in rights {
            match self.store.connections_of(*user).await {
                Ok(open) => {
                    let messages = recheck_messages(*user, open, source);
                    self.outbox.send_rechecks(&messages).await?;
                }
                Err(error) => self.settle(Err(error), source).await?,
            }
        }
        Ok(())
    }

    /// Sends the news to the push function. Does nothing if nobody watches their topics.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn publish(&self, news: LiveNews) -> Result<(), RelayError> {
        let topics = news.topics();
        let Some(source) = topics.values().next() else {
            return Ok(());
        };
        match self.store.topics(topics.keys().copied()).await {
            Ok(watched) => {
                let due = news.due(&watched, clock::now());
                self.outbox.send_news(&due).await?;
                Ok(())
            }
            Err(error) => self.settle(Err(error), source).await,
        }
    }
}
