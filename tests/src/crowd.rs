//! People who are many: an account costs a slow password hash, so the tests share a crowd.

use futures::StreamExt;

use crate::{Account, Stack, User};

/// Accounts made at a time.
const MADE_AT_ONCE: usize = 8;

impl Stack {
    /// `size` different users. Other tests get the same ones, so they may hold registrations for other events.
    pub async fn crowd(&self, size: usize) -> Vec<User> {
        let mut crowd = self.known_crowd().lock().await;
        let missing = size.saturating_sub(crowd.len());
        let made: Vec<Account> = futures::stream::iter(0..missing)
            .map(async |_| self.register_user().await.account)
            .buffer_unordered(MADE_AT_ONCE)
            .collect()
            .await;
        crowd.extend(made);
        let chosen = crowd.iter().take(size);
        chosen
            .map(|account| self.sign_in(account.clone()))
            .collect()
    }
}
