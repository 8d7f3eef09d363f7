//! The limits of a deployment: how many requests a source may send, and which accounts may register for events.

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
    /// The number of failed logins that a source may have before it must wait, and the maximum time that it must wait.
    pub patience_with_source: Patience,
    /// The maximum number of requests of each kind that a source may send.
    pub most_per_source: MostPerSource,
    /// Whether an account may register for events only if its email address is verified.
    pub verified_only: bool,
}

impl Limits {
    /// Counts a request in each counter of `all`, in their order, with one write for each counter. If the limit of a counter is
    /// reached, the request is refused, and the counters after this one do not count it.
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

    /// Refuses the caller if the deployment requires a verified email address and the caller's account has none. The function
    /// reads the account, because the address may have been verified after the token was made. If the deployment does not
    /// require a verified address, the function reads nothing.
    ///
    /// # Errors
    /// [`ApiError::EmailNotVerified`]; [`ApiError::Unauthorized`] if the account no longer exists; or the table is unavailable.
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
