//! Limits failed logins. After too many failures, the caller must wait, and the password is not checked.
//!
//! A failure counts for the email address, whether or not an account has the address, and for the source. Concurrent attempts
//! are all admitted if they begin before the failures are counted.

use bootstrap::{clock, metrics::Metric};
use domain::{
    accounts::email::Email,
    security::throttle::{Failures, Patience, Source, Subject},
};
use jiff::Timestamp;

use crate::{app::App, problem::ApiError};

/// A login attempt that is allowed to check the password.
#[derive(Debug)]
pub(super) struct Attempt {
    subjects: Vec<Subject>,
    has_failed_before: bool,
}

impl Attempt {
    /// Returns the attempt if neither its email address nor its source has to wait after failed logins. `email` is `None` if
    /// the request has no valid address.
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

    /// Counts this attempt as failed, for its email address and for its source.
    ///
    /// # Errors
    /// The table is unavailable.
    pub(super) async fn failed(&self, app: &App) -> Result<(), ApiError> {
        for subject in &self.subjects {
            app.store.count_failure(subject, clock::now()).await?;
        }
        Ok(())
    }

    /// Deletes the failures that were counted for the email address, after a successful login. The failures of the source stay,
    /// because an attacker may know one valid password.
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
