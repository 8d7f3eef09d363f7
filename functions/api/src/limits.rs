//! Limits of a deployment: how much one source may ask for, and who may register.

use bootstrap::clock;
use domain::security::{
    policy::Actor,
    rate_limit::{MostPerSource, Requests},
    throttle::Patience,
};

use crate::{app::App, problem::ApiError};

/// The limits of a deployment.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Patience with a source whose logins fail.
    pub patience_with_source: Patience,
    /// The most that a source may ask for.
    pub most_per_source: MostPerSource,
    /// Whether only accounts whose address is verified may register for events.
    pub verified_only: bool,
}

impl App {
    /// Counts a request under each of `all`, one write each, up to the first whose limit is reached: those behind it are not
    /// charged for a request that is refused.
    ///
    /// # Errors
    /// [`ApiError::TooManyRequests`], or the table is away.
    pub(crate) async fn count_request<const N: usize>(
        &self,
        all: [Requests; N],
    ) -> Result<(), ApiError> {
        let now = clock::now();
        for requests in all {
            let limit = requests.limit(&self.limits.most_per_source);
            if !self.store.count_request(&requests, limit, now).await? {
                let wait = limit.window_at(now).wait(now);
                return Err(ApiError::TooManyRequests { wait });
            }
        }
        Ok(())
    }

    /// Refuses an account whose address is not verified, where the deployment wants that. Its token does not say: it may be
    /// older than the verification. Where the deployment does not, nothing is read.
    ///
    /// # Errors
    /// [`ApiError::EmailNotVerified`]; [`ApiError::Unauthorized`] where the token has outlived its account; or the table is
    /// away.
    pub(crate) async fn refuse_unverified(&self, actor: &Actor) -> Result<(), ApiError> {
        if !self.limits.verified_only {
            return Ok(());
        }
        let account = self.store.account(actor.id).await?;
        let user = account.ok_or(ApiError::Unauthorized)?.user;
        if user.email_verified {
            Ok(())
        } else {
            Err(ApiError::EmailNotVerified)
        }
    }
}
