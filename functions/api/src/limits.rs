//! Limits of a deployment: the requests of one source, and the accounts that may register.

use bootstrap::clock;
use domain::security::{
    policy::Actor,
    rate_limit::{MostPerSource, Requests},
    throttle::Patience,
};
use store::Store;

use crate::problem::ApiError;

/// The limits of a deployment.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Patience with a source whose logins fail.
    pub patience_with_source: Patience,
    /// The most requests of each kind that a source may send.
    pub most_per_source: MostPerSource,
    /// Whether only accounts whose address is verified may register for events.
    pub verified_only: bool,
}

impl Limits {
    /// Counts a request in each counter of `all`, in order, with one write for each. Stops at the first counter whose limit is
    /// reached; the counters after it do not count the refused request.
    ///
    /// # Errors
    /// [`ApiError::TooManyRequests`], or the table is unavailable.
    pub(crate) async fn count_request<const N: usize>(
        &self,
        store: &Store,
        all: [Requests; N],
    ) -> Result<(), ApiError> {
        let now = clock::now();
        for requests in all {
            let limit = requests.limit(&self.most_per_source);
            if !store.count_request(&requests, limit, now).await? {
                let wait = limit.window_at(now).wait(now);
                return Err(ApiError::TooManyRequests { wait });
            }
        }
        Ok(())
    }

    /// Refuses an account whose address is not verified, if the deployment requires that. It reads the account, because the
    /// token may be older than the verification. If the deployment does not require it, nothing is read.
    ///
    /// # Errors
    /// [`ApiError::EmailNotVerified`]; [`ApiError::Unauthorized`] if the token has outlived its account; or the table is
    /// unavailable.
    pub(crate) async fn refuse_unverified(
        &self,
        store: &Store,
        actor: &Actor,
    ) -> Result<(), ApiError> {
        if !self.verified_only {
            return Ok(());
        }
        let account = store.account(actor.id).await?;
        let user = account.ok_or(ApiError::Unauthorized)?.user;
        if user.email_verified {
            Ok(())
        } else {
            Err(ApiError::EmailNotVerified)
        }
    }
}
