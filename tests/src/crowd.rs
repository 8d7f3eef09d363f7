//! A crowd of users that all tests share, because each new account costs a slow password hash.

use std::time::Instant;

use futures::StreamExt;

use crate::{Account, Stack, User, stack::SHARED_SESSION};

/// The number of accounts that are made at the same time. The same number of sessions are renewed at the same time.
const AT_ONCE: usize = 8;

impl Stack {
    /// Returns `size` different users. Tests share these users, so a user may have registrations for other tests' events.
    pub async fn crowd(&self, size: usize) -> Vec<User> {
        let mut crowd = self.known_crowd().lock().await;
        let missing = size.saturating_sub(crowd.len());
        let made: Vec<(Account, Instant)> = futures::stream::iter(0..missing)
            .map(async |_| (self.register_user().await.account, Instant::now()))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        crowd.extend(made);
        let chosen = crowd.iter_mut().take(size);
        futures::stream::iter(chosen)
            .map(async |member| {
                self.renew(member).await;
                self.sign_in(member.0.clone())
            })
            .buffered(AT_ONCE)
            .collect()
            .await
    }

    /// Renews a user's session if it could expire during a test.
    async fn renew(&self, (account, begun): &mut (Account, Instant)) {
        if begun.elapsed() < SHARED_SESSION {
            return;
        }
        let answer = self.anyone().refresh(&account.refresh_token).await;
        *account = Account::from_answer(&answer.expect(200), &account.password);
        *begun = Instant::now();
    }
}
