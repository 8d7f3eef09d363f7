//! Attempts to log in: whoever fails too often waits, before the password is looked at.
//!
//! Failures count for the address that was tried, whether it has an account or not, and for where they come from. A burst of
//! attempts at once is let through as one, as far as it has begun before its failures are counted.

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
    /// Too many have failed, or the table is away.
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

    /// It failed.
    ///
    /// # Errors
    /// The table is away.
    pub(super) async fn failed(&self, app: &App) -> Result<(), ApiError> {
        for subject in &self.subjects {
            app.store.count_failure(subject, clock::now()).await?;
        }
        Ok(())
    }

    /// It succeeded: the failures of the account are forgotten; those of the source are not, for it may know one password.
    ///
    /// # Errors
    /// The table is away.
    pub(super) async fn succeeded(&self, app: &App) -> Result<(), ApiError> {
        if self.has_failed_before {
            app.store.forget_failures(&self.subjects[0]).await?;
        }
        Ok(())
    }
}
