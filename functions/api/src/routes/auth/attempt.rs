//! Attempts to log in. After too many failures, a caller must wait, and the password is not checked.
//!
//! Failures count for the address that was tried, whether it has an account or not, and for their source. Concurrent attempts
//! that begin before their failures are counted are all admitted.

use bootstrap::{clock, metrics::Metric};
use domain::{
    accounts::email::Email,
    security::throttle::{Failures, Patience, Source, Subject},
};
use jiff::Timestamp;

use crate::{app::App, problem::ApiError};

/// An attempt that may go on.
#[derive(Debug)]
pub(super) struct Attempt {
    subjects: Vec<Subject>,
    has_failed_before: bool,
}

impl Attempt {
    /// An attempt from `source`; `email`: `None` where none can be read.
    ///
    /// # Errors
    /// Too many attempts have failed, or the table is unavailable.
    pub(super) async fn allowed(
        app: &App,
        email: Option<Email>,
        source: Source,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let account = email.map(Subject::Account);
        let subjects: Vec<Subject> = account
            .into_iter()
            .chain([Subject::Source(source)])
            .collect();
        let failures = app.store.failures(&subjects, now).await?;
        let wait = |(subject, failures): (&Subject, &Option<Failures>)| {
            let patience = match subject {
                Subject::Account(_) => Patience::WITH_ACCOUNT,
                Subject::Source(_) => app.limits.patience_with_source,
            };
            failures.map(|failures| patience.wait(failures, now))
        };
        let wait = subjects.iter().zip(&failures).filter_map(wait).max();
        match wait {
            Some(wait) if !wait.is_zero() => {
                app.metrics.note(Metric::LoginsThrottled, 1);
                Err(ApiError::TooManyFailures { wait })
            }
            _ => Ok(Self {
                has_failed_before: failures[0].is_some(),
                subjects,
            }),
        }
    }

    /// Counts the failed attempt.
    ///
    /// # Errors
    /// The table is unavailable.
    pub(super) async fn failed(&self, app: &App) -> Result<(), ApiError> {
        for subject in &self.subjects {
            app.store.count_failure(subject, clock::now()).await?;
        }
        Ok(())
    }

    /// Deletes the failures of the account after a success. Those of the source stay, because it may know one valid password.
    ///
    /// # Errors
    /// The table is unavailable.
    pub(super) async fn succeeded(&self, app: &App) -> Result<(), ApiError> {
        if self.has_failed_before {
            app.store.forget_failures(&self.subjects[0]).await?;
        }
        Ok(())
    }
}
